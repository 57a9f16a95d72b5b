"""The words of any channel: what is heard, what is shown, what is asked. No channel, no database, no shop."""

from collections.abc import Awaitable, Callable, Generator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Literal, TypeVar

from markupsafe import Markup

from storefront.reading import words
from storefront.reading.noise import plain

T = TypeVar("T")
MINI_APP = "/miniapp"  # a link to it opens inside the channel where that can be

Kind = Literal["text", "tap", "photo", "voice", "sticker", "contact", "location", "document", "cart", "other"]
Outside = Literal["group", "moved", "left", "query"]  #: what is heard elsewhere than in somebody's own chat with us


@dataclass(frozen=True)
class Heard:
    """One thing a person did. ``shown`` names the message she tapped or replied to, as her channel calls it.

    ``chosen``: the place of the choice she tapped on it. ``album``: the photos sent together share one. ``group``: the
    chat it happened in, where that is not her own; ``cart``: what she put together on the page, by variant.
    """

    channel: str
    address: str
    kind: Kind | Outside
    text: str = ""
    name: str = ""
    language: str | None = None
    external_id: str | None = None
    picture: bytes | None = None
    codes: tuple[str, ...] = ()
    picture_problem: str | None = None
    button: str | None = None
    shown: str | None = None
    callback: str | None = None
    start: str | None = None
    chosen: int | None = None
    album: str | None = None
    group: str | None = None
    cart: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Choice:
    """Something to tap. ``data`` says what it means to us; ``url`` leads out of the chat instead."""

    label: str
    data: str = ""
    url: str | None = None


@dataclass(frozen=True)
class Picture:
    """A picture to show: a stored one by its token, a QR code of some text, one drawn from a recipe; or several stored
    ones at once, by their tokens with spaces between, where the channel shows albums.
    """

    kind: Literal["media", "qr", "card", "album"]
    value: str


@dataclass(frozen=True)
class Screen:
    """What is shown at once: words, perhaps a picture, ways on.

    ``about`` names the order it speaks of, for the day two screens offer the same word. ``numbered``
    False means that a number is an answer here, so choices are offered by their words alone. ``wants``: contact, where
    the channel has a button that sends one's own number. ``stays``: said anew, so that what was tapped on can still be
    read.
    """

    text: Markup
    picture: Picture | None = None
    choices: tuple[Choice, ...] = ()
    numbered: bool = True
    about: str = ""
    toast: bool = False
    wants: str = ""
    stays: bool = False

    def with_text(self, text: Markup) -> "Screen":
        return replace(self, text=text)

    def after(self, earlier: Markup) -> "Screen":
        """The same screen with something said before it."""
        return self.with_text(earlier + Markup("\n\n") + self.text)

    def as_json(self) -> dict[str, Any]:
        return {
            "text": str(self.text),
            "picture": [self.picture.kind, self.picture.value] if self.picture else None,
            "choices": [[c.label, c.data, c.url] for c in self.choices],
            "numbered": self.numbered,
            "about": self.about,
            **({"wants": self.wants} if self.wants else {}),
        }


def from_json(data: Mapping[str, Any]) -> Screen:
    """The screen that was kept as JSON."""
    return Screen(
        text=Markup(data["text"]),  # noqa: S704 - it was escaped when it was made
        picture=Picture(*data["picture"]) if data["picture"] else None,
        choices=tuple(Choice(*choice) for choice in data["choices"]),
        numbered=data["numbered"],
        about=data["about"],
        wants=data.get("wants", ""),
    )


# -- buttons -----------------------------------------------------------------------------------------


def spoken(label: str) -> str:
    """A label as it is read: a button carries words, no markup."""
    return label.unescape() if isinstance(label, Markup) else label


def go(label: str, screen: str, *args: object) -> Choice:
    """A way to look at something. It is an address and works for ever."""
    return Choice(spoken(label), ":".join(["s", screen, *map(str, args)]))


def do(label: str, action: str, *args: object) -> Choice:
    """A deed. It is signed for one person when it is shown, and works once."""
    return Choice(spoken(label), ":".join(["d", action, *map(str, args)]))


