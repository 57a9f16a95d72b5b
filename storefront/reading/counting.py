"""How many there are, how many at least, and whether one has to wait: stock, minimum order, preorder."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from functools import lru_cache

from storefront.reading.packs import SPOKEN, Words
from storefront.reading.tokens import Token

MOST_STOCK = 100_000
MOST_LEAST = 10_000
LONGEST_PHRASE = 4
REACH = 3  # words between a cue and its number


def phrase_at(row: Sequence[Token], at: int, phrases: Words) -> int:
    """How many tokens of a known phrase stand at a place; the longest phrase wins, 0 is none."""
    if at >= len(row) or row[at].low not in begins(phrases):
        return 0
    low, length = "", 0
    for step in range(LONGEST_PHRASE):
        if (
            at + step >= len(row)
            or row[at + step].kind in {"sum", "tag"}
            or (row[at + step].kind == "end" and row[at + step].low != ".")
        ):
            break
        low = f"{low} {row[at + step].low}".strip()
        if low in phrases or low.replace(" . ", " ") in phrases:
            length = step + 1
    return length


@lru_cache(maxsize=64)
def begins(phrases: Words) -> Words:
    """The words phrases begin with: most tokens begin none, and need not be looked at twice."""
    return frozenset(phrase.split()[0] for phrase in phrases if phrase)


def mark(row: Sequence[Token], at: int, end: int, role: str) -> None:
    for token in row[at:end]:
        token.role = role


# -- stock ---------------------------------------------------------------------------------------------


def stock(row: Sequence[Token], unit: str | None) -> int | None:
    """What is left, summed over variants; 0 where it is sold out."""
    found = list(_stocks(row, unit))
    if found:
        total = sum(number for number in found)
        return total if 0 <= total <= MOST_STOCK else None
    return 0 if _sold_out(row) else None


def _stocks(row: Sequence[Token], unit: str | None) -> Iterable[int]:
    at = 0
    while at < len(row):
        taken = phrase_at(row, at, SPOKEN.stock_cues)
        found = _number_after(row, at + taken) if taken else None
        if found and not _is_wait(row, at):
            number, end = _times(row[found], unit), found + 1
            end = _out_of(row, end)
            mark(row, at, end, "stock")
            if number is not None:
                yield number
            at = end
            continue
        if row[at].kind in {"count", "number"} and row[at].role == "" and phrase_at(row, at + 1, SPOKEN.left_after):
            number = _times(row[at], unit)
            mark(row, at, at + 2, "stock")
            if number is not None:
                yield number
        at += 1


def _out_of(row: Sequence[Token], end: int) -> int:
    """ "sisa 5 dari 20": the 20 is what there was."""
    if end + 1 < len(row) and row[end].low in {"dari", "of", "/"} and row[end + 1].kind in {"number", "count"}:
        return end + 2
    return end


def _is_wait(row: Sequence[Token], at: int) -> bool:
    """ "ready 2 hari": a time to wait."""
    return any(token.kind in {"span", "date"} for token in row[at + 1 : at + 3])


def _number_after(row: Sequence[Token], at: int) -> int | None:
    """The place of the number a cue speaks of: next to it, or a few words on."""
    for step in range(REACH + 1):
        place = at + step
        if place >= len(row):
            return None
        token = row[place]
        if token.kind in {"count", "number"} and token.value is not None and token.role == "":
            is_sized = token.kind == "number" and place + 1 < len(row) and row[place + 1].kind in {"measure", "size"}
            return None if is_sized else place
        negative = token.low == "-" and place + 1 < len(row) and row[place + 1].kind == "number"
        if (
            negative
            or (token.kind not in {"word", "sign"} and token.low not in {":", "="})
            or token.low in SPOKEN.option_cues
        ):
            return None
        if token.kind == "word" and (
            token.low in SPOKEN.contents or token.low in SPOKEN.least_cues or token.low in SPOKEN.sizes
        ):
            return None
        if token.low in {"(", ")", "/"}:
            return None
    return None


def _times(token: Token, unit: str | None) -> int | None:
    """So many, where a dozen is twelve unless it is sold by the dozen."""
    number = Fraction(token.value)
    spoken = token.unit or ""
    words = token.low.split()
    for word in words:
        if word in SPOKEN.multiples and SPOKEN.units.get(word, word) != unit and number != SPOKEN.multiples[word]:
            number *= SPOKEN.multiples[word]
    if spoken in SPOKEN.multiples and spoken == unit and not any(word in SPOKEN.multiples for word in words):
        return int(number)
    return int(number) if number.denominator == 1 else None


def _sold_out(row: Sequence[Token]) -> bool:
    for at, token in enumerate(row):
        taken = phrase_at(row, at, SPOKEN.sold_out)
        if taken and row[at - 1].low not in {
            "sebelum",
            "before",
            "cepat",
            "sampai",
            "gak",
            "ga",
            "belum",
            "sering",
            "selalu",
        }:
            if token.low == "kosong" and row[at - 1].low == "lemak":
                continue
            mark(row, at, at + taken, "stock")
            return True
    return False


# -- minimum order -------------------------------------------------------------------------------------


def least(row: Sequence[Token], unit: str | None) -> int | None:
    for at in range(len(row)):
        taken = phrase_at(row, at, SPOKEN.least_cues)
        if not taken or row[at].role:
            continue
        found = _number_after(row, at + taken)
        if found is None:
            continue
        mark(row, at, found + 1, "least")
        number = _times(row[found], unit)
        if _for_resale(row, at, found) or _is_wait(row, found - 1):
            continue
        return number if number is not None and 1 <= number <= MOST_LEAST else None
    return None


def _for_resale(row: Sequence[Token], at: int, found: int) -> bool:
    """A minimum for resellers, or the one of a lower price ("min 10 @40rb")."""
    for back in range(at - 1, -1, -1):
        if row[back].kind == "end" and row[back].low not in {",", ":"}:
            break
        if row[back].low in SPOKEN.resale:
            return True
    after = row[found + 1 : found + 4]
    if any(token.low in SPOKEN.resale for token in after):
        return True
    sums = [token for token in row if token.kind == "sum" and token.role != "other"]
    return bool(after) and after[0].kind == "sum" and len(sums) > 1


# -- preorder ------------------------------------------------------------------------------------------


def preorder(row: Sequence[Token], stocked: int | None) -> bool:
    """Whether a buyer who orders now has to wait."""
    text = " ".join(token.low for token in row)
    said_no = any(phrase_at(row, at, SPOKEN.not_preorder) for at in range(len(row)))
    if said_no:
        return False
    said = _preorder_said(row) or "ahead" in {token.kind for token in row} or _waits(row)
    closes = _closes(row) and any(word in text for word in ("open order", "open po", "order", "po "))
    if not said and not closes:
        return False
    return not (_is_ready(row, stocked) and not closes)


def _preorder_said(row: Sequence[Token]) -> bool:
    for at in range(len(row)):
        taken = phrase_at(row, at, SPOKEN.preorder)
        if taken:
            mark(row, at, at + taken, "preorder")
            return True
    return False


def _waits(row: Sequence[Token]) -> bool:
    """ "pengerjaan 3 hari", "ready besok", "24 hours notice"."""
    later = {"besok", "lusa", "bsk", "tomorrow"} | {"senin", "selasa", "rabu", "kamis", "jumat", "sabtu", "minggu"}
    works = {
        "pengerjaan",
        "proses",
        "pembuatan",
        "lead",
        "pesan",
        "order",
        "pesen",
        "notice",
        "made",
        "custom",
        "dibuat",
        "produksi",
    }
    for at, token in enumerate(row):
        near = [one.low for one in row[max(0, at - 3) : at]]
        after = [one.low for one in row[at + 1 : at + 4]]
        if token.kind == "span" and (
            works & set(near) or {"sebelumnya", "sebelum", "notice", "ahead", "pengerjaan", "kerja"} & set(after)
        ):
            return True
        if (
            token.low in SPOKEN.ready
            and after
            and (after[0] in later or (at + 1 < len(row) and row[at + 1].kind == "date"))
        ):
            return True
    return False


def _closes(row: Sequence[Token]) -> bool:
    for at in range(len(row)):
        taken = phrase_at(row, at, SPOKEN.closing)
        after = row[at + taken : at + taken + 3]
        days = {
            "senin",
            "selasa",
            "rabu",
            "kamis",
            "jumat",
            "sabtu",
            "minggu",
            "besok",
            "lusa",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "tomorrow",
        }
        if taken and any(token.kind == "date" or token.low in days for token in after):
            return True
    return False


def _is_ready(row: Sequence[Token], stocked: int | None) -> bool:
    if stocked is not None:
        return stocked > 0
    for at, token in enumerate(row):
        if token.low in SPOKEN.ready or phrase_at(row, at, SPOKEN.ready):
            before = row[at - 1].low if at else ""
            after = [one.low for one in row[at + 1 : at + 3]]
            waits = {"besok", "lusa", "tgl", "minggu", "bsk"} & set(after) or any(
                one.kind in {"date", "span"} for one in row[at + 1 : at + 3]
            )
            if before not in {"tidak", "gak", "ga", "belum", "no", "not"} and not waits and "jika" not in after:
                return True
    return False
