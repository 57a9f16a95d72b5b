"""A catalogue as a table: what each cell says, what is wrong with which line, and that what goes out comes back in."""

import csv
import io
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading import sheets
from storefront.reading.sheets import BadCell, BadSheet, Problem, Unreadable
from tests.conftest import JAKARTA, START

HEAD = "produk,varian,harga,jenis"


def read(text: str) -> tuple[list[sheets.Line], list[Problem]]:
    return sheets.read_lines(sheets.opened(text), START, JAKARTA)


def entries(text: str) -> tuple[list[sheets.Entry], list[Problem]]:
    sheet = sheets.opened(text)
    lines, problems = sheets.read_lines(sheet, START, JAKARTA)
    found, at_odds = sheets.grouped(sheet, lines)
    return found, problems + at_odds


def told(problems: list[Problem]) -> list[tuple[int, str]]:
    return sorted((one.line, one.sentence.format(**one.facts)) for one in problems)


# -- bytes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_text_that_says_what_it_is(encoding: str) -> None:
    assert sheets.decoded("produk\nKlepon é 🍡".encode(encoding)) == "produk\nKlepon é 🍡"


@pytest.mark.parametrize(
    "content",
    [
        "produk\nKlepon é".encode("cp1252"),
        "produk\nKlepon".encode("utf-16-le"),  # without its mark it is full of zeros
        "produk".encode("utf-16")[:-1],
        b"\xff\xfe\x00\xd8",  # half a pair
        b"PK\x03\x04\x14\x00\x06\x00",  # an .xlsx
        b"\x89PNG\r\n\x1a\n\x00",
        b"\xed\xa0\x80",
    ],
)
def test_bytes_nobody_can_be_sure_of(content: bytes) -> None:
    with pytest.raises(Unreadable):
        sheets.decoded(content)


# -- the heading -------------------------------------------------------------------------------------


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_what_stands_between_cells_is_seen(delimiter: str) -> None:
    sheet = sheets.opened(delimiter.join(["Produk", " HARGA ", "stok"]) + "\n")

    assert sheet.columns == ("product", "price", "quota")
    assert sheet.delimiter == delimiter


def test_excels_own_first_line_is_believed() -> None:
    lines, problems = read("sep=;\r\nproduk;harga\r\nNastar, keju;85rb\r\n;x\r\n")

    assert [(line.at, line.product, line.price) for line in lines] == [(3, "Nastar, keju", 85_000)]
    assert told(problems) == [(4, "harga 'x' is not a price; for example 65rb or 65000")]


def test_english_heads_are_understood() -> None:
    sheet = sheets.opened("number,product,variant,price,unit,category,kind,stock,min,max,shown,allergens,keeps\n")

    assert "" not in sheet.columns


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "has to name the columns"),
        ("\n\n", "has to name the columns"),
        ("Nastar,85rb\n", "has to name the columns"),
        ("harga,jenis\n85rb,po", "has to name the columns"),
        ("produk,hrga\n", "do not know the column hrga"),
        ("produk,harga,price\n", "column price is there twice"),
        ('"produk\nharga', "quotation mark"),
    ],
)
def test_a_heading_that_is_none(text: str, says: str) -> None:
    with pytest.raises(BadSheet) as no:
        sheets.opened(text)

    assert says in told([no.value.problem])[0][1]


def test_a_quotation_that_never_ends_is_found_where_it_begins() -> None:
    sheet = sheets.opened(f'{HEAD}\nNastar,,85rb,po\n"Kue,,1rb,po\n' + "Kue,,1rb,po\n" * 20_000)

    with pytest.raises(BadSheet) as no:
        sheets.size(sheet)
    assert no.value.problem.line == 3


