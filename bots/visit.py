"""The counter: what a conversation knows of the person in front of it, and how nouns announce what they can do."""

import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from bots.dialogue import Heard, Screen
from storefront.database import Reader, Writer
from storefront.phrases import Voice
from storefront.settings import FREE, Prices


@dataclass(frozen=True)
class Place:
    """The hub as people reach it: its web address, its bot, its WhatsApp number (empty when it has none)."""

    public_url: str
    bot: str
    whatsapp: str
    zone: ZoneInfo
    operator: str = ""
    operators: Iterable[str] = ()  #: who runs the hub, as ``telegram:<chat id>`` or ``whatsapp:+62...``
    prices: Prices = FREE


@dataclass(frozen=True)
class Visit:
    """Who is here: a person, her language and name, the shop in view, where and when."""

    person_id: int
    name: str
    t: Voice
    channel: str
    shop_id: int | None
    place: Place
    now: datetime
    is_operator: bool = False
    is_asked: bool = False  #: whether a question is open while she says it
    seen: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def language(self) -> str:
        return self.t.language


@dataclass(frozen=True)
class Begin:
    """Start asking: the script's name, and the plain values it is about. ``first`` answers its first question.

    ``answers`` are words already said, ``picks`` choices already made, by question. ``is_quiet``: a question that is
    open anyhow is not put again.
    """

    script: str
    args: dict[str, Any]
    shop_id: int | None = None
    first: Heard | None = None
    answers: dict[str, str] | None = None
    picks: dict[str, str] | None = None
    is_quiet: bool = False


Outcome = Any  #: a Screen, a Begin, SILENCE, or an intent some noun follows


@dataclass(frozen=True)
class Silence:
    """Understood and done; what is to be said comes as a notice."""


SILENCE = Silence()


@dataclass(frozen=True)
class Respoken:
    """From now on in another voice; an open question is asked again in it."""

    screen: Screen
    voice: Voice


@dataclass(frozen=True)
class InView:
    """From now on this shop is the one in view: free words and searches are about it."""

    shop_id: int
    screen: Screen


SCRIPTS: dict[str, Callable[..., Any]] = {}
RESTARTING: set[str] = set()
SCREENS: dict[str, Callable[..., Screen]] = {}
ACTIONS: dict[str, Callable[..., Outcome]] = {}
ENTRANCES: dict[str, Callable[[Writer, Visit, str], Outcome]] = {}
COMMANDS: dict[str, Callable[[Writer, Visit, Heard], Outcome]] = {}
ASIDES: list[tuple[int, Callable[[Writer, Visit, Heard], Outcome | None]]] = []
FOLLOWERS: dict[type, Callable[[Writer, Visit, Any], Outcome]] = {}
OUTSIDE: dict[str, Callable[[Writer, Place, Heard, datetime], None]] = {}
NOTICES: dict[str, Callable[[Voice, Place, dict[str, Any]], Screen]] = {}

F = TypeVar("F", bound=Callable[..., Any])


def script(name: str, *, restarts: bool = False) -> Callable[[F], F]:
    """A dialogue, begun by ``Begin(name, args)``. ``restarts``: one of its old buttons may begin it again."""
    if restarts:
        RESTARTING.add(name)
    return entered(SCRIPTS, name)


def screen(name: str) -> Callable[[F], F]:
    """A place to look at, reached by ``go(label, name, ...)``."""
    return entered(SCREENS, name)


def action(name: str) -> Callable[[F], F]:
    """A deed, done by a signed button made with ``do(label, name, ...)``."""
    return entered(ACTIONS, name)


def entrance(name: str) -> Callable[[F], F]:
    """A way in through a link: a code, an invitation, a product, a shop."""
    return entered(ENTRANCES, name)


def command(name: str) -> Callable[[F], F]:
    """Words people may type at any time."""
    return entered(COMMANDS, name)


def notice(name: str) -> Callable[[F], F]:
    """How the facts a use case left for somebody are put into words."""
    return entered(NOTICES, name)


def outside(kind: str) -> Callable[[F], F]:
    """What is heard outside of anybody's own chat with us: in a group, while somebody types our name elsewhere."""
    return entered(OUTSIDE, kind)


def follows(intent: type) -> Callable[[F], F]:
    """What happens when a script returns this intent."""
    return entered(FOLLOWERS, intent)


def aside(priority: int) -> Callable[[F], F]:
    """Something a message may mean whatever was asked; the lower the number, the sooner it is tried."""

    def enter(function: F) -> F:
        ASIDES.append((priority, function))
        ASIDES.sort(key=lambda entry: entry[0])
        return function

    return enter


def entered(book: dict[Any, Any], name: Any) -> Callable[[F], F]:
    def enter(function: F) -> F:
        assert name not in book, f"{name} is announced twice"
        book[name] = function
        return function

    return enter


def takes(function: Callable[..., Any], *given: Any, **named: Any) -> bool:
    """Whether a function can be called like this: what a button carries comes from outside and may not fit."""
    try:
        inspect.signature(function).bind(*given, **named)
    except TypeError:
        return False
    return True


def see(db: Reader, visit: Visit, at: Callable[..., Any], args: tuple[Any, ...]) -> Any:
    """Answer a script's look. A script is run more than once for a message; it looks once."""
    if (at, args) not in visit.seen:
        visit.seen[at, args] = at(db, *args)
    return visit.seen[at, args]
