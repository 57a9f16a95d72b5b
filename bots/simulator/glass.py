"""What a phone of the simulator shows: bubbles cut into lines, pieces, choices and links, ready to be drawn."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bots.phones import CHANNELS, Address, Bubble, Button, codes_in, read_as
from bots.phones.bubbles import addresses_in
from bots.simulator import hands, links

if TYPE_CHECKING:
    from bots.hub import Simulated

SHOWN = 80
LONGEST_LINK = 30
LONGEST_QUOTE = 120
PREVIEWS = 2
QRIS_BEGINS = "000201"
BOLD = re.compile(r"(?<![\w*])\*(?=\S)([^\n*]*?\S)\*(?![\w*])")


@dataclass(frozen=True)
class Piece:
    """A stretch of text, or an address in it; ``leads_here`` opens a chat of this hub."""

    text: str
    address: str = ""
    leads_here: bool = False
    is_strong: bool = False

    @property
    def shown(self) -> str:
        bare = self.text.removeprefix("https://").removeprefix("http://") if self.address else self.text
        return f"{bare[:LONGEST_LINK]}…" if self.address and len(bare) > LONGEST_LINK else bare


@dataclass(frozen=True)
class Row:
    """One line of a message; ``choice`` is the button the line stands for, if it does, ``number`` its number."""

    pieces: list[Piece]
    choice: int | None = None
    number: str = ""
    label: str = ""


@dataclass(frozen=True)
class Message:
    bubble: Bubble
    who: Address
    rows: list[Row]
    further: list[Piece]
    keys: list[list[tuple[int, Button, bool]]]
    previews: list[links.Link]
    quote: str
    code: str = ""

    @property
    def key(self) -> str:
        return f"{self.who}-{self.bubble.id}"


@dataclass(frozen=True)
class Person:
    """Somebody who can hold a phone, with the numbers of what she was told last."""

    who: Address
    told: list[int]


@dataclass(frozen=True)
class Phone:
    """One of the three phones, in one person's hand."""

    place: str
    who: Address
    messages: list[Message]
    toast: tuple[int, str]
    is_new: bool
    newest: int


def phone(hub: Simulated, place: str, who: Address) -> Phone:
    there = hands.known(hub, who)
    bubbles = hub.phones.bubbles(*who) if there else []
    shown = [message(hub, who, bubble) for bubble in bubbles[-SHOWN:]]
    newest = max((bubble.seq for bubble in bubbles), default=0)
    return Phone(place, who, shown, newest_toast(hub, who, bubbles) if there else (0, ""), not bubbles, newest)


def people(hub: Simulated, held: dict[str, Address]) -> list[Person]:
    """Everybody who can hold a phone, the cast first."""
    usual = [Address(name, channel) for name in hands.CAST for channel in CHANNELS]
    found = dict.fromkeys([*usual, *hub.phones.everybody(), *held.values()])
    return [Person(who, told(hub, who)) for who in found]


def told(hub: Simulated, who: Address) -> list[int]:
    bubbles = hub.phones.bubbles(*who) if hands.known(hub, who) else []
    return [bubble.seq for bubble in bubbles if not bubble.mine][-20:]


def newest_toast(hub: Simulated, who: Address, bubbles: list[Bubble]) -> tuple[int, str]:
    """The last pop-up, until a new message has come after it."""
    toasts = hub.phones.toasts(*who)
    latest = max((bubble.seq for bubble in bubbles if not bubble.edited_at), default=0)
    return toasts[-1] if toasts and toasts[-1][0] > latest else (0, "")


def message(hub: Simulated, who: Address, bubble: Bubble) -> Message:
    rows, spoken = rows_of(hub, who.channel, bubble)
    # What stands behind a word of the text has no words of its own to tap on.
    hidden = [Piece(link, link, links.is_ours(hub, link)) for link in bubble.links if link not in bubble.text]
    count = iter(range(len(bubble.buttons)))
    whole = {button: words[-1] for button, words in read_as(bubble)}  # a row of a list says more below its title
    keys = [
        [(next(count), replace(one, label=whole[one]), links.is_ours(hub, one.url or "")) for one in row]
        for row in bubble.rows
    ]
    left = [[key for key in row if key[0] not in spoken] for row in keys]
    code = next(iter(codes_in(bubble.picture or b"")), "") if bubble.picture and not bubble.mine else ""
    return Message(
        bubble,
        who,
        rows,
        [piece for piece in hidden if is_web(piece.address)],
        [row for row in left if row],
        previews(hub, bubble, code),
        bubble.quotes[:LONGEST_QUOTE] or answered(hub, who, bubble),
        code,
    )