def pick(label: str, key: str, value: str) -> Choice:
    """An answer to a question of the script that asks it."""
    return Choice(spoken(label), f"a:{key}={value}")


def subject_line(args: Mapping[str, Any]) -> str:
    """What a script is about, as its buttons carry it."""
    return ",".join(f"{name}.{value}" for name, value in sorted(args.items()))


def answer_to(script: str, args: Mapping[str, Any], choice: Choice) -> Choice:
    """An answer that says which script and subject it is for, so that it may stand on any screen."""
    return replace(choice, data=f"a:{script}:{subject_line(args)}:{choice.data.removeprefix('a:')}")


def link(label: str, url: str) -> Choice:
    return Choice(label, url=url)


# -- questions ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What somebody answered: words, one of the offered choices, or a picture with the codes found in it."""

    text: str = ""
    choice: str | None = None
    media: int | None = None
    codes: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        return {"text": self.text, "choice": self.choice, "media": self.media, "codes": list(self.codes)}


def answer_from_json(data: Mapping[str, Any]) -> Answer:
    return Answer(data["text"], data["choice"], data["media"], tuple(data["codes"]))


class Unclear(Exception):
    """An answer that does not answer; the sentence says, kindly, what would."""

    def __init__(self, sentence: str, **facts: object) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.facts = facts


@dataclass(frozen=True)
class Question(Generic[T]):
    """One thing we ask: a key to remember the answer by, what is shown, and how the answer is read.

    ``takes_anything``: any words would do (a name), so what else they may mean is tried first.
    ``wants_picture``: a photo answers it. ``lets``: where whatever is said is the answer, the few commands that go
    first all the same.
    """

    key: str
    screen: Screen
    read: Callable[[Answer], T]
    takes_anything: bool = False
    wants_picture: bool = False
    short: Markup | None = None
    lets: tuple[str, ...] | None = None

    def __await__(self) -> Generator[Any, T, T]:
        return (yield self)

    def screen_again(self) -> Screen:
        """The question asked a second time: in short where it has a short form, and without its picture."""
        return replace(self.screen, picture=None, text=self.short or self.screen.text)


@dataclass(frozen=True)
class Look(Generic[T]):
    """Something a script wants to know; the engine looks and stores nothing."""

    at: Callable[..., T]
    args: tuple[Any, ...]

    def __await__(self) -> Generator[Any, T, T]:
        return (yield self)


def ask(
    key: str,
    screen: Screen,
    read: Callable[[Answer], T],
    *,
    takes_anything: bool = False,
    wants_picture: bool = False,
    short: Markup | None = None,
    lets: tuple[str, ...] | None = None,
) -> Awaitable[T]:
    """Ask and go on with the answer as it was read. ``short`` is how it is asked again."""
    return Question(key, screen, read, takes_anything, wants_picture, short, lets)


def look(at: Callable[..., T], *args: Any) -> Awaitable[T]:
    """Look at something the storefront knows: ``await look(catalogue.card, product_id)``."""
    return Look(at, args)


def choose(key: str, screen: Screen, options: Mapping[str, str]) -> Awaitable[str]:
    """Ask for one of a few things; the answer is its key. A typed label counts as a tap."""
    choices = tuple(pick(label, key, value) for value, label in options.items())
    return Question(key, replace(screen, choices=choices + screen.choices), one_of(options))


def one_of(options: Mapping[str, str]) -> Callable[[Answer], str]:
    def read(answer: Answer) -> str:
        said = {answer.choice, same_words(answer.text), same_words(plain(answer.text))}
        for value, label in options.items():
            if said & {value, same_words(label)}:
                return value
        for value, means in (("yes", words.yes), ("no", words.no)):
            if value in options and means(answer.text):
                return value
        raise Unclear("Please choose one of these.")

    return read


def is_number(text: str) -> bool:
    """Whether this can be a row's number: plain digits, and not more than a database has."""
    return text.isascii() and text.isdecimal() and len(text) < 19


def same_words(text: str) -> str:
    """Labels are compared by their words alone."""
    return " ".join("".join(sign if sign.isalnum() else " " for sign in text.casefold()).split())
