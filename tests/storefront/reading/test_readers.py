"""What every reader keeps: whatever people paste, it never raises."""

from collections.abc import Callable
from dataclasses import fields
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from storefront.reading import (
    areas,
    captions,
    destinations,
    lists,
    messages,
    noise,
    orders,
    packs,
    prices,
    times,
    words,
)
from storefront.reading.shelf import Ware

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 16, 9, tzinfo=JAKARTA)
AREAS = (areas.Area("RT 04", "rt", 0), areas.Area("Griya Asri", "complex", 5_000))

WARES = (Ware(1, "Brownies Kukus", 45_000, "loyang", ("coklat", "isi 6")), Ware(2, "Nastar", 85_000, "toples"))

READERS: dict[str, Callable[[str], object]] = {
    "plain": noise.plain,
    "bunda": noise.calls_herself_bunda,
    "prices": prices.find_prices,
    "fee": prices.read_fee,
    "moment": lambda text: times.read_moment(text, NOW, JAKARTA),
    "day": lambda text: times.read_day(text, NOW, JAKARTA),
    "caption": lambda text: captions.read_caption(text, NOW, JAKARTA),
    "message": lambda text: messages.read_message(text, WARES),
    "list": lambda text: lists.read_list(text, WARES),
    "entry": lambda text: lists.read_entry(text, WARES),
    "change": lambda text: captions.read_change(text, NOW, JAKARTA),
    "shop": areas.read_shop,
    "place": areas.read_place,
    "area": lambda text: areas.match_area(text, AREAS),
    "order": lambda text: orders.read_order(text, ["polos", "keju"], ["Griya Asri"]),
    "address": lambda text: orders.read_address(text, ["Griya Asri"]),
    "destination": destinations.read_destination,
    "command": words.command,
    "numbered": words.numbered,
    "fee answer": words.read_fee_answer,
    "safety": words.safety,
    "yes": words.yes,
    "no": words.no,
    "referral code": words.referral_code,
    "reference": words.reference,
    "code of order": words.code_of_order,
}
SPOKEN = st.sampled_from(
    sorted(
        noise.word_set(
            "2 1 0 18/6 20.00 45rb +10rb Rp 1,5jt 9999999999 keju polos antar ambil an a.n. rt 04 blok c2 no 5 kamis 31"
            " feb juni jam 8 mlm setengah tutup kirim max ready , . / - ( ) kode DR-0001 gratis luar dekat qris bca"
            " dana 08123456789 kemarin"
        )
    )
)
MESSAGES = st.one_of(st.text(max_size=200), st.lists(SPOKEN, max_size=25).map(" ".join))


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=60, deadline=None)
@given(text=MESSAGES)
@example(text="A/A1000")
def test_no_message_breaks_a_reader(name: str, text: str) -> None:
    READERS[name](text)


SIGNS = noise.word_set(
    "1 2 10 45rb 45 2500 1.000 1/2 -1 500gr 20x20 h-1 rp @ + - / , . ( ) : x2 2x brownies keju nastar ~50rb~ #kue"
)
KNOWN = st.sampled_from(sorted(SIGNS.union(*(getattr(packs.SPOKEN, one.name) for one in fields(packs.SPOKEN)))))


@settings(max_examples=400, deadline=None)
@given(said=st.lists(KNOWN, max_size=9), between=st.sampled_from([" ", " ", "", "\n"]))
def test_every_known_word_beside_every_other_is_read(said: list[str], between: str) -> None:
    """Whatever stands beside whatever: nothing raises, no price and no quantity is outside of what there can be."""
    text = between.join(said)
    caption = captions.read_words(text)
    message = messages.read_message(text, WARES)

    assert caption.price is None or 100 <= caption.price <= 100_000_000
    assert caption.stock is None or 0 <= caption.stock <= 100_000
    assert all(1 <= line.quantity <= 1_000 for line in message.lines)
    assert message.intent == "order" or not (message.lines or message.ambiguous)


def test_a_sum_in_one_word_may_end_a_caption() -> None:
    assert captions.read_words("kue cubit goceng").price == 5_000
    assert captions.read_words("goceng").price == 5_000
