"""Stories are chats: read them, play them, and show what was said.

An acceptance test that only programmers can read is one no seller can correct. So a story is a text file that looks
like the chat it describes, and playing it means doing with the phones what its people do, then looking at the glass.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Protocol, TextIO
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

from bots.phones import (
    CHANNELS,
    Address,
    Bubble,
    Button,
    InlineResult,
    PhoneError,
    Phones,
    TelegramGroup,
    codes_in,
    newest_first,
    read_as,
    showing,
)
from bots.phones.contents import Offer
from bots.phones.whatsapp import offered

START = "2026-06-16 09:00"
OURS = ("/r/", "/i/", "/s/", "/p/")

PERSON = re.compile(r"(?P<who>[\w-]+@\w+)\s+(?P<verb>[^:]+?)\s*(?::\s*(?P<rest>.*))?")
MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d")
LATER = re.compile(r"\+(\d+)([mhd])")
NAMED = re.compile(r"\$([A-Za-z_]\w*)")
LINE_BREAK = "\\n"  # a message of several lines stands in one line of a story
PLACE = re.compile(r"(-?\d+(?:\.\d+)?)\s*,\s*(-?\d+(?:\.\d+)?)")


class Unreadable(Exception):
    """Name the line that is no line of a story."""

    def __init__(self, line_no: int, text: str) -> None:
        super().__init__(f"line {line_no}: cannot read: {text}")
        self.line_no = line_no
        self.text = text


class Hub(Protocol):
    """What a story needs of a running hub."""

    @property
    def zone(self) -> ZoneInfo: ...

    @property
    def public_url(self) -> str: ...

    def now(self) -> datetime: ...

    def settle(self) -> None:
        """Process everything due and deliver until it is quiet."""

    def move_to(self, moment: datetime) -> None:
        """Advance the clock; chores run at their own times on the way, and what they say is delivered."""

    def page(self, url: str) -> str:
        """Return the HTML of one of our pages, whatever its status."""


# The lines of a story.


@dataclass(frozen=True)
class Line:
    no: int
    source: str


@dataclass(frozen=True)
class Only(Line):
    """Say that the story is about what one channel alone can do."""

    channel: str


@dataclass(frozen=True)
class Clock(Line):
    moment: str


@dataclass(frozen=True)
class Said(Line):
    """A line of which one person is the subject."""

    who: Address


@dataclass(frozen=True)
class Act(Said):
    """Something a person does; it counts."""


@dataclass(frozen=True)
class Says(Act):
    text: str


@dataclass(frozen=True)
class SendsPhoto(Act):
    file: str
    caption: str | None


@dataclass(frozen=True)
class SendsVoice(Act):
    pass


@dataclass(frozen=True)
class SendsSticker(Act):
    pass


@dataclass(frozen=True)
class SendsContact(Act):
    number: str


@dataclass(frozen=True)
class SendsLocation(Act):
    place: str


@dataclass(frozen=True)
class Taps(Act):
    label: str


@dataclass(frozen=True)
class Opens(Act):
    address: str


@dataclass(frozen=True)
class Scans(Act):
    pass


@dataclass(frozen=True)
class SendsAlbum(Act):
    files: tuple[str, ...]
    caption: str | None


@dataclass(frozen=True)
class SharesContact(Act):
    pass


@dataclass(frozen=True)
class AddsBot(Act):
    group: str
    address: str


@dataclass(frozen=True)
class SaysIn(Act):
    group: str
    text: str


@dataclass(frozen=True)
class TapsIn(Act):
    group: str
    label: str


@dataclass(frozen=True)
class AsksInline(Act):
    query: str


@dataclass(frozen=True)
class Shares(Act):
    to: str
    title: str


@dataclass(frozen=True)
class Keeps(Said):
    name: str
    pattern: str


@dataclass(frozen=True)
class Sees(Said):
    words: str


@dataclass(frozen=True)
class DoesNotSee(Said):
    words: str


@dataclass(frozen=True)
class SeesIn(Sees):
    group: str


@dataclass(frozen=True)
class DoesNotSeeIn(DoesNotSee):
    group: str


ON_TELEGRAM = (SendsAlbum, SharesContact, AddsBot, SaysIn, TapsIn, AsksInline, Shares, SeesIn, DoesNotSeeIn)


# Reading a story.


def parse(text: str) -> list[Line]:
    """Return the lines of a story; comments and blank lines are free."""
    numbered = enumerate((line.strip() for line in text.removeprefix("\ufeff").splitlines()), start=1)
    lines = [_line(no, line) for no, line in numbered if line and not line.startswith("#")]
    late = next((line for line in lines[1:] if isinstance(line, Only)), None)
    if late:
        raise Unreadable(late.no, late.source)
    return lines


def only(lines: Iterable[Line]) -> str | None:
    """Return the one channel on which a story can be told, None if on any."""
    return next((line.channel for line in lines if isinstance(line, Only)), None)


def _line(no: int, source: str) -> Line:
    if source.startswith("only:"):
        return _only(no, source)
    if source.startswith("clock:"):
        return Clock(no, source, _moment(no, source))
    found = PERSON.fullmatch(source)
    if found is None:
        raise Unreadable(no, source)
    try:
        who = Address.of(found["who"])
    except ValueError:
        raise Unreadable(no, source) from None
    verb, rest = " ".join(found["verb"].split()), found["rest"]
    line = _bare(no, source, who, verb) if rest is None else _full(no, source, who, verb, rest.strip())
    if line is None or (isinstance(line, ON_TELEGRAM) and who.channel != "telegram"):
        raise Unreadable(no, source)
    return line


def _only(no: int, source: str) -> Only:
    channel = source.removeprefix("only:").strip()
    if channel not in CHANNELS:
        raise Unreadable(no, source)
    return Only(no, source, channel)


def _moment(no: int, source: str) -> str:
    moment = source.removeprefix("clock:").strip()
    if LATER.fullmatch(moment):
        return moment
    try:
        if MOMENT.fullmatch(moment):
            datetime.fromisoformat(moment)
            return moment
    except ValueError:
        pass
    raise Unreadable(no, source)


def _bare(no: int, source: str, who: Address, verb: str) -> Line | None:
    made = BARE.get(verb)
    return made(no, source, who) if made else None


BARE: dict[str, Callable[[int, str, Address], Line]] = {
    "sends voice": SendsVoice,
    "sends sticker": SendsSticker,
    "shares contact": SharesContact,
}


def _full(no: int, source: str, who: Address, verb: str, rest: str) -> Line | None:
    if not rest:
        return None
    if kept := re.fullmatch(r"keeps \$([A-Za-z_]\w*)", verb):
        return Keeps(no, source, who, kept.group(1), _pattern(no, source, rest))
    if verb == "sends photo":
        file, bar, caption = (part.strip() for part in rest.partition("|"))
        return SendsPhoto(no, source, who, file, caption if bar and caption else None) if file else None
    if verb == "sends album":
        return _album(no, source, who, rest)
    if verb == "scans":
        return Scans(no, source, who) if rest == "picture" else None
    if verb == "sends location" and not (PLACE.fullmatch(rest) or NAMED.search(rest)):
        return None
    if there := IN_PLACE.fullmatch(verb):
        return PLACED[there["verb"]](no, source, who, there["place"], rest)
    made = VERBS.get(verb)
    return made(no, source, who, rest) if made else None


def _album(no: int, source: str, who: Address, rest: str) -> SendsAlbum | None:
    listed, _, caption = (part.strip() for part in rest.partition("|"))
    files = tuple(file.strip() for file in listed.split(","))
    return SendsAlbum(no, source, who, files, caption or None) if all(files) else None


VERBS: dict[str, Callable[[int, str, Address, str], Line]] = {
    "says": Says,
    "sends contact": SendsContact,
    "sends location": SendsLocation,
    "taps": Taps,
    "opens": Opens,
    "sees": Sees,
    "does not see": DoesNotSee,
    "asks inline": AsksInline,
}
PLACED: dict[str, Callable[[int, str, Address, str, str], Line]] = {
    "adds bot to": AddsBot,
    "says in": SaysIn,
    "taps in": TapsIn,
    "shares to": Shares,
    "sees in": lambda no, source, who, group, words: SeesIn(no, source, who, words, group),
    "does not see in": lambda no, source, who, group, words: DoesNotSeeIn(no, source, who, words, group),
}
IN_PLACE = re.compile(rf"(?P<verb>{'|'.join(PLACED)}) (?P<place>\S.*)")


def _pattern(no: int, source: str, rest: str) -> str:
    try:
        re.compile(rest)
    except re.error:
        raise Unreadable(no, source) from None
    return rest


# Playing it.


class _DoesNotHoldError(Exception):
    """Say why a line does not hold."""


class Player:
    """Do what the lines of a story say, and print the chat as it goes."""

    def __init__(self, hub: Hub, phones: Phones, folder: Path, channel: str | None, out: TextIO) -> None:
        self.hub = hub
        self.phones = phones
        self.folder = folder
        self.channel = channel
        self.kept: dict[str, str] = {}
        self.acts: Counter[str] = Counter()
        self._transcript = _Transcript(phones, out)
        self._before = {who: phones.sent_to(*who) for who in phones.everybody()}
        self._acted: dict[Address, int] = {}
        self._clock_began = 0
        self._begun = False

    @property
    def bot_messages(self) -> dict[str, int]:
        """Count what the bot sent to each person in this story, on all their channels."""
        told: Counter[str] = Counter()
        for who in self.phones.everybody():
            told[who.name] += self.phones.sent_to(*who) - self._before.get(who, 0)
        return dict(told)

    def play(self, lines: Iterable[Line]) -> bool:
        """Play a story to its end, or to the first line that does not hold."""
        for line in map(self._cast_as, lines):
            try:
                self._play_line(line)
            except (_DoesNotHoldError, PhoneError) as problem:
                self._transcript.catch_up()
                self._transcript.note(self._failure(line, str(problem)))
                return False
            self._transcript.catch_up()
        self._transcript.table(self.acts, self.bot_messages)
        return True

    def _cast_as(self, line: Line) -> Line:
        if self.channel is None or not isinstance(line, Said):
            return line
        return replace(line, who=Address(line.who.name, self.channel))

    def _play_line(self, line: Line) -> None:
        if isinstance(line, Only):
            return
        if isinstance(line, Clock):
            self._turn_clock(line.moment)
            return
        if isinstance(line, ON_TELEGRAM) and line.who.channel != "telegram":
            raise _DoesNotHoldError(f"there is no such thing on {line.who.channel}")
        if not self._begun:
            self._begin(START)
        if isinstance(line, Act):
            self._act(line)
        elif isinstance(line, Keeps):
            self._keep(line)
        elif isinstance(line, Sees | DoesNotSee):
            self._look(line)

    # The clock.

    def _turn_clock(self, moment: str) -> None:
        later = LATER.fullmatch(moment)
        if not self._begun:
            self._begin(START if later else moment)
            if not later:
                return
        self._move(self._after(later) if later else self._local(moment))

    def _begin(self, moment: str) -> None:
        self._begun = True
        self._go(self._local(moment))

    def _local(self, moment: str) -> datetime:
        return datetime.fromisoformat(moment).replace(tzinfo=self.hub.zone)

    def _after(self, later: re.Match[str]) -> datetime:
        number, now = int(later.group(1)), self.hub.now()
        if later.group(2) == "d":
            return now.astimezone(self.hub.zone) + timedelta(days=number)
        return now + timedelta(**{{"m": "minutes", "h": "hours"}[later.group(2)]: number})

    def _move(self, moment: datetime) -> None:
        if moment < self.hub.now():
            raise _DoesNotHoldError("the clock cannot go back")
        self._go(moment)

    def _go(self, moment: datetime) -> None:
        self._clock_began = next(self.phones.seq)
        self._transcript.note(f"— {moment.astimezone(self.hub.zone):%A %Y-%m-%d %H:%M} —")
        self.hub.move_to(moment)
        self.hub.settle()

    # What people do.

    def _act(self, act: Act) -> None:
        self.acts[act.who.name] += 1
        done = self._prepared(act)
        self._acted[act.who] = next(self.phones.seq)
        done()
        self.hub.settle()
        if act.who.channel == "telegram" and self._follows_offer(act.who):
            self.hub.settle()

    def _follows_offer(self, who: Address) -> bool:
        """Open at once what the answer to a tap opens, as the phone does by itself; it is part of the tap."""
        offered = self.phones.telegram.takes_url(who.name)
        follow = self._followable(who, offered) if offered else None
        if follow:
            follow()
        return follow is not None

    def _prepared(self, act: Act) -> Callable[[], object]:
        """Return the act, with all it needs at hand; what is missing is found out before anything is done."""
        phone, name = self.phones.on(act.who.channel), act.who.name
        if isinstance(act, Taps):
            return self._tapping(act.who, self._filled(act.label))
        if isinstance(act, Opens):
            return self._opening(act.who, self._filled(act.address))
        if isinstance(act, Scans):
            return self._scanning(act.who)
        if isinstance(act, SendsPhoto):
            return self._photo(act)
        if isinstance(act, SendsLocation):
            return self._location(act)
        if isinstance(act, ON_TELEGRAM):
            return self._on_telegram(act)
        if isinstance(act, Says):
            text = self._filled(act.text).replace(LINE_BREAK, "\n")
            self._transcript.say(act.who, f": {text}")
            return lambda: phone.says(name, text)
        if isinstance(act, SendsContact):
            number = self._filled(act.number)
            self._transcript.say(act.who, f" sends a contact: {number}")
            return lambda: phone.sends_contact(name, number)
        voice = isinstance(act, SendsVoice)
        self._transcript.say(act.who, " sends a voice note" if voice else " sends a sticker")
        return lambda: phone.sends_voice(name) if voice else phone.sends_sticker(name)

    def _photo(self, act: SendsPhoto) -> Callable[[], object]:
        file, caption = self._filled(act.file), self._filled(act.caption or "") or None
        path = self._picture(file)
        self._transcript.say(act.who, f" sends a photo: {file}" + (f" | {caption}" if caption else ""))
        return lambda: self.phones.on(act.who.channel).sends_photo(act.who.name, path.read_bytes(), caption)

    def _picture(self, file: str) -> Path:
        path = self.folder / file
        if not path.is_file():
            raise _DoesNotHoldError(f"there is no picture {file} beside the story")
        return path

    def _location(self, act: SendsLocation) -> Callable[[], object]:
        place = PLACE.fullmatch(self._filled(act.place))
        if place is None:
            raise _DoesNotHoldError("a location is latitude,longitude")
        lat, lng = float(place.group(1)), float(place.group(2))
        self._transcript.say(act.who, f" sends a location: {lat},{lng}")
        return lambda: self.phones.on(act.who.channel).sends_location(act.who.name, lat, lng)

    def _tapping(self, who: Address, label: str) -> Callable[[], object]:
        bubble, button = self._shown(self.phones.bubbles(*who), label)
        follow = self._followable(who, button.url) if button.url else None
        self._transcript.say(who, f" taps [{button.label}]")

        def tap() -> None:
            self.phones.taps(*who, bubble, button)
            if follow:
                follow()

        return tap

    def _shown(self, bubbles: list[Bubble], label: str) -> tuple[Bubble, Button]:
        found = showing(bubbles, label)
        if found is None:
            shown = [button.label for bubble in bubbles for button in bubble.buttons]
            offer = " ".join(f"[{label}]" for label in dict.fromkeys(shown)) or "nothing"
            raise _DoesNotHoldError(f"no message shows [{label}]; shown were: {offer}")
        return found

    # What only Telegram's people do.

    def _on_telegram(self, act: Act) -> Callable[[], object]:
        phone, name = self.phones.telegram, act.who.name
        if isinstance(act, AddsBot):
            return self._adding(act)
        if isinstance(act, SaysIn):
            group, text = phone.group(act.group), self._filled(act.text).replace(LINE_BREAK, "\n")
            self._transcript.say(act.who, f" in {group.title}: {text}")
            return lambda: phone.says_in(name, group, text)
        if isinstance(act, TapsIn):
            return self._tapping_in(act)
        if isinstance(act, AsksInline):
            query = self._filled(act.query)
            self._transcript.say(act.who, f" asks inline: {query}")
            return lambda: phone.asks_inline(name, query)
        if isinstance(act, Shares):
            return self._sharing(act)
        if isinstance(act, SendsAlbum):
            return self._sending_album(act)
        self._transcript.say(act.who, " shares her contact")
        return lambda: phone.shares_contact(name)

    def _adding(self, act: AddsBot) -> Callable[[], object]:
        address = self._filled(act.address)
        payload = _group_payload(address, self.phones.telegram.username)
        if payload is None:
            raise _DoesNotHoldError(f"{address} adds the bot to no group")
        group = self.phones.telegram.group(act.group)
        self._transcript.say(act.who, f" adds the bot to {group.title}")
        return lambda: self.phones.telegram.adds_bot(act.who.name, group, payload)

    def _tapping_in(self, act: TapsIn) -> Callable[[], object]:
        group, label = self._group(act.group), self._filled(act.label)
        bubble, button = self._shown(group.bubbles, label)
        follow = self._followable(act.who, button.url) if button.url else None
        self._transcript.say(act.who, f" taps [{button.label}] in {group.title}")

        def tap() -> None:
            self.phones.telegram.taps_in(act.who.name, group, bubble, button)
            if follow:
                follow()

        return tap

    def _sharing(self, act: Shares) -> Callable[[], object]:
        to, title = self._filled(act.to), self._filled(act.title)
        result = self._result(act.who.name, title)
        group = self.phones.group_named(to)
        named = group.title if group else to.capitalize()
        self._transcript.say(act.who, f" shares to {named}: {result.title}")
        return lambda: self.phones.telegram.shares(act.who.name, result, group or to)

    def _result(self, name: str, title: str) -> InlineResult:
        shown = self.phones.telegram.inline_results(name)
        for result in shown:
            if _compared(title) in _compared(result.title):
                return result
        offer = ", ".join(result.title for result in shown) or "nothing"
        raise _DoesNotHoldError(f"no result is called {title}; shown were: {offer}")

    def _sending_album(self, act: SendsAlbum) -> Callable[[], object]:
        files, caption = [self._filled(file) for file in act.files], self._filled(act.caption or "") or None
        paths = [self._picture(file) for file in files]
        told = ", ".join(files) + (f" | {caption}" if caption else "")
        self._transcript.say(act.who, f" sends an album: {told}")
        phone = self.phones.telegram
        return lambda: phone.sends_album(act.who.name, [path.read_bytes() for path in paths], caption)

    def _group(self, name: str) -> TelegramGroup:
        group = self.phones.group_named(name)
        if group is None:
            raise _DoesNotHoldError(f"there is no group {name}")
        return group

    # Where links lead.

    def _opening(self, who: Address, address: str) -> Callable[[], object]:
        self._transcript.say(who, f" opens {address}")
        follow = self._followable(who, address)
        if follow is None:
            raise _DoesNotHoldError(f"{address} leads to no chat with the bot on {who.channel}")
        return follow

    def _scanning(self, who: Address) -> Callable[[], object]:
        picture = self.phones.newest_picture()
        codes = codes_in(picture.picture or b"") if picture else ()
        if not codes:
            raise _DoesNotHoldError("the newest picture shows no QR code" if picture else "nobody was shown a picture")
        self._transcript.say(who, " scans the picture")
        return self._opening(who, codes[0])

    def _followable(self, who: Address, address: str) -> Callable[[], object] | None:
        """Return the Start or Send an address leads this person to, None if it leads elsewhere."""
        if address.startswith("/"):
            address = self.hub.public_url.rstrip("/") + address
        if self._is_ours(address):
            doors = (self._door(who, link) for link in _links(self.hub.page(address)))
            return next((door for door in doors if door), None)
        return self._door(who, address)

    def _is_ours(self, address: str) -> bool:
        home = self.hub.public_url.rstrip("/")
        return address.startswith(tuple(home + path for path in OURS))

    def _door(self, who: Address, address: str) -> Callable[[], object] | None:
        if who.channel == "telegram":
            payload = _start_payload(address, self.phones.telegram.username)
            return None if payload is None else lambda: self._start(who, payload)
        text = _prefilled(address, self.phones.whatsapp.number)
        return None if text is None else lambda: self._send(who, text)

    def _start(self, who: Address, payload: str) -> None:
        self._transcript.say(who, " presses Start")
        self.phones.telegram.starts(who.name, payload)

    def _send(self, who: Address, text: str) -> None:
        self._transcript.say(who, f": {text}")
        self.phones.whatsapp.says(who.name, text)

    # What people see.

    def _keep(self, line: Keeps) -> None:
        pattern = NAMED.sub(lambda found: re.escape(self.kept.get(found[1], "")) or found[0], line.pattern)
        for bubble in newest_first(self.phones.bubbles(*line.who)):
            if found := re.search(pattern, bubble.says(), re.MULTILINE):
                value = found.group(1) if found.re.groups else found.group()
                self.kept[line.name] = value or ""
                return
        raise _DoesNotHoldError(f"no message to {line.who.name} matches {line.pattern}")

    def _look(self, line: Sees | DoesNotSee) -> None:
        words = self._filled(line.words)
        wanted = _compared(words)
        there = any(wanted in _compared(shown) for shown in self._looked_at(line))
        if isinstance(line, Sees) and not there:
            raise _DoesNotHoldError(f"{line.who.name} does not see: {words}")
        if isinstance(line, DoesNotSee) and there:
            raise _DoesNotHoldError(f"{line.who.name} does see: {words}")

    def _looked_at(self, line: Said) -> list[str]:
        if isinstance(line, SeesIn | DoesNotSeeIn):
            return self._in_view_of(line.who, self._group(line.group))
        return self._in_view(line.who)

    def _in_view(self, who: Address) -> list[str]:
        """Return what was delivered since the person's own last act or the last turn of the clock."""
        messages = [(bubble.seq, bubble.says()) for bubble in self.phones.bubbles(*who) if not bubble.mine]
        shown = [*messages, *self.phones.toasts(*who), *_offered_inline(self.phones, who)]
        return [text for seq, text in sorted(shown) if seq > self._since(who)]

    def _in_view_of(self, who: Address, group: TelegramGroup) -> list[str]:
        """Return what came or changed in a group as long, whoever wrote it but oneself."""
        others = [bubble for bubble in group.bubbles if not (bubble.mine and bubble.by.lower() == who.name)]
        shown = sorted((bubble.seq, bubble.says()) for bubble in others)
        return [text for seq, text in shown if seq > self._since(who)]

    def _since(self, who: Address) -> int:
        return max(self._acted.get(who, 0), self._clock_began)

    def _filled(self, text: str) -> str:
        return NAMED.sub(self._value, text)

    def _value(self, found: re.Match[str]) -> str:
        if found[1] not in self.kept:
            raise _DoesNotHoldError(f"nobody kept {found[0]}")
        return self.kept[found[1]]

    def _failure(self, line: Line, problem: str) -> str:
        told = [f"line {line.no}: {line.source}", f"  {problem}"]
        if isinstance(line, Said):
            known = not isinstance(line, SeesIn | DoesNotSeeIn) or self.phones.group_named(line.group)
            view = self._looked_at(line) if known else []
            told.append("  seen was:" if view else "  seen was nothing")
            told += ["    | " + "\n    | ".join(text.splitlines()) + "\n" for text in view]
        return "\n".join(told).rstrip()


