"""Which deal an order thanks, and why; or why nobody.

The order of precedence is published and short:

    1. a code said for this very order
    2. the link or QR picture that opened this conversation
    3. the last touch of this person within the window
    4. nobody

An order that the seller writes down anew after one with a code was cancelled thanks whom that one thanked.

A code or link claims the order of its own conversation, which is a day; after that it is a touch like
any other, and the latest of those wins.

A candidate that may not be thanked (its own creator is the buyer, the deal has ended, the window is
over, the buyer was the shop's customer before) falls through to the next one, and is remembered with
its reason: a creator who asks "why not me?" is owed an answer.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from referral.terms import CONVERSATION


class Claim(IntEnum):
    """How a touch claims an order, the strongest first."""

    CODE = 1  #: the code was written for this order
    LINK = 2  #: a link or QR picture opened this conversation
    TOUCH = 3  #: an earlier meeting, still within the window


@dataclass(frozen=True, slots=True)
class Touch:
    """One meeting with a deal's code. ``deal_ended_at`` is None while the deal runs."""

    deal: int
    creator: int
    claim: Claim
    at: datetime
    window: timedelta
    new_customers_only: bool
    deal_ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Customer:
    """The roll-up of a buyer at this shop: when she first paid here, and through which deal if any."""

    first_paid_at: datetime | None = None
    first_deal: int | None = None


@dataclass(frozen=True, slots=True)
class Attribution:
    """The decision. ``lost`` holds, for every touch that did not win, the deal and the reason code."""

    touch: Touch | None
    reason: str
    lost: tuple[tuple[int, str], ...] = ()


def credited(
    touches: Iterable[Touch],
    buyer: int,
    customer: Customer,
    now: datetime,
    *,
    is_resale: bool = False,
    recreates: Touch | None = None,
    waived: Collection[int] = (),
) -> Attribution:
    """Decide whom an order placed at ``now`` thanks. One at a reseller's price thanks nobody: it pays her margin.

    ``recreates``: the touch that the cancelled order had thanked, where this one is that order written down anew.
    ``waived``: the creators who take nothing for what it is given to; the order of one of them says so, and nobody
    else's takes its place.
    """
    if is_resale:
        return Attribution(None, "resale", tuple((touch.deal, "resale") for touch in touches))
    if recreates is not None and recreates.creator != buyer:
        others = (touch.deal for touch in touches if touch.deal != recreates.deal)
        return Attribution(recreates, "recreated", tuple((deal, "later") for deal in others))
    lost: list[tuple[int, str]] = []
    winner: Touch | None = None
    for touch in by_precedence(faded(touch, now) for touch in touches):
        why_not = "later" if winner else objection(touch, buyer, customer, now)
        if why_not:
            lost.append((touch.deal, why_not))
        else:
            winner = touch
    if winner and winner.creator in waived:
        return Attribution(None, "waived", ((winner.deal, "waived"), *lost))
    if winner:
        return Attribution(winner, winner.claim.name.lower(), tuple(lost))
    return Attribution(None, lost[0][1] if lost else "nobody", tuple(lost))


def faded(touch: Touch, now: datetime) -> Touch:
    """A claim outlives its conversation only as a touch."""
    return replace(touch, claim=Claim.TOUCH) if now - touch.at > CONVERSATION else touch


def by_precedence(touches: Iterable[Touch]) -> list[Touch]:
    """The strongest claim first; among equals the latest."""
    return sorted(touches, key=lambda touch: (touch.claim, -touch.at.timestamp()))


def objection(touch: Touch, buyer: int, customer: Customer, now: datetime) -> str | None:
    """The reason code why this touch earns nothing, or None when it may."""
    if touch.creator == buyer:
        return "own_order"
    if touch.deal_ended_at is not None and touch.deal_ended_at <= now:
        return "deal_ended"
    if now - touch.at > touch.window:
        return "window_over"
    if touch.new_customers_only and was_customer_before(touch, customer):
        return "existing_customer"
    return None


def was_customer_before(touch: Touch, customer: Customer) -> bool:
    """Whether the shop knew this buyer already; one whom this very deal brought stays its own."""
    if customer.first_paid_at is None or customer.first_deal == touch.deal:
        return False
    return customer.first_paid_at <= touch.at
