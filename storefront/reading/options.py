"""What a buyer chooses: rasa coklat/keju, warna hitam, krem, merah, size S M L, topping keju +10rb."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from storefront.reading.counting import phrase_at
from storefront.reading.packs import SPOKEN, words
from storefront.reading.tokens import Token

MORE_CUES = SPOKEN.option_cues | {"dalam", "in", "a", "of"}
LONGEST_NAME = 4  # words
SHARING = frozenset({"topping", "toping", "tambah", "tambahan", "extra", "ekstra", "toppings", "add"})
BETWEEN = frozenset({",", "/", "&", "+", "|", ";"}) | SPOKEN.either | {"atau", "or"}
OPENING = frozenset({":", "-", '"', "•", "=", "rb"})
UNSAID = SPOKEN.particles | SPOKEN.addressing | {"rasa", "varian", "warna", "juga", "yang"}
ENDING = words("stok stock ready po order open bisa harga semua dll sama-sama aja saja only")
STOPS = frozenset({".", "!", "?", "(", ")", "…", "=", "→"})


@dataclass(frozen=True)
class Choice:
    """One kind to choose. ``at``: where its last word stands; ``shared``: a surcharge further on is its own as well."""

    name: str
    at: int
    shared: bool = False


def choices(row: Sequence[Token]) -> list[Choice]:
    """The kinds a caption names, in its order: after a word like *rasa*, in a slash list, or joined after the name."""
    found: list[Choice] = []
    for reader in (_cued, _slashed, _joined, _after_colon, _listed):
        found = found or _several(reader(row))
    return found


def _several(found: Sequence[Choice]) -> list[Choice]:
    """One kind alone is no choice, unless it costs more."""
    unique = list({one.name: one for one in found}.values())
    return unique if len(unique) > 1 or (unique and unique[0].shared) else []


# -- after a word that announces them ------------------------------------------------------------------


def _cued(row: Sequence[Token]) -> list[Choice]:
    after = 0
    for at in range(len(row)):
        taken = phrase_at(row, at, SPOKEN.option_cues) if at >= after else 0
        if not taken or row[at].role not in {"", "contents"}:
            continue
        while phrase_at(row, at + taken, MORE_CUES):
            taken += 1
        after = at + taken  # a row of such words announces one list, and is gone through once
        shared = any(row[place].low in SHARING for place in range(at, at + taken))
        free = at and row[at - 1].low in SPOKEN.free
        found = [] if free else list(_items(row, at + taken, shared=shared))
        if len(found) > 1 or (shared and found and _costs_more(row, found[-1].at)):
            _mark(row, at, found[-1].at + 1)
            return found
    return _told(row)


def _costs_more(row: Sequence[Token], at: int) -> bool:
    return any(token.low == "+" or (token.kind == "sum" and token.value.plus) for token in row[at + 1 : at + 4])


def _told(row: Sequence[Token]) -> list[Choice]:
    """ "ada coklat dan keju", "no. 1, 2, 3"."""
    for at, token in enumerate(row):
        if token.low in {"ada", "bisa", "in"} and token.role == "":
            found = list(_items(row, at + 1))
            if len(found) > 1 and all(_tells(one.name) for one in found):
                _mark(row, at, found[-1].at + 1)
                return found
        if token.low in {"no", "nomor", "nomer"} and token.kind == "word":
            found = list(_numbers(row, at + 1 + (row[at + 1].low == "." if at + 1 < len(row) else 0)))
            if len(found) > 1:
                _mark(row, at, found[-1].at + 1)
                return found
    return []


def _numbers(row: Sequence[Token], at: int) -> Iterator[Choice]:
    while at < len(row) and row[at].kind == "number" and isinstance(row[at].value, int) and row[at].value < 1_000:
        yield Choice(row[at].low, at)
        if at + 1 >= len(row) or row[at + 1].low not in BETWEEN:
            return
        at += 2


def _items(row: Sequence[Token], at: int, *, shared: bool = False) -> Iterator[Choice]:
    """The items of a list that begins here, up to where it ends."""
    listing = _List(row, shared)
    for place in range(at, len(row)):
        yield from listing.hear(place)
        if listing.ended:
            break
    yield from listing.put_down()


class _List:
    """A list while it is read: the words of the item under way, and whether an item has come before it."""

    def __init__(self, row: Sequence[Token], shared: bool) -> None:
        self.row, self.shared = row, shared
        self.words: list[str] = []
        self.last = self.depth = 0
        self.separated = self.ended = False

    def hear(self, place: int) -> Iterator[Choice]:
        token = self.row[place]
        if token.low in OPENING and not self.words:
            return
        if (token.low == "(" and self.words) or (token.low == ")" and self.depth):
            self.depth += 1 if token.low == "(" else -1
        elif self.depth:
            return
        elif token.low in BETWEEN or self._goes_on_below(place):
            yield from self.put_down()
            self.separated = True
        elif token.kind == "sum":
            yield from self._sum(place)
        elif token.kind == "end" or token.low in STOPS:
            self.ended = self.separated or bool(self.words) or token.low != "\n"
        else:
            self._word(place)

    def put_down(self) -> Iterator[Choice]:
        if self.words:
            yield from _item(self.words, self.last, shared=self.shared)
        self.words = []

    def _goes_on_below(self, place: int) -> bool:
        """A line that ends, where the next one begins with a dash."""
        after = self.row[place + 1].low if place + 1 < len(self.row) else ""
        return self.row[place].low == "\n" and after in {"-", "•", "*"}

    def _sum(self, place: int) -> Iterator[Choice]:
        """A surcharge, or a price between two items, ends an item; any other price ends the list."""
        after = self.row[place + 1].low if place + 1 < len(self.row) else ""
        if _is_extra(self.row, place) or (self.words and self.separated and after in {",", "/"}):
            yield from self.put_down()
        else:
            self.ended = True

    def _word(self, place: int) -> None:
        token = self.row[place]
        takes = token.kind in {"word", "measure", "size", "number", "contents"} and (
            token.role in {"", "price"} or token.kind != "word"
        )
        stops = (
            _ends_a_list(self.row, place, self.words) if token.kind == "word" else token.kind == "number" and self.words
        )
        if not takes or stops:
            self.ended = True
        elif token.low not in UNSAID or len(token.low) == 1:
            self.words.append(token.low)
            self.last = place


def _is_extra(row: Sequence[Token], place: int) -> bool:
    return bool(getattr(row[place].value, "plus", False)) or row[place - 1].low in {"+", "tambah", "nambah", "extra"}


NOT_A_KIND = words("tidak no non tanpa extra ekstra without")  # of it: "pedas / tidak pedas"


def _ends_a_list(row: Sequence[Token], place: int, words: list[str]) -> bool:
    low = row[place].low
    if low in SPOKEN.sizes or low in SPOKEN.flavours or low in NOT_A_KIND:
        return False
    return (
        low in SPOKEN.price_cues or low in SPOKEN.least_cues or low in SPOKEN.asides or low in SPOKEN.option_cues
        or low in ENDING
        or (low in SPOKEN.talk and not words)
    )  # fmt: skip


def _item(words: list[str], at: int, *, shared: bool) -> Iterator[Choice]:
    """One item; words that are all flavours of their own, without a comma, are several."""
    letters = len(words) > 1 and all(word in SPOKEN.sizes and len(word) <= 4 for word in words)
    if letters or (len(words) > 2 and all(word in SPOKEN.flavours for word in words)):
        for word in words:
            yield Choice(word, at, shared)
    elif len(words) <= LONGEST_NAME:
        yield Choice(" ".join(words), at, shared)


# -- a slash list --------------------------------------------------------------------------------------


def _slashed(row: Sequence[Token]) -> list[Choice]:
    """ "(urat / halus)", "vanila / coklat", "etnik/bunga/polos"."""
    for at, token in enumerate(row):
        if (
            token.low not in {"/", "|"}
            or not 0 < at < len(row) - 1
            or row[at - 1].kind != "word"
            or row[at + 1].kind != "word"
        ):
            continue
        before, after = row[at - 1], row[at + 1]
        if before.role or after.role or (before.low in SPOKEN.units and after.low in SPOKEN.units):
            continue
        start = _start_of_first(row, at)
        found = [Choice(" ".join(one.low for one in row[start:at]), at - 1), *_items(row, at + 1)]
        shared = _costs_more(row, found[-1].at)  # "keju/coklat +10rb": either costs more
        found = [replace(one, shared=shared) for one in found]
        if len(found) > 1 and not any(one.name in SPOKEN.talk for one in found):
            _mark(row, start, found[-1].at + 1)
            return found
    return []


def _start_of_first(row: Sequence[Token], at: int) -> int:
    """Where the first item of a slash list begins: after a bracket or line end, else its last word."""
    start = at - 1
    while start > 0 and row[start - 1].kind == "word" and row[start - 1].role == "":
        start -= 1
    opens = start == 0 or row[start - 1].low in {"(", "[", ":", "\n"}
    is_own = opens and start > 0 and at - start <= 2
    if is_own and _has_name_before(row, start):
        return start
    if at >= 2 and row[at - 2].low in {"tidak", "extra", "ekstra", "rumput", "daun", "jagung", "red", "green", "lada"}:
        return at - 2
    return at - 1


def _has_name_before(row: Sequence[Token], start: int) -> bool:
    return any(token.kind == "word" and token.low not in SPOKEN.talk for token in row[:start])


# -- joined after the name -----------------------------------------------------------------------------


def _joined(row: Sequence[Token]) -> list[Choice]:
    """ "pisang goreng coklat & keju 15rb": flavours joined right after the name."""
    for at, token in enumerate(row):
        if token.low not in {"&", "atau", "sama", "or", "dan", "and"} or not 1 < at < len(row) - 1:
            continue
        before, after = row[at - 1], row[at + 1]
        if _tells(before.low) and _tells(after.low) and not before.role and not after.role and after.kind == "word":
            found = [Choice(before.low, at - 1), Choice(after.low, at + 1)]
            if row[at - 2].low == "," and at >= 3 and _tells(row[at - 3].low):
                found.insert(0, Choice(row[at - 3].low, at - 3))
            if row[at - 2].kind == "word" or row[at - 2].low in {",", "("}:
                _mark(row, found[0].at, found[-1].at + 1)
                return found
    return []


# -- after a heading ------------------------------------------------------------------------------------


def _after_colon(row: Sequence[Token]) -> list[Choice]:
    """ "aneka kue basah: lemper, risol, pastel": what a heading gathers."""
    for at, token in enumerate(row):
        if token.low != ":" or not at:
            continue
        start = next((back + 1 for back in range(at - 1, -1, -1) if row[back].low in {"\n", ".", "!"}), 0)
        before = row[start:at]
        if not any(one.low in SPOKEN.heads for one in before) or any(_other_matter(one) for one in before):
            continue
        found = list(_items(row, at + 1))
        if len(found) > 1 and not any(set(one.name.split()) & SPOKEN.asides for one in found):
            _mark(row, at, found[-1].at + 1)
            return found
    return []


def _other_matter(token: Token) -> bool:
    return (
        token.role == "contents"
        or token.low in SPOKEN.asides
        or token.low in SPOKEN.contents
        or token.low in {"format", "wa", "tulis"}
    )


# -- a list of lines -----------------------------------------------------------------------------------


def _listed(row: Sequence[Token]) -> list[Choice]:
    """Lines with a dash under a name, without prices: "- coklat", "- keju"."""
    found: list[Choice] = []
    for at, token in enumerate(row):
        if token.low not in {"-", "•", "*"} or not (at and row[at - 1].low == "\n"):
            continue
        end = next((place for place in range(at + 1, len(row)) if row[place].low == "\n"), len(row))
        words = [one.low for one in row[at + 1 : end] if one.kind == "word" and one.role == ""]
        if 1 <= len(words) <= LONGEST_NAME and len(words) == end - at - 1 and _tells(words[-1]):
            found.append(Choice(" ".join(words), end - 1))
    if len(found) > 1:
        for one in found:
            _mark(row, one.at - len(one.name.split()) + 1, one.at + 1)
        return found
    return []


def _tells(name: str) -> bool:
    """Whether words only tell one kind from another."""
    return all(word in SPOKEN.flavours or word in SPOKEN.sizes for word in name.split()) and bool(name)


def _mark(row: Sequence[Token], start: int, end: int) -> None:
    for token in row[start:end]:
        if token.kind == "word" or token.kind in {"number", "measure", "size", "contents"}:
            token.role = token.role or "option"
