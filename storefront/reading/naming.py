"""What a product is called: the words a buyer would use to ask for it, without all that stands around them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from storefront.reading.containers import FIXED_TERMS
from storefront.reading.counting import phrase_at
from storefront.reading.packs import SPOKEN
from storefront.reading.packs import words as phrases
from storefront.reading.tokens import Token

LONGEST_WORD = 60
MOST_WORDS = 7
NAMELESS = frozenset().union(
    SPOKEN.talk, SPOKEN.addressing, SPOKEN.particles, SPOKEN.wishes, SPOKEN.price_cues, SPOKEN.stock_cues,
    SPOKEN.asides,
    SPOKEN.option_cues, SPOKEN.greets, SPOKEN.thanks, SPOKEN.was, SPOKEN.now, SPOKEN.praise, SPOKEN.measures,
    SPOKEN.scales,
    SPOKEN.about, SPOKEN.sold_out, SPOKEN.order_verbs - SPOKEN.heads,
)  # fmt: skip
WHOLE_NAMES = phrases(
    "cireng_isi tahu_isi roti_isi bakpao_isi molen_isi kue_satu batik_tulis batik_cap kue_mangkok mangga_harum"
    " cap_gomeh sapu_tangan roti_gambang kue_pukis es_jeruk es_teh lapis_tiga segi_empat kaki_naga"
)  # names in which a word is not what it is elsewhere
OPENING_NAMES = frozenset({"mangga"})  # a courtesy elsewhere
NO_NAME = frozenset({"ini", "barang", "jualan", "produk", "menu", "itu", "makanan", "kuliner", "pesanan"})
ENDINGS = ("nya",)
SHAPES = frozenset({"gulung", "potong", "batang", "tusuk", "lembar", "iris"})
LETTERED = frozenset({"box", "paket", "menu", "hampers", "kotak", "dus", "tipe", "type", "seri", "pack"})
INGREDIENTS = frozenset({"kuah", "bumbu", "saus", "saos", "isian"})


@dataclass(frozen=True)
class Run:
    """Words that stand together: where they begin and how good a name they make."""

    start: int
    words: tuple[int, ...]
    score: tuple[int, ...]


def name(text: str, row: Sequence[Token]) -> str | None:
    """The name in Title Case; None where there is none."""
    runs = [run for run in _runs(row) if run.words]
    if not runs:
        return _from_tag(row)
    best = max(runs, key=lambda run: run.score)
    places = (*best.words, *_own_flavour(row, best.words))
    words = [text[row[at].start : row[at].end] for at in places]
    called = titled(" ".join(words))
    if called.casefold() in NO_NAME:
        return _from_tag(row)
    return called


def _own_flavour(row: Sequence[Token], words: tuple[int, ...]) -> list[int]:
    """The one flavour it comes in ("rasa stroberi") belongs to the name."""
    for at in range(words[-1], len(row) - 1):
        if row[at].low in {"rasa", "varian", "flavour", "flavor"} and row[at].role == "":
            ahead = row[at + 1 : at + 3]
            found = [at + 1 + step for step, one in enumerate(ahead) if one.low in SPOKEN.flavours and one.role == ""]
            return [place for place in found if place not in words] if found[:1] == [at + 1] else []
    return []


def _runs(row: Sequence[Token]) -> Iterator[Run]:
    """Every row of words that could be a name, without praise in front, behind or between."""
    at = 0
    number = 0
    while at < len(row):
        if not _may_name(row, at):
            at += 1
            continue
        start = at
        words: list[int] = []
        while at < len(row):
            praised = phrase_at(row, at, SPOKEN.praise)
            if praised and not _is_noun(row, at, praised):
                at += praised
                continue
            if _may_name(row, at):
                words.append(at)
                at += 1
                continue
            break
        yield _trimmed(row, start, words, number)
        number += 1
        at = max(at, start + 1)


def _is_noun(row: Sequence[Token], at: int, length: int) -> bool:
    """A noun is never praise; what is kept cold or fresh from the oven is praised all the same."""
    return length == 1 and row[at].low in SPOKEN.heads and row[at].low not in {"frozen", "fresh"}


def _may_name(row: Sequence[Token], at: int) -> bool:
    token = row[at]
    if at and f"{row[at - 1].low} {token.low}" in WHOLE_NAMES and token.role == "":
        return True
    if token.low in OPENING_NAMES and at + 1 < len(row) and f"{token.low} {row[at + 1].low}" in WHOLE_NAMES:
        return True
    if token.kind == "number" and token.low.isalpha() and token.role == "" and 0 < at < len(row) - 1:
        return row[at - 1].low in {
            "segi",
            "lapis",
            "kaki",
            "rasa",
            "susun",
            "tingkat",
        }  # "segi empat" is a shape, not four of something
    if token.kind != "word" or token.role not in {"", "name"} or len(token.low) > LONGEST_WORD:
        return False
    low = token.low
    if low in SPOKEN.heads:
        return True
    if low in SPOKEN.units:
        return _is_fixed(row, at) or (low in SHAPES and at > 0 and row[at - 1].low in SPOKEN.heads)
    if len(low) == 1:
        return low in "abcd" and at > 0 and row[at - 1].low in LETTERED
    if low in INGREDIENTS:
        return True
    if low in SPOKEN.sizes and len(low) > 1:
        return True
    return low not in NAMELESS


def _is_fixed(row: Sequence[Token], at: int) -> bool:
    return at > 0 and row[at - 1].low in FIXED_TERMS


def _trimmed(row: Sequence[Token], start: int, words: list[int], number: int) -> Run:
    """At most seven words; the score says how much this looks like a name."""
    kept = words[:MOST_WORDS]
    lows = [row[at].low for at in kept]
    heads = sum(low in SPOKEN.heads for low in lows)
    only_kinds = all(low in SPOKEN.flavours - SPOKEN.heads or low in SPOKEN.sizes for low in lows)
    aside = _in_an_aside(row, start)
    generic = len(lows) == 1 and lows[0] in NO_NAME
    score = (not generic and bool(kept), not aside, bool(heads), not only_kinds, -number)
    return Run(start, tuple(kept), tuple(map(int, score)))


def _in_an_aside(row: Sequence[Token], start: int) -> bool:
    """Words of a clause that is about something else: what is in it, where to order, what comes with it."""
    for back in range(start - 1, max(-1, start - 8), -1):
        token = row[back]
        if token.kind == "end" and token.low not in {":", ","}:
            return False
        if (
            (token.low in SPOKEN.asides and token.kind == "word")
            or token.low in {"bahan", "dari", "motif"}
            or token.role == "contents"
        ):
            return True
        if token.kind == "word" and token.role == "" and token.low in SPOKEN.heads:
            return False
    return False


def _from_tag(row: Sequence[Token]) -> str | None:
    """Only hashtags: the first one is the name."""
    for token in row:
        low = token.low.lstrip("#")
        if token.kind == "tag" and low not in SPOKEN.talk and not low.isdigit():
            return titled(low.replace("_", " "))
    return None


def titled(text: str) -> str:
    """Words as on a sign; what she wrote with capitals of her own (BSD, McD) stays."""
    shouted = text.isupper()
    return " ".join(
        word if _has_capitals(word) and not shouted else word[:1].upper() + word[1:].lower()
        for word in _bare(text).split()
    )


def _bare(text: str) -> str:
    """Without the ending -nya: "baladonya" is Balado."""
    words = text.split()
    if words and words[-1].lower().endswith(ENDINGS) and len(words[-1]) > 5:
        words[-1] = words[-1][:-3]
    return " ".join(words)


def _has_capitals(word: str) -> bool:
    return any(sign.isupper() for sign in word)
