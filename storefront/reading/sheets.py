"""A catalogue as a table: a spreadsheet's CSV in, what each of its lines says out; and the same way back.

Values in, values out. What is wrong with a line is a `Problem`: where it stands, and a sentence that says what would
be right. A cell that a spreadsheet would run as a formula is written with an apostrophe before it and read without.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from storefront.money import written as money_written
from storefront.phrases import marked
from storefront.reading.amounts import LEAST, MOST
from storefront.reading.noise import clean
from storefront.reading.prices import find_prices
from storefront.reading.times import read_day, read_day_part, read_moment

BOM = "\ufeff"
DELIMITERS = (",", ";", "\t")
SEPARATOR_TOLD = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)  # Excel's own first line
RUNS = frozenset("=+-@\t\r＝＋－＠")
LONGEST_SHOWN = 40
MOST_COUNTED = 99_999
MOST_KINDS = 50

#: each column: how our files head it, and what else it may be called
NAMES = {
    "number": "nomor|no|number",
    "product": "produk|nama|nama produk|product|name|product name",
    "variant": "varian|pilihan|rasa|variant|option",
    "price": "harga|price",
    "unit": "satuan|unit",
    "category": "kategori|category",
    "kind": "jenis|kind|type",
    "quota": "stok/kuota|stok|kuota|stock/quota|stock|quota",
    "closes_at": "tutup|tutup po|closes|closing|closing time",
    "delivers": "kirim|dikirim|delivery|delivers",
    "min_order": "min|minimal|minimum",
    "max_order": "maks|max|maksimal|maximum",
    "shown": "tampil|shown|visible",
    "allergens": "alergen|allergens",
    "shelf_life": "tahan|tahan berapa lama|keeps|shelf life",
    "halal": "halal",
    "pirt": "pirt|p-irt",
}
HEADS = {column: names.partition("|")[0] for column, names in NAMES.items()}
COLUMNS = {name: column for column, names in NAMES.items() for name in names.split("|")}
OF_THE_LINE = frozenset({"product", "variant", "price"})  # everything else is the product's

LONGEST = {"product": 60, "variant": 40, "unit": 20, "category": 40}
LONGEST_FACT = 200
KINDS = {"po": "po", "pre-order": "po", "preorder": "po", "pre order": "po", "ready": "ready", "ready stock": "ready"}
SHOWN = {
    **dict.fromkeys(("ya", "y", "yes", "1", "true", "benar", "tampil"), True),
    **dict.fromkeys(("tidak", "tdk", "n", "no", "0", "false", "salah", "sembunyi"), False),
}

PLAIN_PRICE = re.compile(r"(?:rp\.?\s?)?(\d{1,15})(?:[.,]00?)?", re.IGNORECASE | re.ASCII)
GROUPED_PRICE = re.compile(
    r"(?:rp\.?\s?)?(\d{1,3}(?:([.,])\d{3})(?:\2\d{3})*)(?:[.,]00?)?(?:,-)?", re.IGNORECASE | re.ASCII
)
COUNT = re.compile(r"\d{1,5}", re.ASCII)
NUMBER = re.compile(r"\d{1,9}", re.ASCII)
DATED = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d)[:.](\d\d)(?::\d\d)?)?")


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of a file, as a sentence to be said in the reader's language."""

    line: int
    sentence: str
    facts: Mapping[str, str] = field(default_factory=dict)


class Unreadable(Exception):
    """Bytes that are no text we can be sure of."""


class BadSheet(Exception):
    """A text that is no table we know, and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.sentence)
        self.problem = problem


class BadCell(Exception):
    """A cell that does not say what its column asks."""

    def __init__(self, sentence: str, **facts: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True)
class Sheet:
    """A table: its text, what stands between its cells, and its columns with the heads she gave them."""

    text: str
    delimiter: str
    columns: tuple[str, ...]
    heads: tuple[str, ...]

    def head(self, column: str) -> str:
        return self.heads[self.columns.index(column)] if column in self.columns else HEADS[column]


@dataclass(frozen=True)
class Line:
    """One line: a product, one of its kinds, and what its cells say; None for an empty one."""

    at: int
    product: str
    variant: str
    price: int | None
    said: Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One way to have a product, and the line that names it; without a price it stays as it is."""

    at: int
    name: str
    price: int | None


