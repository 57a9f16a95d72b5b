"""Lists as groups paste them: whose, how many of what, the house, the mark; and nothing of them left out silently."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading.lists import Entry, looks_numbered, read_entry, read_list, said_to_note
from storefront.reading.shelf import Ware

ONE = (Ware(1, "Brownies Kukus Pandan", 65_000, "loyang", ("polos", "keju")),)
SEVERAL = (*ONE, Ware(2, "Nastar", 85_000, "toples"), Ware(3, "Risol Mayo", 3_500, "pcs", ("pedas",)))

Said = tuple[str, str, str | None, bool]


def said_of(one: Entry | None, wares: tuple[Ware, ...]) -> Said | None:
    """``("Bu Ani", "2 Nastar", "C2/5", True)``: an entry as one reads it."""
    if one is None:
        return None
    names = {ware.id: ware.name.split()[0] for ware in wares}
    lines = [" ".join(filter(None, (str(line.quantity), names[line.product_id], line.option))) for line in one.lines]
    return one.name, ", ".join(lines), one.place, one.is_paid


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Bu Ani 2 polos", ("Bu Ani", "2 Brownies polos", None, False)),
        ("Bu Ani 2 polos ✅", ("Bu Ani", "2 Brownies polos", None, True)),
        ("bu ani 2 lunas", ("Bu Ani", "2 Brownies", None, True)),
        ("Ani 2 sdh tf", ("Ani", "2 Brownies", None, True)),
        ("mba budi C2/5: 1 keju", ("Mba Budi", "1 Brownies keju", "C2/5", False)),
        ("mba budi (blok C no 5) - 1 keju", ("Mba Budi", "1 Brownies keju", "blok C, no 5", False)),
        ("Tuti RT 04 no 7 - 2 (1 keju 1 polos)", ("Tuti", "1 Brownies keju, 1 Brownies polos", "RT 04, no 7", False)),
        ("Tuti 3, 1 keju 2 polos", ("Tuti", "1 Brownies keju, 2 Brownies polos", None, False)),
        ("Tuti = 5, 2 keju sisanya polos", ("Tuti", "2 Brownies keju, 3 Brownies polos", None, False)),
        ("3 keju Pak Joko", ("Pak Joko", "3 Brownies keju", None, False)),
        ("2 keju buat Bu Ani", ("Bu Ani", "2 Brownies keju", None, False)),
        ("Bu RT dua", ("Bu RT", "2 Brownies", None, False)),
        ("Bu RT 10 polos", ("Bu RT", "10 Brownies polos", None, False)),
        ("Mama Rara selusin", ("Mama Rara", "12 Brownies", None, False)),
        ("Kak Lia brownies", ("Kak Lia", "1 Brownies", None, False)),
        ("Sari", None),
        ("2 polos", None),
        ("Mama Rara 1 coklat", None),
        ("Bu Ani 0", None),
        ("", None),
    ],
)
def test_a_line_of_a_list(line: str, said: Said | None) -> None:
    assert said_of(read_entry(line, ONE), ONE) == said


@pytest.mark.parametrize(
    ("heading", "line", "said"),
    [
        ("List PO Nastar", "Bu Ani 2", ("Bu Ani", "2 Nastar", None, False)),
        ("List PO Nastar", "Tini 1, 10 risol pedas", ("Tini", "1 Nastar, 10 Risol pedas", None, False)),
        ("List jumat", "Bu Ani 2 nastar", ("Bu Ani", "2 Nastar", None, False)),
        ("List jumat", "Bu Ani 2", None),
        ("Nastar dan risol", "Bu Ani 2", None),
    ],
)
def test_a_number_alone_is_of_what_the_heading_names(heading: str, line: str, said: Said | None) -> None:
    found = read_list(f"{heading}\n1. {line}\n2. Desi 1 nastar\n3. Lia 1 nastar", SEVERAL)

    assert found
    assert said_of(next((one for one in found.entries if one.number == 1), None), SEVERAL) == said
    assert (1 in dict(found.unclear)) == (said is None)


@pytest.mark.parametrize(
    "text",
    [
        "1. Bu Ani 2\n2. Budi 1\n3.",
        "1) Bu Ani 2\n2) Budi 1",
        "1.Bu Ani 2\n2.Budi 1",
        "*1.* Bu Ani 2\n*2.* Budi 1",
        "List:\n\n1. Bu Ani 2\n\n2. Budi 1\nmakasih ya",
        "LIST 1. Bu Ani 2 2. Budi 1",
        "1. Bu Ani 2 2. Budi 1 3.",
        "1. Bu Ani 2\u2028 2. Budi 1",
    ],
)
def test_lists_of_every_shape(text: str) -> None:
    found = read_list(text, ONE)

    assert looks_numbered(text) or "*" in text or ".B" in text
    assert found
    assert [(one.number, one.name, one.lines[0].quantity) for one in found.entries] == [
        (1, "Bu Ani", 2),
        (2, "Budi", 1),
    ]
    assert found.unclear == ()


@pytest.mark.parametrize(
    "text",
    [
        "mau 2 brownies kak\nbesok ya", "1. halo\n2. apa kabar", "1. 2 polos\n2. 1 keju", "1. Bu Ani 2", "", "1.\n2.",
        "jam 8.30\njam 9.30", "brownies 65.000\nnastar 85.000",
    ],
)  # fmt: skip
def test_what_is_no_list(text: str) -> None:
    assert read_list(text, ONE) is None


@pytest.mark.parametrize(
    ("text", "rest"),
    [("catat Bu Ani 2", "Bu Ani 2"), ("Catat: Ani 1 keju", "Ani 1 keju"), ("note Ani 1", "Ani 1"), ("catatan", None)],
)
def test_what_is_to_be_noted(text: str, rest: str | None) -> None:
    assert said_to_note(text) == rest


NAMES = st.sampled_from(["Bu Ani", "Mba Budi", "Tuti", "Pak Joko", "Mama Rara", "Desi"])
GOODS = st.sampled_from(["2", "1 keju", "2 polos 1 keju", "keju", "", "3 coklat", "selusin", "😀", "(", "99999"])
LINES = st.lists(st.tuples(NAMES, GOODS, st.sampled_from(["", " ✅", " lunas", " C2/5"])), min_size=2, max_size=12)


@given(lines=LINES)
def test_every_numbered_line_is_an_order_or_is_named(lines: list[tuple[str, str, str]]) -> None:
    text = "\n".join(f"{n}. {name} {goods}{mark}" for n, (name, goods, mark) in enumerate(lines, 1))

    found = read_list(text, ONE)

    if found:
        numbers = sorted([*(one.number for one in found.entries), *(number for number, _ in found.unclear)])
        assert numbers == list(range(1, len(lines) + 1))
        assert all(re.fullmatch(r"[A-Z]\w+(?: [A-Z]\w+)?", one.name) for one in found.entries)
        assert all(1 <= line.quantity <= 1_000 for one in found.entries for line in one.lines)
