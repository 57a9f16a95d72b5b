"""What makes us look twice at a commission, without ever taking it away by itself.

A person's own order earns nothing, and that is said (see `attribution`). Everything here is weaker: two
accounts that may be one person, or one family at one address. Such an order goes on, its commission waits,
the reason is shown to the creator and the seller, and if nobody decides until the deadline it is the creator's.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

DECIDED_WITHIN: Final = timedelta(days=7)
FLOOD: Final = 10  #: orders through one code
FLOOD_WITHIN: Final = timedelta(hours=1)
CODES_TRIED: Final = 3  #: creators' codes of one shop that one buyer met
TRIED_WITHIN: Final = timedelta(hours=24)
SNIPED_WITHIN: Final = timedelta(minutes=30)
GIVEN_BACK: Final = 2  #: orders of one buyer through one code whose money went back


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known when the money of an order arrives, as roll-ups; no names, no histories.

    same_phone, same_account, same_address, same_proof   the buyer's and the creator's are equal
    with_the_seller      the creator or the buyer works in the shop, or has its account or number
    orders_lately        orders that came through this code within `FLOOD_WITHIN`, this one too
    codes_tried          different codes of this shop the buyer met within `TRIED_WITHIN`
    own_door             how long before the code the buyer had come in by the shop's own door, if she had
    given_back           earlier orders of this buyer through this code whose money went back
    """

    same_phone: bool = False
    same_account: bool = False
    same_address: bool = False
    same_proof: bool = False
    with_the_seller: bool = False
    orders_lately: int = 1
    codes_tried: int = 1
    own_door: timedelta | None = None
    given_back: int = 0


REASONS: Final = (
    "same_phone",
    "same_account",
    "same_address",
    "same_proof",
    "with_the_seller",
    "flood",
    "stuffing",
    "sniping",
    "wash",
)


def suspicions(seen: Evidence) -> tuple[str, ...]:
    """The reason codes why a commission waits, in the order of `REASONS`; none for an ordinary order."""
    sniped = seen.own_door is not None and timedelta() <= seen.own_door <= SNIPED_WITHIN
    found = {
        "same_phone": seen.same_phone,
        "same_account": seen.same_account,
        "same_address": seen.same_address,
        "same_proof": seen.same_proof,
        "with_the_seller": seen.with_the_seller,
        "flood": seen.orders_lately >= FLOOD,
        "stuffing": seen.codes_tried >= CODES_TRIED,
        "sniping": sniped,
        "wash": seen.given_back >= GIVEN_BACK,
    }
    return tuple(reason for reason in REASONS if found[reason])