@dataclass(frozen=True)
class Entry:
    """Everything the file says of one product. What it has no column for is not in ``said``."""

    at: int
    name: str
    kinds: tuple[Kind, ...]
    said: Mapping[str, Any]


# -- from bytes to a table ---------------------------------------------------------------------------


def decoded(content: bytes) -> str:
    """The text of a file: UTF-8, or UTF-16 that says so. Raises `Unreadable` for anything else.

    Any bytes are some cp1252, so guessing would put wrong letters into names without a word.
    """
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = content.decode("utf-16" if utf16 else "utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable from None
    if "\0" in text:
        raise Unreadable
    return text


def opened(text: str) -> Sheet:
    """Find what stands between the cells, and name the columns. Raises `BadSheet`."""
    told = SEPARATOR_TOLD.match(text)
    headed = [heading(text, delimiter) for delimiter in ([told[1]] if told else DELIMITERS)]
    sheet = max(headed, key=lambda one: sum(map(bool, one.columns)))
    if "product" not in sheet.columns:
        known = ", ".join(HEADS.values())
        raise BadSheet(
            Problem(1, marked("The first line has to name the columns, at least produk: {known}."), {"known": known})
        )
    for place, (column, head) in enumerate(zip(sheet.columns, sheet.heads, strict=True)):
        if head and not column:
            facts = {"head": shortened(head), "known": ", ".join(HEADS.values())}
            raise BadSheet(Problem(1, marked("I do not know the column {head}. These I know: {known}."), facts))
        if column and column in sheet.columns[:place]:
            raise BadSheet(
                Problem(1, marked("The column {head} is there twice. Please keep one."), {"head": shortened(head)})
            )
    return sheet


def heading(text: str, delimiter: str) -> Sheet:
    _, heads = next(records(text, delimiter), (1, []))
    known = tuple(COLUMNS.get(" ".join(head.casefold().split()), "") for head in heads)
    return Sheet(text, delimiter, known, tuple(head.strip() for head in heads))


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each line that says something, with the number it begins at: a cell in quotes may run over several."""
    told = SEPARATOR_TOLD.match(text)
    begun = io.StringIO(text, newline="")
    if told:
        begun.readline()
    before = 1 if told else 0
    reader = csv.reader(begun, delimiter=delimiter, strict=True)
    at = before + 1
    try:
        for cells in reader:
            if any(cell and not cell.isspace() for cell in cells):
                yield at, cells
            at = before + reader.line_num + 1
    except csv.Error:
        raise BadSheet(
            Problem(at, marked("a quotation mark is missing or stands too many. Please check this line."))
        ) from None


def size(sheet: Sheet) -> int:
    """How many lines it has below its heading. Raises `BadSheet` where a quotation never ends."""
    return sum(1 for _ in records(sheet.text, sheet.delimiter)) - 1


# -- what the lines say ------------------------------------------------------------------------------


def read_lines(
    sheet: Sheet, now: datetime, zone: ZoneInfo, start: int = 0, count: int | None = None
) -> tuple[list[Line], list[Problem]]:
    """So many lines from a place on, and what is wrong with those that cannot be read."""
    lines: list[Line] = []
    problems: list[Problem] = []
    stop = None if count is None else 1 + start + count
    for at, cells in islice(records(sheet.text, sheet.delimiter), 1 + start, stop):
        wrong: list[Problem] = []
        line = read_line(sheet, at, cells, now, zone, wrong)
        problems += wrong
        if not wrong:
            lines.append(line)
    return lines, problems


def read_line(sheet: Sheet, at: int, cells: Sequence[str], now: datetime, zone: ZoneInfo, wrong: list[Problem]) -> Line:
    """One line; every cell that cannot be read is added to ``wrong``."""
    if any(cell.strip() for cell in cells[len(sheet.columns) :]):
        wrong.append(
            Problem(
                at, marked("there are more cells than columns. A cell with a comma in it stands in quotation marks.")
            )
        )
    said: dict[str, Any] = dict.fromkeys(column for column in sheet.columns if column)
    for column, head, cell in zip(sheet.columns, sheet.heads, cells, strict=False):
        if column and cell:
            try:
                said[column] = read_cell(column, cell, now, zone)
            except BadCell as no:
                facts = {"column": head, "cell": shortened(cell), **no.facts}
                wrong.append(Problem(at, no.sentence, facts))
    product, variant, price = said.pop("product"), said.pop("variant", None), said.pop("price", None)
    if not product and not wrong:
        wrong.append(Problem(at, marked("{column} is empty"), {"column": sheet.head("product")}))
    return Line(at, product or "", variant or "", price, said)


@lru_cache(maxsize=16_384)
def read_cell(column: str, cell: str, now: datetime, zone: ZoneInfo) -> Any:
    """What a cell says; None for an empty one, and for the dash with which people cross it out. Raises `BadCell`."""
    if cell.strip() in {"", "-", "–"}:
        return None
    if column in {"closes_at", "delivers"}:
        return READ_WITH_CLOCK[column](cell, now, zone)
    return READ.get(column, a_fact)(cell) if column not in LONGEST else a_text(cell, LONGEST[column])


def a_price(cell: str) -> int:
    """65000, 65.000, Rp65.000,-, 65rb. Here digits alone are what they say, so a 65 is no 65.000."""
    spelt = cell.strip()
    match = PLAIN_PRICE.fullmatch(spelt) or GROUPED_PRICE.fullmatch(spelt)
    amount = int(re.sub(r"\D", "", match[1])) if match else in_words(spelt)
    if amount is None:
        raise BadCell(marked("{column} '{cell}' is not a price; for example 65rb or 65000"))
    if not LEAST <= amount <= MOST:
        least, most = money_written(LEAST, "IDR"), money_written(MOST, "IDR")
        raise BadCell(
            marked("{column} '{cell}' cannot be right; a price is from {least} to {most}"), least=least, most=most
        )
    return amount


def in_words(cell: str) -> int | None:
    found = find_prices(cell)
    is_all = len(found) == 1 and found[0].start == 0 and not found[0].plus
    return found[0].amount if is_all and not re.search(r"\d", clean(cell)[found[0].end :]) else None


def a_count(cell: str) -> int:
    if COUNT.fullmatch(cell.strip()) is None:
        raise BadCell(marked("{column} '{cell}' is not a whole number from 0 to {most}"), most=str(MOST_COUNTED))
    return int(cell)


def a_number(cell: str) -> int:
    """Her products are numbered by us, so this is only ever compared."""
    if NUMBER.fullmatch(cell.strip()) is None:
        raise BadCell(marked("{column} '{cell}' is not a number; leave it empty for something new"))
    return int(cell)


def one_or_more(cell: str) -> int:
    number = a_count(cell)
    if number == 0:
        raise BadCell(marked("{column} cannot be 0; leave it empty if there is no limit"))
    return number


def a_kind(cell: str) -> str:
    found = KINDS.get(" ".join(cell.casefold().split()))
    if found is None:
        raise BadCell(marked("{column} '{cell}' is neither po nor ready"))
    return found


def a_yes(cell: str) -> bool:
    found = SHOWN.get(cell.strip().casefold())
    if found is None:
        raise BadCell(marked("{column} '{cell}' is neither ya nor tidak"))
    return found


def a_fact(cell: str) -> str:
    return a_text(cell, LONGEST_FACT)


def a_text(cell: str, longest: int) -> str:
    """Words on one line. What a spreadsheet would run is refused: it is not what she meant to write."""
    bare = cell.strip(" \n")
    kept = bare[1:] if is_guarded(bare) else bare
    text = " ".join(kept.split()) if kept.isascii() and kept.isprintable() else clean(kept)
    if kept is bare and (bare[0] in RUNS or text[:1] in RUNS):
        raise BadCell(marked("{column} '{cell}' would run as a formula. Write what it comes to, or put ' before it"))
    if len(text) > longest:
        raise BadCell(marked("{column} is too long; at most {longest} letters"), longest=str(longest))
    return text


def a_moment(cell: str, now: datetime, zone: ZoneInfo) -> datetime:
    moment = read_moment(spelt_for_people(cell), now, zone)
    if moment is None:
        raise BadCell(marked("{column} '{cell}' names no day and hour; for example 18 Juni 2026 jam 20.00"))
    return moment


def a_day(cell: str, now: datetime, zone: ZoneInfo) -> tuple[date, str | None]:
    spelt = spelt_for_people(cell)
    day = read_day(spelt, now, zone)
    if day is None:
        raise BadCell(marked("{column} '{cell}' names no day; for example 20 Juni 2026 pagi"))
    return day, read_day_part(spelt)


def spelt_for_people(cell: str) -> str:
    """2026-06-18 20:00, as programs write it, in the order in which people do."""
    match = DATED.fullmatch(cell.strip())
    if match is None:
        return cell
    year, month, day, hour, minute = match.groups()
    return f"{int(day)}/{int(month)}/{year}" + (f" jam {hour}.{minute}" if hour else "")


READ: dict[str, Callable[[str], Any]] = {
    "number": a_number,
    "price": a_price,
    "quota": a_count,
    "min_order": one_or_more,
    "max_order": one_or_more,
    "kind": a_kind,
    "shown": a_yes,
}
READ_WITH_CLOCK: dict[str, Callable[[str, datetime, ZoneInfo], Any]] = {"closes_at": a_moment, "delivers": a_day}


def shortened(cell: str) -> str:
    """A cell as it is quoted in a sentence."""
    text = clean(cell)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 1] + "…"


# -- lines of one product ----------------------------------------------------------------------------


def key_of(name: str) -> str:
    """Two names are one when they differ in capitals only."""
    return name.casefold()


def grouped(sheet: Sheet, lines: Iterable[Line]) -> tuple[list[Entry], list[Problem]]:
    """The lines of each product together, in the order of the file, and where two of them contradict each other."""
    together: dict[str, list[Line]] = {}
    for line in lines:
        together.setdefault(key_of(line.product), []).append(line)
    problems: list[Problem] = []
    entries = [as_entry(sheet, group, problems) for group in together.values()]
    return entries, problems


def as_entry(sheet: Sheet, group: Sequence[Line], problems: list[Problem]) -> Entry:
    first = group[0]
    kinds: dict[str, Kind] = {}
    for line in group:
        earlier = kinds.get(key_of(line.variant))
        if earlier:
            facts = {"line": str(earlier.at), "name": called(line.product, line.variant)}
            problems.append(Problem(line.at, marked("{name} is in line {line} already"), facts))
        kinds[key_of(line.variant)] = earlier or Kind(line.at, line.variant, line.price)
    if len(kinds) > MOST_KINDS:
        facts = {"name": first.product, "most": str(MOST_KINDS)}
        problems.append(Problem(group[-1].at, marked("{name} has more than {most} kinds"), facts))
    said = dict(first.said) if len(group) == 1 else agreed(sheet, group, problems)
    return Entry(first.at, first.product, tuple(kinds.values()), said)


def agreed(sheet: Sheet, group: Sequence[Line], problems: list[Problem]) -> dict[str, Any]:
    """What the lines of one product say of it together: an empty cell leaves the word to the others."""
    said: dict[str, Any] = dict.fromkeys(group[0].said)
    by: dict[str, int] = {}
    for line in group:
        for column, value in line.said.items():
            if value is None:
                continue
            if column in by and value != said[column]:
                facts = {"column": sheet.head(column), "name": line.product, "line": str(by[column])}
                problems.append(Problem(line.at, marked("{column} of {name} is not the same as in line {line}"), facts))
            elif column not in by:
                said[column], by[column] = value, line.at
    return said


def called(product: str, variant: str) -> str:
    return f"{product} {variant}".strip()


# -- the way back ------------------------------------------------------------------------------------


def written(table: Iterable[Mapping[str, Any]], delimiter: str = ",") -> str:
    """A table with our heads, as spreadsheets open it: with the mark that tells them it is UTF-8."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator="\r\n")
    writer.writerow(HEADS.values())
    writer.writerows([guarded(as_cell(row.get(column))) for column in HEADS] for row in table)
    return BOM + out.getvalue()


def as_cell(value: Any) -> str:
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    return "" if value is None else str(value)


def guarded(cell: str) -> str:
    """The cell as no spreadsheet runs it; an apostrophe that already stands before a formula gets company."""
    return f"'{cell}" if cell[:1] in RUNS or is_guarded(cell) else cell


def is_guarded(cell: str) -> bool:
    return cell.startswith("'") and cell.lstrip("'")[:1] in RUNS


@lru_cache(maxsize=1_024)
def moment_written(moment: datetime, zone: ZoneInfo) -> str:
    """``18 Juni 2026 jam 20.00``: a spreadsheet takes it for words and leaves it alone."""
    return format_datetime(moment, "d MMMM yyyy 'jam' HH.mm", tzinfo=zone, locale="id")


@lru_cache(maxsize=1_024)
def day_written(day: date, part: str | None) -> str:
    return f"{format_date(day, 'd MMMM yyyy', locale='id')} {part or ''}".strip()
