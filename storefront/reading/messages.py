"""A buyer's message against a catalogue: what it is about, and what of what. Pure, offline, and quick.

A message is about one thing; where it is about several, an order is heard before a question, a question before thanks.
Nothing is ordered out of a question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from storefront.reading.events import Event, events
from storefront.reading.forms import Said, said
from storefront.reading.intents import LITTLE, Intent, Spoken, about, haggles, verbs
from storefront.reading.lines import Line, Read, read_lines
from storefront.reading.mentions import mentions
from storefront.reading.packs import SPOKEN
from storefront.reading.packs import words as phrases
from storefront.reading.picking import picked
from storefront.reading.shelf import Ware, shelved

MOST_CLAUSES = 120  # what comes after them is one more
SENTENCES = re.compile(r"(?<=[?!\n])|(?<=[^\d]\.)(?=\s)|(?<=,)(?=\s)|(?=\b(?:tapi|tp|but)\b)")


@dataclass(frozen=True)
class Message:
    """What a message is about. Only an order has lines, products to choose between, or words nobody here sells."""

    intent: Intent
    lines: tuple[Line, ...] = ()
    ambiguous: tuple[int, ...] = ()
    strangers: tuple[str, ...] = ()
    fields: tuple[tuple[str, str], ...] = ()
    asked_for: int = 0  #: how many of what is still to be chosen


def read_message(text: str, wares: tuple[Ware, ...], about_product: int | None = None) -> Message:
    """Read one message; ``about_product`` is what the talk is about already. Never raises."""
    heard = said(text)
    whole = Spoken(heard.text)
    if whole.has(SPOKEN.injected):
        return Message("other")
    shelf = shelved(wares)
    clauses = [Clause(Spoken(words), events(words, shelf)) for words in _sentences(heard.goods)]
    before = next((at for at, ware in enumerate(wares) if ware.id == about_product), None)
    wanted = read_lines([event for clause in clauses for event in clause.heard], shelf, before)
    if _orders(heard, whole, clauses, wanted):
        fields = tuple(heard.fields.items())
        return Message("order", wanted.lines, wanted.ambiguous, wanted.strangers, fields, wanted.asked_for)
    return Message(about(whole))


def spoken_of(text: str, wares: tuple[Ware, ...]) -> tuple[int, ...]:
    """The products a message speaks of, whether it orders them or asks about them."""
    shelf = shelved(wares)
    found: dict[int, None] = {}
    for mention in mentions(events(said(text).goods, shelf), shelf):
        one = picked(mention.phrase, shelf)
        chosen = one.choices if one.ware is None else (one.ware,)
        found |= dict.fromkeys(wares[at].id for at in chosen)
    return tuple(found)


# -- sentences -----------------------------------------------------------------------------------------


def _sentences(goods: str) -> list[str]:
    """A message cut where something else may begin: at its ends, and at commas before a question."""
    return [piece for piece in SENTENCES.split(goods, maxsplit=MOST_CLAUSES) if piece.strip()]


@dataclass(frozen=True)
class Clause:
    """A piece of a message: its words, and what happens in it."""

    spoken: Spoken
    events: Sequence[Event]

    @cached_property
    def only_asks(self) -> bool:
        """A question that orders nothing: hypothetical, or about price or stock without a verb of ordering."""
        if self.spoken.is_hypothetical:
            return not (self.spoken.if_there and self.verbs)
        if self.spoken.opens_a_question:
            return True
        return self.spoken.asks and not (self.verbs and not haggles(self.spoken))

    @cached_property
    def verbs(self) -> list[str]:
        return verbs(self.spoken)

    @property
    def heard(self) -> Sequence[Event]:
        """The events; of a question only its words count, as what is spoken of."""
        if not self.only_asks:
            return self.events
        return [Event("purpose"), *(event for event in self.events if event.kind in {"word", "option"}), Event("comma")]

    @property
    def may_order(self) -> bool:
        return not self.only_asks and any(
            event.kind in {"number", "word", "option", "unknown"} for event in self.events
        )


# -- is it an order ------------------------------------------------------------------------------------


def _orders(heard: Said, whole: Spoken, clauses: Sequence[Clause], wanted: Read) -> bool:
    has_goods = bool(wanted.lines or wanted.ambiguous or wanted.strangers)
    if heard.has_order_field:
        return has_goods or bool(heard.goods.strip())
    doing = [verb for clause in clauses if not clause.only_asks for verb in clause.verbs]
    if whole.cancels and not (wanted.lines and (doing or wanted.numbers)):
        return False
    told = whole.complains or whole.pays
    if has_goods and doing and not told:
        return True
    told = told or whole.asks_status or whole.is_past
    if has_goods and wanted.numbers and not told:
        return any(clause.may_order for clause in clauses)
    if (wanted.lines or wanted.ambiguous) and not (wanted.numbers or told or whole.asks):
        return _only_names(whole, clauses)
    busy = told or whole.asks or whole.cancels
    return any(verb in STRONG for verb in doing) and not busy


def _only_names(whole: Spoken, clauses: Sequence[Clause]) -> bool:
    """ "yang keju aja ya": one thing named and nothing else said is asking for it."""
    words = {word for word in whole.words if word not in LITTLE | NAMING}
    told = [event.said for clause in clauses for event in clause.events]
    named = {word for said_ in told for word in (*said_.split(), said_.replace(" ", ""))}  # "250 gr" is 250gr
    return words <= named and not NAMING.isdisjoint(whole.words)


NAMING = frozenset(
    {"aja", "saja", "dong", "ya", "yang", "yg", "deh", "please", "donk"}
)  # "yang keju aja ya" asks for it
STRONG = SPOKEN.order_verbs - phrases(
    "mau mw mo minta ambil ambilin tambah nambah like have get take want need send give bring add fix keep ikut"
    " catat daftar"
    " siapin pengen pgn pingin kepengen bade badhe arep ajeng hoyong i'd_like can_i_get could_i_have can_i_have"
    " please_send"
    " kirimin masukin book reserve"
)  # a verb that orders without saying what