# -- cells -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("65000", 65_000), ("65.000", 65_000), ("65,000", 65_000), ("Rp65.000", 65_000), ("Rp 65.000,-", 65_000),
        ("65000.00", 65_000), ("65.000,00", 65_000), ("1.250.000", 1_250_000), ("65rb", 65_000), ("65k", 65_000),
        ("1,5jt", 1_500_000), ("12345", 12_345), ("700", 700), (" 65000 ", 65_000), ("100", 100),
        ("100000000", 100_000_000), ("65rb/loyang", 65_000),
    ],
)  # fmt: skip
def test_a_price(cell: str, amount: int) -> None:
    assert sheets.read_cell("price", cell, START, JAKARTA) == amount


@pytest.mark.parametrize(
    "cell",
    [
        "abc", "0", "00", "-65000", "-65rb", "+10rb", "65", "99", "65,5", "100000001", "9" * 15, "9" * 40, "65rb 70rb",
        "65rb-70rb", "65rb isi 6", "=1+1", "٦٥٠٠٠", "65.0000", "1.00.000", "TRUE", "1e5",
    ],
)  # fmt: skip
def test_what_is_no_price(cell: str) -> None:
    with pytest.raises(BadCell, match=r"price"):
        sheets.read_cell("price", cell, START, JAKARTA)


@pytest.mark.parametrize(
    ("column", "cell", "value"),
    [
        ("quota", "0", 0), ("quota", "20", 20), ("quota", "-", None), ("quota", "", None), ("quota", " ", None),
        ("min_order", "3", 3), ("kind", "PO", "po"), ("kind", "Pre-Order", "po"), ("kind", "ready  stock", "ready"),
        ("shown", "Ya", True), ("shown", "FALSE", False), ("number", "7", 7), ("halal", "MUI  1234", "MUI 1234"),
        ("delivers", "20 Juni 2026 pagi", (date(2026, 6, 20), "pagi")),
        ("delivers", "2026-06-20", (date(2026, 6, 20), None)),
        ("closes_at", "18 Juni 2026 jam 20.00", datetime(2026, 6, 18, 13, tzinfo=UTC)),
        ("closes_at", "18/06/2026 20:00", datetime(2026, 6, 18, 13, tzinfo=UTC)),
        ("closes_at", "2026-06-18 20:00:00", datetime(2026, 6, 18, 13, tzinfo=UTC)),
        ("closes_at", "kamis jam 8 malam", datetime(2026, 6, 18, 13, tzinfo=UTC)),
        ("product", "Kue\nCubit", "Kue Cubit"), ("product", "Ku\u200be", "Kue"),
    ],
)  # fmt: skip
def test_what_a_cell_says(column: str, cell: str, value: Any) -> None:
    assert sheets.read_cell(column, cell, START, JAKARTA) == value


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("quota", "-1"), ("quota", "1.5"), ("quota", "100000"), ("quota", "lima"), ("min_order", "0"),
        ("max_order", "²"),
        ("kind", "besok"), ("shown", "mungkin"), ("number", "satu"), ("closes_at", "6/18/2026 20:00"),
        ("closes_at", "kamis"),
        ("delivers", "nanti"), ("product", "x" * 61), ("unit", "x" * 21), ("pirt", "x" * 201),
    ],
)  # fmt: skip
def test_what_a_cell_cannot_say(column: str, cell: str) -> None:
    with pytest.raises(BadCell):
        sheets.read_cell(column, cell, START, JAKARTA)


# -- formulas ----------------------------------------------------------------------------------------

