"""Questions about the food: what is asked, which food may not be in it, and what is no question of that kind."""

import pytest

from storefront.reading.inquiries import Inquiry, inquiry, is_named
from storefront.reading.shelf import Ware

WARES = (Ware(1, "Brownies Kukus", 65_000, "loyang", ("keju",)), Ware(2, "Susu Kedelai", 8_000, "botol"))


@pytest.mark.parametrize(
    ("text", "facts", "foods"),
    [
        ("ada kacangnya ga kak?", ("allergens",), ("kacang",)),
        ("mengandung telor gak?", ("allergens",), ("telur",)),
        ("anak saya alergi udang, aman?", ("allergens",), ("udang",)),
        ("saya alergi kacang sama ikan", ("allergens",), ("ikan", "kacang")),
        ("does it contain eggs or nuts?", ("allergens",), ("kacang", "telur")),
        ("bahannya apa aja kak", ("allergens",), ()),
        ("what's in it?", ("allergens",), ()),
        ("tahan berapa hari?", ("shelf_life",), ()),
        ("awet berapa lama ya", ("shelf_life",), ()),
        ("how long does it keep?", ("shelf_life",), ()),
        ("halal kak?", ("halal",), ()),
        ("ini halal ga, sama tahan berapa hari", ("shelf_life", "halal"), ()),
        ("ada PIRT nya?", ("pirt",), ()),
        ("brownies ada glutennya gak, halal kan?", ("allergens", "halal"), ("gluten",)),
    ],
)
def test_what_is_asked(text: str, facts: tuple[str, ...], foods: tuple[str, ...]) -> None:
    assert inquiry(text, WARES) == Inquiry(facts, foods)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "mau 2 brownies", "ada susu kedelai ga?", "susu kedelai ready?", "berapa harganya?",
        "kacang", "makasih kak", "bisa kirim hari ini?", "", "tahan dulu ya kak",
    ],
)  # fmt: skip
def test_what_asks_nothing_of_the_food(text: str) -> None:
    assert inquiry(text, WARES) is None


@pytest.mark.parametrize(
    ("food", "told", "named"),
    [
        ("susu", "telur, susu, gluten", True),
        ("susu", "milk and eggs", True),
        ("telur", "Milk, EGGS", True),
        ("kacang", "telur, susu", False),
        ("kacang", "", False),
    ],
)
def test_a_food_is_named_in_either_language(food: str, told: str, named: bool) -> None:
    assert is_named(food, told) is named
