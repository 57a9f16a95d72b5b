"""Who holds which phone: three of them lie on the table, and each may be in anybody's hand, on either messenger.

All of it stands in the address of the page, so a reload changes nothing and two windows may show different people.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast
from urllib.parse import urlencode

from flask import abort, current_app, request

from bots.phones import CHANNELS, Address
from bots.simulator import stage

if TYPE_CHECKING:
    from bots.hub import Simulated

FIRST = {
    "one": Address("rina", "telegram"),
    "two": Address("dewi", "telegram"),
    "three": Address("sari", "whatsapp"),
}
CAST = tuple(who.name for who in FIRST.values())
NAME = re.compile(r"[^\W_][\w-]{0,23}")
SIDES = (*FIRST, "books")


def own_hub() -> Simulated:
    return cast("Simulated", current_app.extensions["getok.hub"])


def shown_stage() -> stage.Stage | None:
    """The story on stage, while it is what this page looks at."""
    playing = stage.playing(current_app.extensions)
    return playing if playing and request.values.get("show") == "story" else None


def the_hub() -> Simulated:
    """The hub that is shown: the person's own, or the one a story plays on."""
    playing = shown_stage()
    return playing.hub if playing else own_hub()


def held() -> dict[str, Address]:
    """Whose phone each of the three is: asked for in the address, else whoever usually holds it."""
    usual = {place: written_in(request.values.get(place, "")) or first for place, first in FIRST.items()}
    new, place = a_name(request.values.get("new", "")), request.values.get("slot", "")
    if new and place in usual:
        usual[place] = Address(new, usual[place].channel)
    return usual


def filled(some: dict[str, Address]) -> dict[str, Address]:
    """All three phones: a story of two leaves the third to somebody who is not in it."""
    names = {who.name for who in some.values()}
    spare = [who for who in FIRST.values() if who.name not in names]
    return {place: some.get(place) or (who if who in spare else spare[-1]) for place, who in FIRST.items()}


def side() -> str:
    """Which phone a narrow screen shows."""
    asked = request.values.get("slot") or request.values.get("on") or ""
    return asked if asked in SIDES else "one"


def written_in(written: str) -> Address | None:
    name, _, channel = written.strip().lower().partition("@")
    return Address(name, channel) if a_name(name) and channel in CHANNELS else None


def a_name(written: str) -> str:
    found = NAME.fullmatch(written.strip().lower())
    return found.group() if found else ""


def actor() -> Address:
    """Whose hand a form was sent from."""
    who = written_in(request.form.get("hand", ""))
    if who is None:
        abort(400)
    return who


def placed(hands: dict[str, Address], who: Address) -> str:
    """Give a person one of the phones, the one she holds already if she does; returns which."""
    at = next((place for place, other in hands.items() if other == who), None)
    at = at or next((place for place, other in hands.items() if other.name == who.name), None) or "three"
    hands[at] = who
    return at


def address_of(hands: dict[str, Address], on: str, **more: str) -> str:
    """The address of the page with these phones on it."""
    told = {place: str(who) for place, who in hands.items()} | {"on": on}
    told |= {"show": "story"} if shown_stage() else {}
    return f"/simulator?{urlencode(told | more, safe='@')}"


def known(hub: Simulated, who: Address) -> bool:
    """Asked before looking: a look must not bring a person into the world."""
    return who.name in hub.phones.on(who.channel).people
