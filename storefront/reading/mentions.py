"""Phrases of a message, each with its number: "nastar 2 kastengel 1", "2 nastar 1 kastengel", "2 coklat 1 keju".

A clause is a row of phrases and numbers, and whichever comes first leads. What governs a phrase (rather, one more, not
that one) is noted on it; what it does is for the lines to say.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from storefront.reading.events import Event
from storefront.reading.picking import Phrase, picked, speaks_only_of_options
from storefront.reading.shelf import Shelf


@dataclass
class Mention:
    """A phrase with the number that belongs to it, and what it does to what was said before."""

    phrase: Phrase = field(default_factory=Phrase)
    number: Event | None = None
    money: int | None = None
    deed: str = "want"  #: want, instead, add, less, drop, refuse, topic
    each: bool = False
    rest: bool = False
    which: bool = False
    weak: bool = False
    said: list[str] = field(default_factory=list)
    clause: int = 0


def mentions(events: Sequence[Event], shelf: Shelf) -> Iterator[Mention]:
    for number, clause in enumerate(_clauses(events)):
        for mention in _paired(clause, shelf):
            mention.clause = number
            yield mention


def _clauses(events: Sequence[Event]) -> Iterator[list[Event]]:
    clause: list[Event] = []
    for event in events:
        if event.kind in {"comma", "end"}:
            if clause:
                yield clause
            clause = []
        elif event.kind == "instead" and clause:
            yield clause
            clause = [event]
        else:
            clause.append(event)
    if clause:
        yield clause


def _paired(clause: Sequence[Event], shelf: Shelf) -> Iterator[Mention]:
    """The mentions of one clause, each with its number."""
    groups = list(_groups(clause))
    phrases = [one for one in groups if isinstance(one, Mention)]
    numbers = [one for one in groups if isinstance(one, Event)]
    if not phrases:
        yield from (Mention(number=one) for one in numbers[-1:])
        return
    if not numbers:
        yield from phrases
        return
    leads = isinstance(groups[0], Event)
    if _lists_options(groups, shelf):
        yield replace(phrases[0], deed="topic")
        yield from _leading(groups[1:])
    elif leads and not isinstance(groups[-1], Event):
        yield from _leading(groups)
    else:
        yield from _trailing(groups, shelf)


def _groups(clause: Sequence[Event]) -> Iterator[Mention | Event]:
    """Phrases and numbers in their order; what controls them is noted on the phrase it stands at."""
    gathering = _Gathering()
    for event in clause:
        yield from gathering.hear(event)
    if _is_said(gathering.current) or gathering.current.deed == "drop":
        yield gathering.current


class _Gathering:
    """The phrase that is being said, and what was said that governs it."""

    def __init__(self) -> None:
        self.current = Mention()
        self.deed = "want"
        self.weak = self.each = self.rest = self.deny = self.which = False
        self.refused = False  # the word before was "jangan"

    def hear(self, event: Event) -> Iterator[Mention | Event]:
        yield from self._hear(event)
        self.refused = event.kind == "not"

    def _hear(self, event: Event) -> Iterator[Mention | Event]:
        if event.kind == "number":
            yield from self._number(event)
        elif event.kind in {"word", "option", "unknown"}:
            self._word(event)
        elif event.kind == "money":
            self.current.money, self.current.deed, self.current.which = event.value, self.deed, self.which
        elif event.kind == "rest":
            if _is_said(self.current):
                yield self.current
                self.current = Mention(deed=self.deed)
            self.rest = True
        else:
            self._control(event)

    def _number(self, event: Event) -> Iterator[Mention | Event]:
        if self.refused:  # "jangan 3, 2 aja"
            self.deny = self.refused = False
            return
        if _is_said(self.current):
            yield self.current
        if self.each:
            yield Mention(number=event, each=True, deed=self.deed)
        else:
            yield replace(event, deed=self.deed)
        self.current = Mention(deed=self.deed, weak=self.weak, rest=self.rest)
        self.each = self.which = self.deny = False

    def _word(self, event: Event) -> None:
        begun = _is_said(self.current)
        self.current.deed = "refuse" if self.deny and not begun else self.deed
        self.current.weak = self.weak
        self.current.rest = self.current.rest or self.rest
        self.current.which = self.current.which or self.which
        _put(self.current, event, deny=self.deny and begun)

    def _control(self, event: Event) -> None:
        if event.kind in {"drop", "instead", "set", "add", "less"}:
            self._deed(event.kind)
        elif event.kind == "plain":
            self.current.phrase.plain = True
        elif event.kind in {"purpose", "verb"}:
            self.weak = event.kind == "purpose"
        elif event.kind == "not":
            self.deny = True
        elif event.kind == "which":
            self.which = True
        elif event.kind == "each":
            self.each = True

    def _deed(self, kind: str) -> None:
        if kind in {"add", "less"} and self.deed != "want":
            return
        self.deed = {"set": "instead"}.get(kind, kind)
        if kind != "instead":
            self.current.deed = self.deed


def _is_said(mention: Mention) -> bool:
    return mention.phrase.says_something or bool(mention.phrase.unknown) or mention.money is not None


def _put(mention: Mention, event: Event, *, deny: bool) -> None:
    phrase = mention.phrase
    mention.said.append(event.said)
    if deny:
        phrase.denied += list(event.value) if event.kind == "word" else [event.said]
    elif event.kind == "word":
        phrase.words += list(event.value)
    elif event.kind == "option":
        phrase.options |= set(event.value)
    else:
        phrase.unknown.append(event.value)


def _lists_options(groups: Sequence[Mention | Event], shelf: Shelf) -> bool:
    """ "brownies kukus 2 coklat 1 keju": behind the product the numbers lead."""
    if len(groups) < 3 or isinstance(groups[0], Event) or isinstance(groups[-1], Event):
        return False
    head = picked(groups[0].phrase, shelf)
    later = [one for one in groups[1:] if isinstance(one, Mention)]
    if head.ware is None or head.option is not None:
        return False
    return all(one.deed == "want" and speaks_only_of_options(one.phrase, shelf, head.ware) for one in later)


def _leading(groups: Sequence[Mention | Event]) -> Iterator[Mention]:
    waiting: Event | None = None
    for one in groups:
        if isinstance(one, Event):
            if waiting:
                yield Mention(number=waiting)
            waiting = one
        elif one.each:
            yield one
        else:
            yield _with_number(one, waiting) if waiting else one
            waiting = None
    if waiting:
        yield Mention(number=waiting)


def _trailing(groups: Sequence[Mention | Event], shelf: Shelf) -> Iterator[Mention]:
    waiting: Mention | None = None
    for place, one in enumerate(groups):
        if isinstance(one, Mention):
            if waiting is not None:
                yield waiting
            waiting = one
        elif waiting is not None and waiting.number is None and not waiting.each:
            following = groups[place + 1] if place + 1 < len(groups) else None
            completes = (
                place + 2 == len(groups) and isinstance(following, Mention) and _completes(waiting, following, shelf)
            )
            yield _with_number(
                joined(waiting, following) if completes and isinstance(following, Mention) else waiting, one
            )
            if completes:
                return
            waiting = None
        else:
            yield Mention(number=one)
    if waiting is not None:
        yield waiting


def _completes(first: Mention, second: Mention, shelf: Shelf) -> bool:
    """ "nugget 3 keju": the option stands behind the number."""
    if second.phrase.unknown or second.each or second.deed not in {first.deed, "want"}:
        return False
    together = picked(joined(first, second).phrase, shelf)
    alone = picked(first.phrase, shelf)
    if alone.ware is not None:
        return speaks_only_of_options(second.phrase, shelf, alone.ware)
    return together.ware is not None or bool(together.choices)


def joined(first: Mention, second: Mention) -> Mention:
    one, two = first.phrase, second.phrase
    phrase = Phrase(
        one.words + two.words,
        one.options | two.options,
        one.unknown + two.unknown,
        one.denied + two.denied,
        one.price or two.price,
        one.plain or two.plain,
    )
    return replace(first, phrase=phrase, said=first.said + second.said, rest=first.rest or second.rest)


def _with_number(mention: Mention, number: Event) -> Mention:
    return replace(mention, number=number, deed=number.deed if mention.deed == "want" else mention.deed)