def _offered_inline(phones: Phones, who: Address) -> list[tuple[int, str]]:
    """Return the results of a person's last inline query, all of the moment they came."""
    if who.channel != "telegram":
        return []
    person = phones.telegram.person(who.name)
    return [(person.results_seq, result.says()) for result in person.results]


# Reading addresses and words as a phone does.


class _Anchors(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.found += [value for name, value in attrs if name == "href" and value]


def _links(page: str) -> list[str]:
    anchors = _Anchors()
    anchors.feed(page)
    return anchors.found


def _parts(address: str) -> tuple[str, str, dict[str, str]]:
    if "://" not in address:
        address = f"https://{address}"
    parts = urlsplit(address)
    asked = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    host = parts.netloc.lower().removeprefix("www.")
    return f"{parts.scheme}:{host}" if parts.scheme == "tg" else host, parts.path.strip("/"), asked


def _start_payload(address: str, username: str) -> str | None:
    asked = _asked_of(address, username)
    return None if asked is None or "startgroup" in asked else asked.get("start", "")


def _group_payload(address: str, username: str) -> str | None:
    return (_asked_of(address, username) or {}).get("startgroup")


def _asked_of(address: str, username: str) -> dict[str, str] | None:
    """Return what a link asks of the bot, None if it leads elsewhere."""
    host, path, asked = _parts(address)
    if host == "tg:resolve":
        host, path = "t.me", asked.get("domain", "")
    ours = host in {"t.me", "telegram.me"} and path.lower() == username.lower().removeprefix("@")
    return asked if ours else None


def _prefilled(address: str, number: str) -> str | None:
    host, path, asked = _parts(address)
    if host == "api.whatsapp.com":
        host, path = "wa.me", asked.get("phone", "")
    if host != "wa.me" or re.sub(r"\D", "", path) != re.sub(r"\D", "", number):
        return None
    # Without words in it the link opens an empty line: there is nothing to press Send for.
    return asked.get("text", "").strip() or None


def _compared(text: str) -> str:
    text = re.sub(r"</?[a-zA-Z][^<>]*>", "", text)
    return " ".join(re.sub(r"[*_~`]", "", text).casefold().split())


# Showing it.


class _Transcript:
    """Print the chat line by line as it would be read over somebody's shoulder."""

    def __init__(self, phones: Phones, out: TextIO) -> None:
        self.phones = phones
        self.out = out
        self.upto = next(phones.seq)

    def note(self, text: str) -> None:
        print(text, file=self.out)

    def say(self, who: Address, what: str) -> None:
        self.note(f"{who.name.capitalize()}{what}")

    def catch_up(self) -> None:
        """Print what the bot said since the last time, to whomever, in the order it arrived."""
        fresh = [found for who in self.phones.everybody() for found in self._fresh(who)]
        fresh += [found for group in self.phones.telegram.groups.values() for found in self._fresh_in(group)]
        for seq, text in sorted(fresh, key=lambda found: found[0]):
            self.upto = max(self.upto, seq)
            self.note(text)

    def _fresh(self, who: Address) -> list[tuple[int, str]]:
        name = who.name.capitalize()
        shown = [bubble for bubble in self.phones.bubbles(*who) if bubble.seq > self.upto and not bubble.mine]
        popped = [(seq, text) for seq, text in self.phones.toasts(*who) if seq > self.upto]
        return [
            *((bubble.seq, f"  → {name}: {_drawn(bubble, who.channel)}") for bubble in shown),
            *((seq, f"  → {name}: (pop-up) {text}") for seq, text in popped),
            *((seq, f"  → {name}: (inline) {text}") for seq, text in self._fresh_results(who)),
        ]

    def _fresh_in(self, group: TelegramGroup) -> list[tuple[int, str]]:
        shown = [bubble for bubble in group.bubbles if bubble.seq > self.upto and not bubble.mine]
        return [(bubble.seq, f"  → {group.title}: {_drawn(bubble, 'telegram')}") for bubble in shown]

    def _fresh_results(self, who: Address) -> list[tuple[int, str]]:
        offered = [found for found in _offered_inline(self.phones, who) if found[0] > self.upto]
        return [(seq, "\n      ".join(line for line in text.splitlines() if line)) for seq, text in offered]

    def table(self, acts: Counter[str], messages: dict[str, int]) -> None:
        """Print what the story cost each person."""
        names = dict.fromkeys([*acts, *messages])
        width = max([len(name) for name in names], default=0)
        self.note(f"\n{'':{width}}  acts  bot messages")
        for name in names:
            self.note(f"{name.capitalize():{width}}  {acts[name]:>4}  {messages.get(name, 0):>12}")


def _drawn(bubble: Bubble, channel: str) -> str:
    edited = "(edited) " if bubble.edited_at else ""
    codes = codes_in(bubble.picture or b"")
    picture = f"(picture: QR {codes[0]}) " if codes else "(picture) " if bubble.picture else ""
    document = "(document) " if bubble.kind == "document" and not bubble.picture else ""
    rows = bubble.text.splitlines()
    if isinstance(bubble, Offer):
        offers = " ".join(f"[{words[-1]}]" for _, words in read_as(bubble))
        rows.append(f"{bubble.opens}: {offers}" if bubble.opens else offers)
    elif channel == "whatsapp":
        rows = [_bracketed(row) for row in rows]
    else:
        rows += [" ".join(f"[{button.label}]" for button in row) for row in bubble.rows]
    return (edited + picture + document + "\n      ".join(rows)).rstrip()


def _bracketed(row: str) -> str:
    choice = offered(row)
    return row if choice is None else row.replace(choice.label, f"[{choice.label}]")
