"""The price of one, its unit, and options with prices of their own: one decision over all sums of a caption.

Where two readings are left, the price is None, and the seller is asked.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from storefront.reading.amounts import valid
from storefront.reading.containers import container
from storefront.reading.packs import SPOKEN
from storefront.reading.sums import Priced
from storefront.reading.tokens import Token


@dataclass(frozen=True)
class Pricing:
    price: int | None = None
    unit: str | None = None
    options: tuple[tuple[str, int | None], ...] = ()
    surcharges: tuple[tuple[int, int], ...] = ()  #: (place of the sum, amount)
    many: bool = False  #: several products without a heading: there is no name


def decide(row: Sequence[Token], found: list[Priced], has_heading: bool) -> Pricing:
    plus = tuple((one.at, one.amount or 0) for one in found if one.plus and one.amount)
    plain = [one for one in found if not one.plus]
    if not plain:
        return Pricing(surcharges=plus)
    if len(plain) == 1:
        one = plain[0]
        price = None if one.vague else valid(one.amount)
        return Pricing(price, _unit_of(row, one), surcharges=plus)
    if all(one.vague for one in plain):
        return Pricing(None, _common_unit(plain), surcharges=plus)
    exact = [one for one in plain if not one.vague]
    return _several(row, exact, has_heading, plus, ranged=len(exact) < len(plain))


def _several(
    row: Sequence[Token], found: list[Priced], has_heading: bool, plus: tuple[tuple[int, int], ...], *, ranged: bool
) -> Pricing:
    named = [one for one in found if one.words and one.beside in {"words", "unit"}]
    if len(named) >= 2 and len({one.label if one.beside == "words" else words_of(row, one) for one in named}) == len(
        named
    ):
        chosen = _by_words(row, found, named, has_heading, plus, ranged=ranged)
        if chosen:
            return chosen
    lists = _matched_in_order(row, found)
    if lists:
        return Pricing(None, _common_unit(found), lists, plus)
    base = _single(found)
    others = [one for one in found if one is not base]
    if base and all(one.beside in {"bundle", "measure", "contents"} or one.words for one in others):
        options = tuple(
            (label(row, one), valid(one.amount)) for one in others if one.amount != base.amount or one.label
        )
        return Pricing(None if ranged else valid(base.amount), _unit_of(row, base), options, plus)
    if base is None and all(one.beside in {"bundle", "measure", "contents", "unit"} for one in found):
        return Pricing(None, None, tuple((label(row, one), valid(one.amount)) for one in found), plus)
    if len({one.amount for one in found}) == 1:
        return Pricing(valid(found[0].amount), _unit_of(row, found[0]), (), plus)
    return Pricing(None, _common_unit(found), (), plus)


def _single(found: list[Priced]) -> Priced | None:
    """The price of one: the only one said for one unit, or the only one without anything beside it."""
    whole = [one for one in found if one.beside == "measure" and one.unit]
    units = [one for one in found if one.beside == "unit"]
    if len(units) == 1:
        return units[0]
    if len({one.unit for one in units}) > 1:
        return None
    if not units and len(whole) == 1:
        return whole[0]
    bare = [one for one in found if one.beside in {"nothing", "words"}]
    return bare[0] if not units and len(bare) == 1 else None


def _split_size(row: Sequence[Token], named: list[Priced]) -> None:
    """ "dimsum S 25k M 35k": the size that ends the first words is its own, the rest is the product."""
    first, rest = named[0], named[1:]
    sizes = SPOKEN.sizes | {"original", "ori", "polos", "biasa"}
    last = row[first.words[-1]]
    if len(first.words) > 1 and (last.low in sizes or last.kind == "size") and all(_is_kind(row, one) for one in rest):
        first.words, first.opens = first.words[-1:], False


def _by_words(
    row: Sequence[Token],
    found: list[Priced],
    named: list[Priced],
    has_heading: bool,
    plus: tuple[tuple[int, int], ...],
    *,
    ranged: bool,
) -> Pricing | None:
    """Every price has words of its own: variants under a heading, or products of different names."""
    if len(found) > len(named) + 1:
        return None
    _split_size(row, named)
    has_heading = has_heading or not named[0].opens
    unit = _common_unit(found)
    first = named[0]
    rest = [one for one in found if one is not first]
    if first.opens and _is_product(row, first) and all(_is_kind(row, one) for one in rest if one in named):
        options = tuple((words_of(row, one), valid(one.amount)) for one in rest if one in named)
        return Pricing(None if ranged else valid(first.amount), unit, options, plus)
    options = tuple((words_of(row, one), valid(one.amount)) for one in named)
    others = [one for one in found if one not in named]
    price = valid(others[0].amount) if len(others) == 1 and others[0].beside != "bundle" else None
    return Pricing(price, unit, options, plus, many=not has_heading and first.opens)


def _is_product(row: Sequence[Token], one: Priced) -> bool:
    spoken = [row[place].low for place in one.words]
    return not all(_tells_kinds_apart(word) for word in spoken)


def _is_kind(row: Sequence[Token], one: Priced) -> bool:
    """Words that only tell a kind: keju, jumbo, isi 6."""
    spoken = [row[place].low for place in one.words]
    return any(_tells_kinds_apart(word) for word in spoken) and spoken[0] not in SPOKEN.heads - SPOKEN.flavours


def _tells_kinds_apart(word: str) -> bool:
    return word in SPOKEN.flavours or word in SPOKEN.sizes or word in SPOKEN.synonyms or word[0].isdigit()


def _matched_in_order(row: Sequence[Token], found: list[Priced]) -> tuple[tuple[str, int | None], ...]:
    """ "dewasa & anak 40rb/25rb": as many names as prices, in the same order."""
    first = found[0]
    joined = all(_between(row, one.at, two.at) <= {"/", "&", "dan", ","} for one, two in pairwise(found))
    if not joined or not first.words:
        return ()
    names = [""]
    for place in range(first.words[0], first.at):
        token = row[place]
        if token.low in SPOKEN.either or token.low == ",":
            names.append("")
        elif place in first.words or token.low in SPOKEN.flavours:
            names[-1] = f"{names[-1]} {token.low}".strip()
    names = [name for name in names if name]
    if len(names) < len(found):
        return ()
    chosen = names[-len(found) :]
    chosen[0] = chosen[0].split()[-1]
    return tuple((name, valid(one.amount)) for name, one in zip(chosen, found, strict=True))


def _between(row: Sequence[Token], start: int, end: int) -> set[str]:
    return {token.low for token in row[start + 1 : end]}


def label(row: Sequence[Token], one: Priced) -> str:
    """What an option is called by what stands beside its price; a bare number counts pieces."""
    called = words_of(row, one) if one.beside == "words" else one.label or (one.unit or "")
    return f"{called} {container(row) or 'pcs'}" if called.isdigit() else called


def words_of(row: Sequence[Token], one: Priced) -> str:
    return " ".join(row[place].low for place in one.words)


def _unit_of(row: Sequence[Token], one: Priced) -> str | None:
    if one.beside == "bundle" and one.unit:
        number, _, unit = one.unit.partition(" ")
        if number == "1":
            return unit
        if number == "1/2":
            return f"1/2 {unit}".replace(" ?", "")
        return f"{number} {container(row) or 'pcs' if unit == '?' else unit}"
    return one.unit


def _common_unit(found: Sequence[Priced]) -> str | None:
    units = {one.unit for one in found if one.beside == "unit" and one.unit}
    return units.pop() if len(units) == 1 else None
