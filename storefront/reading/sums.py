"""Which sums of a caption may be its price: no postage, no down payment, nothing that held only yesterday."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from storefront.reading.amounts import Sum
from storefront.reading.counting import phrase_at
from storefront.reading.packs import SPOKEN
from storefront.reading.tokens import SIZED, Token

Beside = Literal["unit", "bundle", "measure", "contents", "words", "nothing"]
PLACED = frozenset({"rt", "rw", "no", "nomor", "blok", "jl", "jalan", "kode", "hp", "wa", "tahun", "since", "sejak"})


@dataclass
class Priced:
    """A sum with what stands beside it: ``label`` as an option would be called."""

    at: int
    amount: int | None
    sure: str
    beside: Beside = "nothing"
    label: str = ""
    unit: str | None = None
    words: list[int] = field(default_factory=list)  #: the places of the words that name it
    vague: bool = False
    plus: bool = False
    opens: bool = False  #: its words are the caption's first


def sums(row: Sequence[Token]) -> list[Priced]:
    """The sums that may be prices: no postage, no down payment, nothing that held only yesterday."""
    found: list[Priced] = []
    for at, token in enumerate(row):
        if token.kind == "sum" and token.role == "":
            value: Sum = token.value
            token.role = "other" if _is_other(row, at) else "sum"
            if token.role == "sum":
                amount = None if value.minus else value.amount
                found.append(
                    Priced(at, amount, value.sure, vague=value.vague or _about(row, at), plus=_is_plus(row, at, value))
                )
    found = _asserted(row, _now(row, found)) or _bare(row)
    for one in found:
        one.vague = one.vague or (len(found) == 1 and _is_discounted(row, one.at))
    return found


def _asserted(row: Sequence[Token], found: list[Priced]) -> list[Priced]:
    """A sum that is only asked ("Mau sejuta? Bukan ...") is none, if another one is told."""
    told = [one for one in found if not (one.at + 1 < len(row) and row[one.at + 1].low == "?")]
    return told or found


def _is_discounted(row: Sequence[Token], at: int) -> bool:
    """A discount without the price it leads to."""
    if _cue_before(row, -1, at) == "now":
        return False
    for place, token in enumerate(row):
        near = {one.low for one in row[max(0, place - 3) : place + 3]}
        if (
            token.kind in {"percent", "sum"}
            and place != at
            and near & (SPOKEN.off | {"off"})
            and not near & {"cashback", "voucher"}
        ):
            return True
    return False


def _is_plus(row: Sequence[Token], at: int, value: Sum) -> bool:
    before = row[at - 1].low if at else ""
    return value.plus or before == "+" or (before in {"tambah", "nambah", "add", "extra", "ekstra", "tambahan"})


def _is_other(row: Sequence[Token], at: int) -> bool:
    """Whether the nearest word of money before the sum, in its own clause, is about other money."""
    for back in range(at - 1, max(-1, at - 9), -1):
        token = row[back]
        if token.kind == "sum" or (token.kind == "end" and token.low not in {":"}) or token.low in {")"}:
            return False
        for length in (3, 2, 1):
            phrase = " ".join(one.low for one in row[max(0, back - length + 1) : back + 1])
            if phrase in SPOKEN.other_money | SPOKEN.resale | SPOKEN.off:
                return not (phrase in SPOKEN.off and any(row[place].low in {"jadi", "jd"} for place in range(back, at)))
        if token.low in SPOKEN.price_cues - {"rp"} or token.low in {"jadi", "jd"}:
            return False
        if token.low in SPOKEN.least_cues and at - back <= 3 and any(one.kind == "count" for one in row[back:at]):
            return True
    return False


def _about(row: Sequence[Token], at: int) -> bool:
    """ "mulai 45rb", "from 45k"."""
    for back in range(at - 1, max(-1, at - 4), -1):
        low = row[back].low
        for length in (2, 1):
            if " ".join(one.low for one in row[max(0, back - length + 1) : back + 1]) in SPOKEN.about:
                return True
        if low not in SPOKEN.price_cues and low not in SPOKEN.particles and low not in {":", "dari"}:
            return False
    return False


def _now(row: Sequence[Token], found: list[Priced]) -> list[Priced]:
    """Drop the prices that hold no longer: "50rb jadi 45rb", "normal 50 promo 45"."""
    kept: list[Priced] = []
    for place, one in enumerate(found):
        cue = _cue_before(row, found[place - 1].at if place else -1, one.at)
        earlier = kept[-1] if kept else None
        if cue == "now" and earlier and (_says(row, earlier.at, one.at) or _was(row, earlier.at)):
            kept.pop()
        later = found[place + 1 :]
        if cue == "was" and any(_cue_before(row, one.at, other.at) in {"now", "was"} or True for other in later[:1]):
            continue
        kept.append(one)
    return kept


def _cue_before(row: Sequence[Token], start: int, at: int) -> str:
    """Whether the words before a sum, after the one before, say that it holds now or did before."""
    said = ""
    for place in range(max(start + 1, at - 6), at):
        for phrases, cue in ((SPOKEN.was, "was"), (SPOKEN.now, "now")):
            taken = phrase_at(row, place, phrases)
            if taken and not (row[place].low == "dari" and not any(one.kind == "sum" for one in row[at + 1 :])):
                said = cue
    if (
        not said
        and start >= 0
        and any(row[place].low in {"→", ">", "=>", "👉", "➡", "⏩"} for place in range(start + 1, at))
    ):
        said = "now"
    return said


def _says(row: Sequence[Token], start: int, at: int) -> bool:
    """Whether nothing but the way from one price to the next stands between them."""
    extra = {"(", ")", "-", "/", "!", "rp"} | SPOKEN.particles
    between = [one for one in row[start + 1 : at] if one.kind in {"word", "sum"} and one.low not in extra]
    return sum(len(one.low.split()) for one in between) <= 2


def _was(row: Sequence[Token], at: int) -> bool:
    return any(phrase_at(row, place, SPOKEN.was) for place in range(max(0, at - 4), at))


def _bare(row: Sequence[Token]) -> list[Priced]:
    """With no sum said as one: the only number that can be a price (2500, 36000)."""
    numbers = [
        at
        for at, token in enumerate(row)
        if token.kind == "number" and isinstance(token.value, int) and token.role == "" and token.value >= 1_000
        and not (2_020 <= token.value <= 2_035) and not (at and row[at - 1].low in SIZED | PLACED)
        and not _is_other(row, at)
    ]  # fmt: skip
    if len(numbers) != 1 and any(row[at].value % 50 for at in numbers):
        return []
    for at in numbers:
        row[at].role, row[at].kind, row[at].value = "sum", "sum", Sum(row[at].value, at + 1, "bare")
    return [Priced(at, row[at].value.amount, "bare", vague=_about(row, at)) for at in numbers]
