"""What to do next, in one sentence with one button: so that who has never sold anything here sells something.

It looks at what a visitor could see herself: the open question of each talk, the buttons that wait, the links that
nobody has opened. Nothing is done that she could not do by hand on the phones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from markupsafe import Markup
from sqlalchemy import select

from bots.phones import Address, Bubble
from bots.simulator import clock, hands, links, samples
from storefront.models import Conversation, Identity
from storefront.phrases import Voice, marked, translated

if TYPE_CHECKING:
    from bots.hub import Simulated

LOOKED_BACK = 8


@dataclass(frozen=True)
class Step:
    """One thing to do: on whose phone, why, what the button says, and the form behind it."""

    who: Address | None
    why: Markup
    label: str
    act: str
    fields: dict[str, str] = field(default_factory=dict)
    seq: int = 0


# What a talk waits for: the script and the question -> why, how it is sent, and what.
ANSWERS = {
    ("opening", "shop"): (marked("{name} says what her shop is called and what delivery costs."), samples.SHOP_WORDS),
    ("opening", "place"): (
        marked("{name} says where she sends from."),
        "griya asri depok. rt 04 gratis, sekompleks 5rb",
    ),
    ("opening", "name"): (marked("{name} names her shop."), "Dapur Rina"),
    ("opening", "product_name"): (marked("{name} names what she sells."), "Brownies Kukus Pandan"),
    ("opening", "price"): (marked("{name} says what it costs."), "65rb per loyang"),
    ("buying", "order"): (marked("{name} orders in her own words."), "2, 1 keju"),
    ("buying", "quantity"): (marked("{name} says how many."), "1"),
    ("buying", "address"): (marked("{name} says where to bring it."), samples.ADDRESS_WORDS),
    ("buying", "house"): (marked("{name} says which house."), "C2 no 5"),
}
PICTURES = {
    ("opening", "photo"): (marked("{name} sends a photo of what she sells."), "cake"),
    ("listing", "photo"): (marked("{name} sends a photo of what she sells."), "cake"),
    ("opening", "pay"): (marked("{name} sends her QRIS sticker, so that buyers pay her directly."), "sticker"),
    ("paying_out", "proof"): (marked("{name} shows that she has sent the money."), "proof"),
}

# What a button waits for: its label in English -> why one taps it.
TAPS = {
    "Publish": marked("{name} checks what was read and puts it on sale."),
    "Yes, 10%": marked("{name} lets neighbours recommend it; she pays only when it sells."),
    "Agree": marked("{name} reads the terms and agrees."),
    "No": marked("{name} answers one honest question."),
    "Yes, order": marked("{name} orders the same again."),
    "Deliver": marked("{name} has it brought."),
    "QRIS": marked("{name} chooses how to pay."),
    "I have paid": marked("{name} pays in her bank's app and says so."),
    "Money arrived": marked("{name} sees the money in her account and says so."),
    "Accept COD": marked("{name} accepts cash."),
    "All sent": marked("{name} sends everything off."),
    "Sent": marked("{name} sends it off."),
    "Ready": marked("{name} has it ready."),
    "Received": marked("{name} has it in her hands."),
    "Delicious 5⭐": marked("{name} says how it was."),
    "Another time": marked("{name} may recommend it too, or another time."),
    "I have sent it": marked("{name} pays the commission to the neighbour herself."),
    "I got the money": marked("{name} looks into her wallet: is it there?"),
}
ANSWERS_ONLY = {"Publish", "Agree", "No", "Deliver"}  # they stay on the glass after their question is gone
LINKS = {
    "i": (marked("{name} opens the invitation of the seller."), marked("Open the invitation")),
    "r": (marked("{name} opens the neighbour's link."), marked("Open the link")),
}


def next_step(hub: Simulated, t: Voice, held: dict[str, Address]) -> Step | None:
    """The newest thing that waits for somebody; else the clock."""
    asked = questions(hub)
    waiting = [step for who in held.values() if (step := on_phone(hub, t, who, asked.get(address(hub, who))))]
    waiting += unopened(hub, t, held)
    if waiting:
        return max(waiting, key=lambda step: step.seq)
    if not hub.phones.everybody():
        return opening(t, held)
    return later(hub, t)


def opening(t: Voice, held: dict[str, Address]) -> Step:
    who = held["one"]
    why = t("Start here: {name} sends a photo of something to sell (the paper clip).", name=called(who))
    return Step(who, why, t("Send the photo of brownies"), "write", {"sample": "cake"})


def later(hub: Simulated, t: Voice) -> Step | None:
    thing = clock.coming(hub)
    if thing is None:
        return None
    local = thing.at.astimezone(hub.zone)
    why = t(
        "Nothing waits for anybody now. What comes next, on {when}: {what}.", when=t.when(local), what=t(thing.what)
    )
    return Step(None, why, t("Move the clock there"), "clock", {"by": "next"})


def called(who: Address) -> str:
    return who.name.capitalize()


# -- talks -------------------------------------------------------------------------------------------


def questions(hub: Simulated) -> dict[str, tuple[str, str]]:
    """The open question of every talk, by its address."""
    with hub.database.read() as db:
        found = db.execute(
            select(Identity.channel, Identity.address, Conversation.script, Conversation.asked)
            .join(Conversation, Conversation.identity_id == Identity.id)
            .where(Conversation.asked.is_not(None))
        )
        return {f"{channel}:{at}": (script or "", asked or "") for channel, at, script, asked in found}


def address(hub: Simulated, who: Address) -> str:
    if not hands.known(hub, who):
        return ""
    if who.channel == "telegram":
        return f"telegram:{hub.phones.telegram.person(who.name).chat_id}"
    return f"whatsapp:{hub.phones.whatsapp.person(who.name).address}"


def on_phone(hub: Simulated, t: Voice, who: Address, asked: tuple[str, str] | None) -> Step | None:
    """What waits for one person."""
    if not hands.known(hub, who):
        return None
    bubbles = hub.phones.bubbles(*who)
    theirs = sorted((bubble for bubble in bubbles if not bubble.mine), key=lambda bubble: -bubble.seq)
    if not theirs:
        return None
    wanted = [english for english in TAPS if asked or english not in ANSWERS_ONLY]
    return answer(t, who, asked, theirs[0]) or wallet(t, who, bubbles) or tap(t, who, bubbles, wanted)


def answer(t: Voice, who: Address, asked: tuple[str, str] | None, newest: Bubble) -> Step | None:
    if asked is None:
        return None
    script, question = asked[0], re.split(r"[\d-]", asked[1])[0]
    if found := PICTURES.get((script, question)):
        labels = {"cake": t("Send the photo"), "sticker": t("Send the sticker"), "proof": t("Send the proof")}
        return Step(who, t(found[0], name=called(who)), labels[found[1]], "write", {"sample": found[1]}, newest.seq)
    if found := ANSWERS.get((script, question)):
        words = "2" if question == "order" and "keju" not in newest.text else found[1]
        return Step(who, t(found[0], name=called(who)), f"“{words}”", "write", {"word": words}, newest.seq)
    return None


def wallet(t: Voice, who: Address, bubbles: Sequence[Bubble]) -> Step | None:
    """The first commission is ready, and its creator was asked where it should go."""
    last = bubbles[-1]
    if last.mine or samples.WALLET_WORDS not in last.text:
        return None
    why = t("{name} says where her commission should go.", name=called(who))
    return Step(who, why, f"“{samples.WALLET_WORDS}”", "write", {"word": samples.WALLET_WORDS}, last.seq)


def tap(t: Voice, who: Address, bubbles: Sequence[Bubble], wanted: Sequence[str]) -> Step | None:
    """A button that waits to be pressed; on WhatsApp only while nothing was said after it."""
    recent = list(bubbles[-LOOKED_BACK:])
    if who.channel == "whatsapp":
        mine = max((place for place, bubble in enumerate(recent) if bubble.mine), default=-1)
        recent = recent[mine + 1 :]
    for bubble in sorted(recent, key=lambda bubble: -bubble.seq):
        for english in wanted:
            labels = {english, translated("id", english)}
            place = next((n for n, button in enumerate(bubble.buttons) if button.label in labels), None)
            if place is not None and not bubble.mine:
                why, fields = t(TAPS[english], name=called(who)), {"bubble": bubble.id, "button": str(place)}
                return Step(who, why, bubble.buttons[place].label, "tap", fields, bubble.seq)
    return None


# -- links -------------------------------------------------------------------------------------------


def unopened(hub: Simulated, t: Voice, held: dict[str, Address]) -> list[Step]:
    """The newest invitation and the newest creator's link, while nobody has come through them."""
    said = [bubble.text for who in hub.phones.everybody() for bubble in hub.phones.bubbles(*who) if bubble.mine]
    found = []
    for link in links.going_round(hub):
        who = held["two"] if link.kind == "i" else held["three"]
        token = link.path.rsplit("/", 1)[-1]
        if link.kind in LINKS and not any(token in text for text in said):
            why, label = LINKS[link.kind]
            fields = {"address": link.address}
            found.append(Step(who, t(why, name=called(who)), t(label), "open", fields, link.seq))
    return found
