"""Captions and their corrections."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from storefront.reading.captions import Caption, Option, merge, read_caption, read_change

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 16, 9, tzinfo=JAKARTA)
BROWNIES = "brownies kukus pandan 65rb/loyang, topping keju +10rb. PO tutup kamis jam 8 mlm, kirim sabtu pagi, max 20"
KEJU = Option("keju", extra=10_000, adds=True)


def read(text: str) -> Caption:
    return read_caption(text, NOW, JAKARTA)


def change(text: str) -> Caption:
    return read_change(text, NOW, JAKARTA)


@pytest.mark.parametrize("text", [BROWNIES, BROWNIES.replace(", ", "\n"), BROWNIES.replace(",", " ").replace(".", " ")])
def test_a_caption_in_one_breath(text: str) -> None:
    assert read(text) == Caption(
        name="Brownies Kukus Pandan",
        price=65_000,
        unit="loyang",
        options=(KEJU,),
        stock=None,
        quota=20,
        preorder=True,
        closes_at=datetime(2026, 6, 18, 20, tzinfo=JAKARTA),
        delivers_on=date(2026, 6, 20),
        day_part="pagi",
    )


@pytest.mark.parametrize(
    ("text", "name", "price"),
    [
        ("Brownies Kukus 45rb", "Brownies Kukus", 45_000),
        ("nastar premium 500gr 85k ya bun 😋", "Nastar Premium", 85_000),
        ("KASTENGEL\nRp45.000,-", "Kastengel", 45_000),
        ("jual bolu pisang 🍌 35rb", "Bolu Pisang", 35_000),
        ("Open PO nastar 80rb", "Nastar", 80_000),
        ("nastar 25 aja", "Nastar 25", None),
        ("35-40rb", None, None),
        ("Nastar 70rb-85rb", None, None),
        ("nastar 85rb, kastengel 98rb", "Nastar", None),
        ("", None, None),
        ("45rb", None, 45_000),
        ("Bros bunga 15rb dapat 2", "Bros Bunga", 15_000),
        ("donat kentang 3 pcs 10rb", "Donat Kentang", 10_000),
    ],
)
def test_name_and_price(text: str, name: str | None, price: int | None) -> None:
    caption = read(text)
    assert caption.price == price
    if name is not None and price is not None:
        assert caption.name == name


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("bolu 65rb, keju +10rb, coklat +5rb", (KEJU, Option("coklat", extra=5_000, adds=True))),
        ("bolu 65rb, keju/coklat +10rb", (KEJU, Option("coklat", extra=10_000, adds=True))),
        ("bolu 65rb, topping keju, coklat +10rb", (KEJU, Option("coklat", extra=10_000, adds=True))),
        ("bolu 65rb keju +10rb", (KEJU,)),
        ("bolu 65rb, rasa ayam suwir / keju", (Option("ayam suwir"), Option("keju"))),
        ("bolu 65rb, rasa: coklat, keju. Enak banget", (Option("coklat"), Option("keju"))),
        ("bolu 65rb", ()),
    ],
)
def test_options(text: str, options: tuple[Option, ...]) -> None:
    assert read(text).options == options


@pytest.mark.parametrize(
    ("text", "stock", "quota"),
    [
        ("nastar 85rb ready 6", 6, None),
        ("nastar 85rb, stok 12 pack", 12, None),
        ("nastar 85rb. sisa 5", 5, None),
        ("cookies 65k/jar, 10 jars left", 10, None),
        ("nastar 85rb max 20", None, 20),
        ("nastar 85rb maks 20", None, 20),
        ("nastar 85rb maksimal 20 loyang", None, 20),
        ("nastar 85rb, ready stock 3 ya", 3, None),
        ("nastar 85rb ready", None, None),
        ("nastar ready 85rb", None, None),
        ("nastar 85rb min 2", None, None),
    ],
)
def test_stock_and_quota(text: str, stock: int | None, quota: int | None) -> None:
    assert (read(text).stock, read(text).quota) == (stock, quota)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("po tutup kamis 20.00, kirim kamis", date(2026, 6, 18)),
        ("po tutup kamis 20.00, kirim rabu", date(2026, 6, 24)),
        ("po tutup kamis 20.00, kirim 17 juni", None),
        ("kirim besok", date(2026, 6, 17)),
        ("po tutup kamis", None),
    ],
)
def test_delivery_never_comes_before_the_closing(text: str, day: date | None) -> None:
    assert read("bolu 65rb, " + text).delivers_on == day


@pytest.mark.parametrize(
    ("text", "closes"),
    [
        ("PO bolu 65rb, tutup H-1 jam 8 malam, kirim sabtu pagi", datetime(2026, 6, 19, 20, tzinfo=JAKARTA)),
        ("PO bolu 65rb, tutup H-2 20.00, kirim 20 juni", datetime(2026, 6, 18, 20, tzinfo=JAKARTA)),
        ("PO bolu 65rb, tutup H-1 jam 8 malam", None),
        ("PO bolu 65rb, tutup H-1, kirim sabtu", None),
    ],
)
def test_a_closing_may_be_counted_back_from_the_delivery(text: str, closes: datetime | None) -> None:
    assert read(text).closes_at == closes


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Kastengel 98rb, tahan 2 bulan", {"shelf_life": "2 bulan"}),
        ("Sambal 35rb, awet 3-4 minggu di kulkas", {"shelf_life": "3-4 minggu"}),
        ("Cookies 50rb. Mengandung kacang, susu dan telur.", {"allergens": "kacang, susu dan telur"}),
        ("Cookies 50k. Contains nuts and milk", {"allergens": "nuts and milk"}),
        ("Keripik 15rb P-IRT No. 2063201010001-25", {"pirt": "2063201010001-25"}),
        ("Rendang 220rb/kg halal no ID31110000123450120", {"halal": "ID31110000123450120"}),
        ("Rendang 220rb/kg halal dijamin", {}),
        ("Nastar 85rb", {}),
    ],
)
def test_what_a_label_says_is_taken_and_never_implied(text: str, told: dict[str, str]) -> None:
    caption = read(text)
    fields = {name: getattr(caption, name) for name in ("shelf_life", "allergens", "halal", "pirt")}

    assert {name: value for name, value in fields.items() if value} == told


def test_no_po_is_no_preorder() -> None:
    assert not read("kukis 8rb/pc ready stock no PO").preorder
    assert read("PO nastar 85rb").preorder


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("harga 70rb", "price", 70_000),
        ("70rb", "price", 70_000),
        ("maks 15", "quota", 15),
        ("ready 8", "stock", 8),
        ("nama Brownies Panggang", "name", "Brownies Panggang"),
        ("namanya brownies panggang ya", "name", "Brownies Panggang"),
        ("keju +5rb", "options", (Option("keju", extra=5_000, adds=True),)),
        ("tutup jumat 19.00", "closes_at", datetime(2026, 6, 19, 19, tzinfo=JAKARTA)),
        ("kirim minggu sore", "delivers_on", date(2026, 6, 21)),
        ("kirim minggu sore", "day_part", "sore"),
    ],
)
def test_a_change_replaces_what_it_names_and_nothing_else(text: str, field: str, value: object) -> None:
    before = read(BROWNIES)
    after = merge(before, change(text))
    assert getattr(after, field) == value
    changed = {name for name in vars(before) if getattr(before, name) != getattr(after, name)}
    assert field in changed
    assert changed <= {field, "delivers_on", "day_part"}


def test_a_change_with_a_name_and_a_price() -> None:
    both = change("nama Bolu Pisang, harga 50rb")
    assert (both.name, both.price) == ("Bolu Pisang", 50_000)
    assert change("harga 70rb").name is None
    assert merge(read(BROWNIES), change("apa kabar")) == read(BROWNIES)
