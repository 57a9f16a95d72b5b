"""Orders and addresses in a buyer's words."""

import pytest

from storefront.reading.orders import AddressWords, OrderWords, Wanted, read_address, read_order

VARIANTS = ["polos", "keju", "keju coklat"]


def wanted(text: str, variants: list[str] = VARIANTS) -> dict[str | None, int]:
    return {each.variant: each.quantity for each in read_order(text, variants).wanted}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2 ya kak, 1 pake keju", {"polos": 1, "keju": 1}),
        ("2, 1 keju", {"polos": 1, "keju": 1}),
        ("1 polos 1 keju", {"polos": 1, "keju": 1}),
        ("2 keju", {"keju": 2}),
        ("keju 2", {"keju": 2}),
        ("3", {"polos": 3}),
        ("2 polos, 1 keju", {"polos": 2, "keju": 1}),
        ("dua", {"polos": 2}),
        ("two please", {"polos": 2}),
        ("twelve", {"polos": 12}),
        ("dua belas", {"polos": 12}),
        ("selusin", {"polos": 12}),
        ("2 lusin", {"polos": 24}),
        ("mau 2 dong", {"polos": 2}),
        ("2 loyang ya", {"polos": 2}),
        ("seloyang", {"polos": 1}),
        ("2x", {"polos": 2}),
        ("pesan 2 brownies", {"polos": 2}),
        ("2 keju 3 polos", {"keju": 2, "polos": 3}),
        ("2 yang keju", {"keju": 2}),
        ("2, keju", {"keju": 2}),
        ("yang keju ya", {"keju": 1}),
        ("1 keju coklat 1 keju", {"keju coklat": 1, "keju": 1}),
        ("3, 1 keju, 1 keju coklat", {"polos": 1, "keju": 1, "keju coklat": 1}),
        ("2, 2 keju", {"keju": 2}),
        ("1 keju, 1 keju", {"keju": 2}),
        ("999", {"polos": 999}),
        ("2, 0812-3456-7890", {"polos": 2}),
        ("2 ya, buat jam 4", {"polos": 2}),
        ("2 yang 65rb", {"polos": 2}),
        ("halo kak", {}),
        ("", {}),
    ],
)
def test_how_many_of_what(text: str, expected: dict[str | None, int]) -> None:
    assert wanted(text) == expected
    assert read_order(text, VARIANTS).unclear == ()


@pytest.mark.parametrize(
    ("text", "unclear"),
    [
        ("2 ya, 5 keju", ("5 keju",)),
        ("2 durian", ("durian",)),
        ("durian 2", ("durian",)),
        ("0", ("0",)),
        ("1000", ("1000",)),
        ("1 polos, 0 keju", ("0",)),
        ("2 tanpa keju", ("tanpa keju",)),
        ("1/2 loyang", ("1/2",)),
        ("2, 3", ("2 + 3",)),
        ("2 polos, 1 durian", ("durian",)),
        ("3, 1 polos 1 keju", ("1 polos",)),
    ],
)
def test_what_is_unclear_is_named_and_nothing_is_ordered(text: str, unclear: tuple[str, ...]) -> None:
    order = read_order(text, VARIANTS)
    assert (order.wanted, order.unclear) == ((), unclear)


def test_the_base_comes_by_its_own_name() -> None:
    assert wanted("2", [""]) == {"": 2}
    assert wanted("2", []) == {None: 2}
    assert [each.variant for each in read_order("3, 1 keju", VARIANTS).wanted] == ["polos", "keju"]


def test_the_words_of_the_product_may_stand_beside_its_number() -> None:
    assert read_order("2 lumpur surga", [""]).unclear == ("lumpur",)
    assert read_order("2 lumpur surga", [""], product="Lumpur Surga").wanted == (Wanted("", 2),)


def test_everything_in_one_message() -> None:
    assert read_order("2, 1 keju, antar griya asri C2/5, Sari, qris", VARIANTS) == OrderWords(
        (Wanted("polos", 1), Wanted("keju", 1)), "deliver", "griya asri C2/5", None, "Sari", "qris", ()
    )


@pytest.mark.parametrize(
    ("text", "handover", "address", "recipient", "way"),
    [
        ("antar ya kak", "deliver", None, None, None),
        ("Ambil", "pickup", None, None, None),
        ("2 ambil sendiri, cod", "pickup", None, None, "cod"),
        ("ambil 2", None, None, None, None),
        ("mau ambil 2 keju", None, None, None, None),
        ("2, pick up, transfer", "pickup", None, None, "transfer"),
        ("2 dianter ke griya asri c2/5, tf", "deliver", "Griya Asri C2/5", None, "transfer"),
        ("2 kirim ke jl mawar no 5 an Bu Sari, bayar di tempat", "deliver", "jl mawar no 5", "Bu Sari", "cod"),
        ("deliver to griya asri c2, for Sari", "deliver", "Griya Asri C2", "Sari", None),
        ("2, ambil, Sari", "pickup", None, "Sari", None),
        ("antar atau ambil", None, None, None, None),
        ("qris atau cod", None, None, None, None),
        ("2, griya asri c2/5, Sari", "deliver", "Griya Asri C2/5", "Sari", None),
        ("antar, 2 keju", "deliver", None, None, None),
        ("2, ambil, besok ya", "pickup", None, None, None),
    ],
)
def test_handover_and_way(
    text: str, handover: str | None, address: str | None, recipient: str | None, way: str | None
) -> None:
    order = read_order(text, VARIANTS, ["Griya Asri"])
    assert (order.handover, order.address, order.recipient, order.way) == (handover, address, recipient, way)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "griya asri blok c2 no 5 deket pos satpam, an Sari",
            AddressWords("Griya Asri blok C2 no 5", "deket pos satpam", "Sari", True),
        ),
        (
            "griya asri deket pos blok c2 no 5 a.n. Sari",
            AddressWords("Griya Asri blok C2 no 5", "deket pos", "Sari", True),
        ),
        ("atas nama Sari Dewi, griya asri c2/5", AddressWords("Griya Asri C2/5", None, "Sari Dewi", True)),
        ("jl mawar 12 rt 03/04, Bu Sari ya kak", AddressWords("jl mawar 12 rt 03/04", None, "Bu Sari", True)),
        ("griya asri c2/5, 0812 3456 7890, nama sari", AddressWords("Griya Asri C2/5", None, "Sari", True)),
        ("griya asri rt 04", AddressWords("Griya Asri rt 04", None, None, False)),
        ("jl mawar, Depok", AddressWords("jl mawar, Depok", None, None, False)),
        ("Sari", AddressWords("Sari", None, None, False)),
        ("", AddressWords(None, None, None, False)),
    ],
)
def test_an_address(text: str, expected: AddressWords) -> None:
    assert read_address(text, ["Griya Asri"]) == expected
