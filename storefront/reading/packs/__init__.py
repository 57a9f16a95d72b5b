"""The words of each language, one file a language. A reader asks for a kind of word and gets it in all of them.

People mix languages in one sentence, so the packs are read together. To teach Getok another language, write one
file beside these that defines ``PACK`` (CONTRIBUTING.md shows how); nothing else has to change.
"""

import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from importlib import import_module

Words = frozenset[str]


def words(*lines: str) -> Words:
    """A word list as one writes it: separated by blanks. ``_`` stands for a blank inside of a phrase."""
    return frozenset(word.replace("_", " ") for line in lines for word in line.split())


def spelt(**meanings: str) -> dict[str, str]:
    """Spellings by what they mean: ``spelt(box="dus dos kotak")``. The meaning is a spelling as well."""
    return {
        spelling.replace("_", " "): meaning.replace("_", " ")
        for meaning, spellings in meanings.items()
        for spelling in (meaning, *spellings.split())
    }


def each(value: int, *lines: str) -> dict[str, int]:
    """Words that all stand for one number: ``each(1_000, "rb ribu")``."""
    return dict.fromkeys(words(*lines), value)


def counted(start: int, *names: str) -> dict[str, int]:
    """Number words in order, those of one number in one string: ``counted(0, "nol kosong", "satu")``."""
    return {name: number for number, line in enumerate(names, start) for name in line.split()}


@dataclass(frozen=True)
class Pack:
    """One language's words. Every field may be left out; what is there is added to the other languages'."""

    # -- how people talk: nothing of this says what is wanted
    addressing: Words = frozenset()
    particles: Words = frozenset()
    wishes: Words = frozenset()

    # -- counting
    numbers: Mapping[str, int] = field(default_factory=dict)  #: satu, eleven: added to what comes before
    tens: Mapping[str, int] = field(default_factory=dict)  #: puluh, hundred, ribu: multiply what comes before
    teens: Words = frozenset()  #: belas: ten more
    halves: Words = frozenset()  #: setengah, half
    one_of: Words = frozenset()  #: se-, sak-: glued before a unit it means one
    multiples: Mapping[str, int] = field(default_factory=dict)  #: lusin, dozen: so many of a thing
    units: Mapping[str, str] = field(default_factory=dict)  #: spelling -> the unit's own name
    measures: Words = frozenset()  #: gr, ml: weights and volumes
    each: Words = frozenset()  #: masing-masing, each

    # -- money
    scales: Mapping[str, int] = field(default_factory=dict)  #: rb, jt: multiply digits
    slang: Mapping[str, int] = field(default_factory=dict)  #: goceng: a sum in one word
    literal: Words = frozenset()  #: perak: the digits before it are rupiah as they stand
    price_cues: Words = frozenset()  #: harga, cuma: a small number after it is in thousands
    free: Words = frozenset()
    about: Words = frozenset()  #: mulai, sekitar: before a price that is none yet
    until: Words = frozenset()  #: sampai: between the ends of a range
    was: Words = frozenset()  #: normal: before the price that holds no longer
    now: Words = frozenset()  #: jadi, promo: before the price that holds
    off: Words = frozenset()  #: diskon: an amount taken off
    other_money: Words = frozenset()  #: ongkir, DP: money that is not the price
    resale: Words = frozenset()  #: reseller, grosir
    gives: Words = frozenset()  #: dapat, for: between a price and what it buys
    per: Words = frozenset()

    # -- captions
    stock_cues: Words = frozenset()
    left_after: Words = frozenset()  #: left: behind the number
    sold_out: Words = frozenset()
    ready: Words = frozenset()
    least_cues: Words = frozenset()  #: min order
    preorder: Words = frozenset()
    not_preorder: Words = frozenset()
    closing: Words = frozenset()
    contents: Words = frozenset()  #: isi: before a number that counts contents
    option_cues: Words = frozenset()
    flavours: Words = frozenset()  #: words that tell one kind of a product from another
    sizes: Words = frozenset()
    either: Words = frozenset()  #: dan, atau: between options
    heads: Words = frozenset()  #: kue, nasi: nouns that products are called by
    praise: Words = frozenset()
    talk: Words = frozenset()  #: words of a caption that are never part of a name
    asides: Words = frozenset()  #: words that open a clause about something else

    # -- orders
    order_verbs: Words = frozenset()
    not_order_verbs: Words = frozenset()  #: pesanan, mau tanya: look like one and are none
    synonyms: Mapping[str, str] = field(default_factory=dict)  #: spelling -> as catalogues have it
    joining: Words = frozenset()  #: sama, and: between lines
    drops: Words = frozenset()  #: gak jadi: takes the thing beside it back
    without: Words = frozenset()  #: tanpa, jangan: what follows is not wanted
    corrects: Words = frozenset()  #: eh, maksudnya: what follows replaces what was said
    sets: Words = frozenset()  #: jadi: before a new quantity
    adds: Words = frozenset()  #: tambah
    lessens: Words = frozenset()  #: kurangin
    rest: Words = frozenset()  #: sisanya
    not_counted: Words = frozenset()  #: jam, umur: before a number that counts no goods
    not_counting: Words = frozenset()  #: orang, tahun: behind such a number
    purposes: Words = frozenset()  #: buat, untuk: what follows is what it is for
    plain: Words = frozenset()  #: biasa: the product without anything

    # -- what a message is about (phrases; each is looked for as whole words)
    greets: Words = frozenset()
    thanks: Words = frozenset()
    cancels: Words = frozenset()
    pays: Words = frozenset()
    pay_questions: Words = frozenset()
    complains: Words = frozenset()
    person: Words = frozenset()
    status: Words = frozenset()
    prices_asked: Words = frozenset()
    stock_asked: Words = frozenset()
    other_asked: Words = frozenset()  #: ongkir berapa, jam berapa: asked, and neither price nor stock
    allergens: Mapping[str, str] = field(default_factory=dict)  #: milk -> susu: foods that some do not tolerate
    tolerates: Words = frozenset()  #: alergi: said of somebody, it asks what is in it
    contents_asked: Words = frozenset()  #: mengandung apa, bahannya
    keeping_asked: Words = frozenset()  #: tahan berapa hari
    halal_asked: Words = frozenset()
    permit_asked: Words = frozenset()  #: PIRT, BPOM
    questions: Words = frozenset()
    hypothetical: Words = frozenset()
    injected: Words = frozenset()


def merged(packs: Iterable[Pack]) -> Pack:
    """Several languages as one; where two disagree on a word, the one that comes first is right."""
    chosen = list(packs)
    together: dict[str, object] = {}
    for one in fields(Pack):
        kinds = [getattr(pack, one.name) for pack in chosen]
        if isinstance(kinds[0], Mapping):
            together[one.name] = {word: meaning for kind in reversed(kinds) for word, meaning in kind.items()}
        else:
            together[one.name] = frozenset().union(*kinds)
    return Pack(**together)  # type: ignore[arg-type]


def found() -> list[Pack]:
    """Every pack in this folder, Indonesian first."""
    names = sorted((module.name for module in pkgutil.iter_modules(__path__)), key=lambda name: name != "indonesian")
    return [import_module(f"{__name__}.{name}").PACK for name in names]


SPOKEN = merged(found())
