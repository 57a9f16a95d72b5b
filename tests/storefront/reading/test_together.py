"""A poll and its choices, a cause and what goes where, what people tell of, and which questions are the same."""

import pytest

from storefront.reading.together import CauseWords, PollWords, cause_said, poll_said
from storefront.reading.topics import about, topics_in
from storefront.selling.faqs import is_same


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "polling minggu depan mau rasa apa? pandan, keju, coklat",
            ("minggu depan mau rasa apa?", "pandan keju coklat"),
        ),
        ("poll: which flavour? cheese or pandan", ("which flavour?", "cheese pandan")),
        ("polling rasa: pandan / keju", ("rasa?", "pandan keju")),
        ("polling rasa apa?\npandan\nkeju\npandan", ("rasa apa?", "pandan keju")),
        ("polling rasa apa? pandan", None),
        ("polling rasa apa?", None),
        ("polling pandan, keju", None),
        ("polling ? a, b", None),
        ("polling huruf? a, b, c, d, e, f, g", None),
        ("hasil polling kemarin apa?", None),
    ],
)
def test_a_poll(text: str, read: tuple[str, str] | None) -> None:
    assert poll_said(text) == (PollWords(read[0], tuple(read[1].split())) if read else None)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (
            "titip nasi box untuk Panti Kasih Ibu, jl Melati 3, target 30",
            CauseWords("nasi box", "Panti Kasih Ibu", "jl Melati 3", 30),
        ),
        (
            "give rice box to Orphanage Kasih, street 3, block B, target 10 please",
            CauseWords("rice box", "Orphanage Kasih", "street 3, block B", 10),
        ),
        ("titip nasi box untuk Panti Kasih Ibu, target 30", None),  # where to?
        ("titip nasi box untuk Panti Kasih Ibu, jl Melati 3", None),
        ("titip nasi box untuk Panti, jl Melati 3, target 0", None),
        ("titip ke satpam aja ya kak", None),
        ("titip salam untuk Bu Rina, target apa ya?", None),
    ],
)
def test_a_cause(text: str, read: CauseWords | None) -> None:
    assert cause_said(text) == read


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("kue sama camilan", ["cake", "snack"]),
        ("Cakes, drinks and crafts", ["cake", "drink", "craft"]),
        ("sambal, kopi, hijab, mainan anak", ["drink", "frozen", "fashion"]),  # three at most, in our order
        ("masakan rumahan", ["meal"]),
        ("bola basket", []),
        ("", []),
    ],
)
def test_what_she_tells_of(text: str, topics: list[str]) -> None:
    assert topics_in(text) == topics


@pytest.mark.parametrize(
    ("name", "topics"),
    [
        ("Brownies Kukus Pandan", {"cake"}),
        ("Nasi Box Ayam", {"meal"}),
        ("Kripik Tempe", {"snack"}),
        ("Es Kopi Susu", {"drink"}),
        ("Sabun Sereh", {"craft"}),
        ("Barang", set()),
    ],
)
def test_what_a_product_is_about(name: str, topics: set[str]) -> None:
    assert about(name, "") == topics


@pytest.mark.parametrize(
    ("kept", "asked", "same"),
    [
        ("tahan berapa lama di kulkas?", "kak tahan berapa lama ya di kulkas?", True),
        ("tahan berapa lama di kulkas?", "di kulkas tahan berapa lama?", True),
        ("tahan berapa lama di kulkas?", "tahan brapa lama di kulkas", True),
        ("tahan berapa lama di kulkas?", "tahan berapa hari di kulkas?", False),
        ("tahan berapa lama di kulkas?", "berapa harganya?", False),
        ("brownies mengandung susu?", "brownies mengandung kacang?", False),
        ("nastarnya pakai telur?", "nastarnya tidak pakai telur?", False),
        ("buka hari sabtu?", "buka hari rabu?", False),
        ("diantar jam 9?", "diantar jam 7?", False),
        ("brownies harganya berapa?", "bolu harganya berapa?", False),
        ("apa pedas buat anak?", "apa pedas buat dewasa?", False),
        ("is it spicy for a child?", "is it spicy for my child?", True),
        ("enak?", "enak?", False),  # one word says too little
        ("kirim dari depok ke jakarta?", "kirim dari jakarta ke depok?", False),
        ("manis atau tidak asin?", "asin atau tidak manis?", False),
        ("bisa kirim ke bogor?", "kak bisa kirim ke bogor ya?", True),
    ],
)
def test_which_questions_are_the_same(kept: str, asked: str, same: bool) -> None:
    assert is_same(asked, kept) is same
    assert is_same(kept, asked) is same