FORMULAS = ["=1+1", "+62812", "-5+3", "@SUM(A1)", "\t=1", "\r=1", "=HYPERLINK(A1)", "=cmd|' /C calc'!A0", "＝1+1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_a_formula_is_refused_on_the_way_in(cell: str) -> None:
    with pytest.raises(BadCell, match="formula"):
        sheets.read_cell("product", cell, START, JAKARTA)


@pytest.mark.parametrize("name", [*FORMULAS, "'=1", "''=1", "'", "'nDeso", "-", "Nastar"])
def test_a_formula_is_harmless_on_the_way_out(name: str) -> None:
    text = sheets.written([{"product": name, "price": 1_000}])
    cell = next(iter(list(csv.reader(io.StringIO(text[1:], newline="")))[1:]))[1]

    assert cell[:1] not in sheets.RUNS
    assert cell in {name, f"'{name}"}


@given(st.text(st.characters(exclude_categories=["C", "Z", "M"]), min_size=1, max_size=40))
def test_a_name_that_goes_out_comes_back(name: str) -> None:
    clean = sheets.clean(name)
    text = sheets.written([{"product": clean, "price": 1_000}])

    if clean not in {"", "-", "–"}:
        lines, problems = read(sheets.decoded(text.encode()))
        assert problems == []
        assert [line.product for line in lines] == [clean]


def test_a_moment_that_goes_out_comes_back() -> None:
    for month in range(1, 13):
        moment = datetime(2027, month, 9, 5, 30, tzinfo=JAKARTA)
        assert sheets.read_cell("closes_at", sheets.moment_written(moment, JAKARTA), START, JAKARTA) == moment
        day = (date(2027, month, 9), "sore")
        assert sheets.read_cell("delivers", sheets.day_written(*day), START, JAKARTA) == day


# -- lines -------------------------------------------------------------------------------------------


def test_problems_stand_at_their_lines_also_behind_a_cell_of_two_lines() -> None:
    text = f'{HEAD}\r\n"Kue\nCubit",,5rb,po\r\n\r\n  \r\nNastar,,abc,besok\r\n,,5rb,po\r\nBolu,,5rb,po,keju\r\n'

    lines, problems = read(text)

    assert [(line.at, line.product) for line in lines] == [(2, "Kue Cubit")]
    assert told(problems) == [
        (6, "harga 'abc' is not a price; for example 65rb or 65000"),
        (6, "jenis 'besok' is neither po nor ready"),
        (7, "produk is empty"),
        (8, "there are more cells than columns. A cell with a comma in it stands in quotation marks."),
    ]


def test_a_short_line_has_empty_cells() -> None:
    lines, problems = read(f"{HEAD}\nNastar")

    assert problems == []
    assert (lines[0].product, lines[0].price, lines[0].said) == ("Nastar", None, {"kind": None})


def test_what_is_quoted_back_is_short() -> None:
    _, problems = read(f"{HEAD}\nNastar,,{'x' * 1_000},po")

    assert len(problems[0].facts["cell"]) == sheets.LONGEST_SHOWN


def test_lines_of_one_product_come_together() -> None:
    found, problems = entries(
        "produk,varian,harga,jenis,kategori\nBrownies,,65rb,po,kue\nNastar,,9rb,,\nbrownies,keju,75rb,,kue\n"
    )

    assert problems == []
    assert [(one.name, [(kind.name, kind.price) for kind in one.kinds]) for one in found] == [
        ("Brownies", [("", 65_000), ("keju", 75_000)]),
        ("Nastar", [("", 9_000)]),
    ]
    assert found[0].said == {"kind": "po", "category": "kue"}


def test_lines_of_one_product_that_contradict_each_other() -> None:
    _, problems = entries(
        "produk,varian,harga,jenis\nBrownies,,65rb,po\nBrownies,keju,75rb,ready\nBROWNIES,Keju,80rb,po\n"
    )

    assert told(problems) == [
        (3, "jenis of Brownies is not the same as in line 2"),
        (4, "BROWNIES Keju is in line 3 already"),
    ]


def test_a_hundred_thousand_lines() -> None:
    text = HEAD + "\n" + "".join(f"Kue {n},,{1_000 + n},ready\n" for n in range(99_999)) + "Kue 5,,0,ready\n"
    sheet = sheets.opened(text)

    assert sheets.size(sheet) == 100_000
    lines, problems = sheets.read_lines(sheet, START, JAKARTA, 96_000, 4_000)
    assert len(lines) == 3_999
    assert [one.line for one in problems] == [100_001]
    assert lines[0].at == 96_002