def previews(hub: Simulated, bubble: Bubble, code: str) -> list[links.Link]:
    """The pages of ours that a message of the bot points at, by a link or by the code in its picture."""
    if bubble.mine:
        return []
    addresses = dict.fromkeys(link for link in (*bubble.links, code) if link and links.is_page(hub, link))
    return [links.page_link(hub, address) for address in addresses][:PREVIEWS]


def answered(hub: Simulated, who: Address, bubble: Bubble) -> str:
    """The words a message of the bot answers to, where it says so."""
    if who.channel != "telegram" or bubble.mine:
        return ""
    earlier = sent_as(hub, who, bubble).get("reply_to_message") or {}
    return str(earlier.get("text") or earlier.get("caption") or "")[:LONGEST_QUOTE]


def sent_as(hub: Simulated, who: Address, bubble: Bubble) -> dict[str, Any]:
    if who.channel == "telegram":
        return hub.phones.telegram.messages.get(int(bubble.id), {})
    kept = hub.phones.whatsapp.messages.get(bubble.id)
    return {"body": kept.body} if kept else {}


# -- lines -------------------------------------------------------------------------------------------


def rows_of(hub: Simulated, channel: str, bubble: Bubble) -> tuple[list[Row], set[int]]:
    """The lines of a message, and which of its buttons are lines already: WhatsApp's choices are."""
    rows: list[Row] = []
    spoken: set[int] = set()
    strong = strong_in(hub, channel, bubble)
    for line in bubble.text.splitlines():
        choice = choice_of(line, bubble.buttons, spoken) if channel == "whatsapp" else None
        if choice is None:
            rows.append(Row(pieces_of(hub, line, strong)))
            continue
        spoken.add(choice)
        button = bubble.buttons[choice]
        rows.append(Row([Piece(line)], choice, button.data or "", button.label))
    return without_gap(rows), spoken


def without_gap(rows: list[Row]) -> list[Row]:
    """Choices have room around them; the empty line before them goes."""
    last = len(rows) - 1
    empty = [not row.pieces or row.pieces == [Piece("")] for row in rows]
    return [
        row
        for place, row in enumerate(rows)
        if not (empty[place] and place < last and rows[place + 1].choice is not None)
    ]


def choice_of(line: str, buttons: list[Button], spoken: set[int]) -> int | None:
    bare = line.strip()
    for place, button in enumerate(buttons):
        starts = not button.data or bare.startswith(button.data)
        if place not in spoken and starts and bare.endswith(button.label):
            return place
    return None


def pieces_of(hub: Simulated, line: str, strong: frozenset[str] = frozenset()) -> list[Piece]:
    found = addresses_in(line)
    wanted = sorted({*found, *(words for words in strong if words in line)}, key=len, reverse=True)
    if not wanted:
        return [Piece(line)]
    pieces = []
    for part in re.split(f"({'|'.join(map(re.escape, wanted))})", line):
        if part in found:
            pieces.append(Piece(part, part, links.is_ours(hub, part)))
        elif part:
            pieces.append(Piece(part, is_strong=part in strong))
    return pieces


def strong_in(hub: Simulated, channel: str, bubble: Bubble) -> frozenset[str]:
    """The words a message of the bot sets in bold."""
    if bubble.mine or bubble.kind not in ("text", "photo"):
        return frozenset()
    sent = sent_as(hub, Address("", channel), bubble)
    if channel == "whatsapp":
        found = BOLD.findall(sent.get("body", ""))
    else:
        found = [
            slice_of(bubble.text, entity)
            for entity in sent.get("entities") or sent.get("caption_entities") or []
            if entity["type"] == "bold"
        ]
    return frozenset(words.strip() for words in found if len(words.strip()) > 2)


def slice_of(text: str, entity: dict[str, Any]) -> str:
    """What an entity covers; Telegram counts in UTF-16."""
    units = text.encode("utf-16-le")
    return units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode("utf-16-le", "ignore")


def is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def find_bubble(hub: Simulated, who: Address, number: str) -> Bubble | None:
    if who.channel not in CHANNELS or not hands.known(hub, who):
        return None
    return next((bubble for bubble in hub.phones.bubbles(*who) if bubble.id == number), None)
