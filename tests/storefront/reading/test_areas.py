"""A shop in one breath, and the area an address lies in."""

import pytest

from storefront.reading.areas import Area, ShopWords, match_area, read_place, read_shop
from storefront.reading.cities import split_city

RT = Area("RT 04", "rt", 0)
GRIYA = Area("Griya Asri", "complex", 5_000)
OUTSIDE = Area("luar", "outside", None)
PLACE = "griya asri depok. rt 04 gratis, sekompleks 5rb, luar gosend bayar sendiri ya"


def test_a_shop_in_one_breath() -> None:
    assert read_shop(f"Dapur Rina, {PLACE}") == ShopWords("Dapur Rina", "Griya Asri", "Depok", (RT, GRIYA, OUTSIDE))


@pytest.mark.parametrize(
    "text",
    [
        PLACE,
        "griya asri, depok\nrt 04 gratis\nsekompleks 5rb\nluar gosend bayar sendiri",
        "dari griya asri depok, gratis rt 04, 5rb sekompleks, luar gosend",
        "Griya Asri Depok. RT.04/RW 02 free, complex 5k, outside buyer pays gosend",
        "griya asri depok, rt 04 gratis sekompleks 5rb luar gosend bayar sendiri",
    ],
)
def test_a_place_and_its_fees(text: str) -> None:
    assert read_place(text) == ShopWords(None, "Griya Asri", "Depok", (RT, GRIYA, OUTSIDE))


def test_areas_with_names_of_their_own() -> None:
    shop = read_shop("Dapur Rina, griya asri, depok 15rb, margonda 10rb, rt 03, rt 04 gratis, luar 20rb")
    assert shop.areas == (
        Area("Depok", "named", 15_000),
        Area("Margonda", "named", 10_000),
        Area("RT 03", "rt", 0),
        RT,
        Area("luar", "outside", 20_000),
    )


@pytest.mark.parametrize(
    ("text", "shop"),
    [
        ("Dapur Rina", ShopWords("Dapur Rina", None, None, ())),
        ("dapur rina ya kak", ShopWords("Dapur Rina", None, None, ())),
        ("Dapur Rina di bsd tangerang selatan", ShopWords("Dapur Rina", "Bsd", "Tangerang Selatan", ())),
        ("rt 04 gratis", ShopWords(None, None, None, (RT,))),
        ("", ShopWords(None, None, None, ())),
    ],
)
def test_less_than_everything(text: str, shop: ShopWords) -> None:
    assert read_shop(text) == shop


@pytest.mark.parametrize(
    ("address", "area"),
    [
        ("rt04", RT),
        ("RT 4", RT),
        ("rt.04/rw 02 griya asri", RT),
        ("Griya Asri C2/5", GRIYA),
        ("GRIYA ASRI", GRIYA),
        ("griya asri 2", GRIYA),
        ("luar komplek, rt 04", OUTSIDE),
        ("jl mawar 3, pake gosend", OUTSIDE),
        ("margonda raya", Area("Margonda", "named", 10_000)),
        ("rt 14", None),
        ("rt 040", None),
        ("griya asritama", None),
        ("jl mawar 3", None),
        ("", None),
    ],
)
def test_the_area_of_an_address(address: str, area: Area | None) -> None:
    assert match_area(address, (OUTSIDE, Area("Margonda", "named", 10_000), GRIYA, RT)) == area


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("griya asri depok", ("griya asri", "Depok")),
        ("bsd kota tangerang selatan", ("bsd", "Tangerang Selatan")),
        ("depok", ("", "Depok")),
        ("griya asri", ("griya asri", None)),
        ("depok baru", ("depok baru", None)),
    ],
)
def test_the_city_at_the_end(text: str, expected: tuple[str, str | None]) -> None:
    assert split_city(text) == expected
