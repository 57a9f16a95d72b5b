"""Where links lead in the simulator: an address of ours opens a chat of the person whose finger it is."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

from bots.phones import Address
from bots.play import OURS

if TYPE_CHECKING:
    from bots.hub import Simulated

ANCHOR = re.compile(r"""<a\b[^>]*\shref=(?:"([^"]*)"|'([^']*)')""")
NEWEST = 6


@dataclass(frozen=True)
class Link:
    """A page of ours that somebody was sent; ``kind`` is r, i, s or p, ``seq`` says when it came last."""

    address: str
    path: str
    kind: str
    seq: int


def going_round(hub: Simulated) -> list[Link]:
    """The newest links of ours that anybody was sent: a neighbour passes them on, anybody may open them."""
    told = [bubble for who in hub.phones.everybody() for bubble in hub.phones.bubbles(*who) if not bubble.mine]
    told.sort(key=lambda bubble: -bubble.seq)
    found: dict[str, Link] = {}
    for bubble in told:
        for address in bubble.links:
            if is_page(hub, address):
                found.setdefault(address, page_link(hub, address, bubble.seq))
    return list(found.values())[:NEWEST]


def page_link(hub: Simulated, address: str, seq: int = 0) -> Link:
    path = address.removeprefix(hub.public_url.rstrip("/"))
    return Link(address, path, path[1:2], seq)


def is_ours(hub: Simulated, address: str) -> bool:
    return is_page(hub, address) or door(hub, address) is not None


def is_page(hub: Simulated, address: str) -> bool:
    """Whether it is a page with our two doors on it."""
    home = hub.public_url.rstrip("/")
    return address.startswith(tuple(home + path for path in OURS))


def opened(hub: Simulated, who: Address, address: str) -> Address | None:
    """Go through a link; of a page's two doors the phone in the hand takes its own."""
    found = [door(hub, address)] if door(hub, address) else [door(hub, link) for link in anchors(hub.page(address))]
    doors = {entry[0]: entry[1] for entry in reversed(found) if entry}
    if not doors:
        return None
    channel = who.channel if who.channel in doors else next(iter(doors))
    if channel == "telegram":
        hub.phones.telegram.starts(who.name, doors[channel])
    else:
        hub.phones.whatsapp.says(who.name, doors[channel])
    return Address(who.name, channel)


def door(hub: Simulated, address: str) -> tuple[str, str] | None:
    """The channel an address opens and what it brings along; None when it leads elsewhere."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    path, asked = parts.path.strip("/"), parse_qs(parts.query, keep_blank_values=True)
    if parts.netloc == "t.me" and path.lower() == hub.phones.telegram.username.lower():
        return "telegram", asked.get("start", [""])[0]
    text = asked.get("text", [""])[0].strip()
    if parts.netloc == "wa.me" and text and path == re.sub(r"\D", "", hub.phones.whatsapp.number):
        return "whatsapp", text
    return None


def anchors(page_of_ours: str) -> list[str]:
    return [html.unescape(double or single) for double, single in ANCHOR.findall(page_of_ours)]
