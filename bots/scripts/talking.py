"""A talk through the bot: what is written here is carried to the other side, until one of them has said enough."""

import re
from dataclasses import dataclass

from bots.dialogue import Answer, Screen, Unclear, ask, look
from bots.screens import talking as screens
from bots.visit import SILENCE, Begin, Outcome, Visit, follows, script
from storefront import outbox
from storefront.database import Writer
from storefront.selling import relays
from storefront.selling.orders import finding

SAID_LONGEST = 900  # with a name before it, it fits a WhatsApp message with buttons
# Commands that are meant for us even here.
FIRST = ("menu", "cancel", "stop", "talk_to_seller", "english", "indonesian")
ENOUGH = re.compile(
    r"\s*(?:(?:sudah|udah|oke|ok|sip)\s+)?(?:selesai|cukup|done|enough|that'?s all|bye)[\s.!]*", re.IGNORECASE
)


@dataclass(frozen=True)
class PassOn:
    """Carry these words, and perhaps a picture, to the other side of a talk. ``goes_on``: more may follow at once."""

    relay: int
    words: str
    picture: int | None = None
    goes_on: bool = True


@dataclass(frozen=True)
class EndTalk:
    relay: int


@script("talking", restarts=True)
async def talking(visit: Visit, relay: int) -> Outcome:
    """Say it and it is passed on; a talk that is over asks nothing."""
    if not await look(relays.is_open, relay, visit.person_id):
        return Screen(visit.t("That talk is over. Write <i>talk to the seller</i> to begin a new one."))
    talk, shop = await look(relays.of, relay, visit.person_id)
    buyer = await look(relays.buyer_of, relay) if talk.buyer_id != visit.person_id else None
    said: Answer = await ask(
        "words",
        screens.opened(visit.t, shop.name, buyer, relay),
        as_said,
        takes_anything=True,
        wants_picture=True,
        lets=FIRST,
        short=screens.going_on(visit.t, shop.name, buyer),
    )
    if not said.media and ENOUGH.fullmatch(said.text):
        return EndTalk(relay)
    return PassOn(relay, said.text, said.media)


def as_said(answer: Answer) -> Answer:
    if len(answer.text) > SAID_LONGEST:
        raise Unclear(
            "That is too long to pass on at once, {kak}: at most {n} signs. In two messages, please?", n=SAID_LONGEST
        )
    if not answer.text.strip() and not answer.media:
        raise Unclear("I can pass on words and photos.")
    return answer


@follows(PassOn)
def passed_on(db: Writer, visit: Visit, intent: PassOn) -> Outcome:
    """It is on its way. A buyer is told nothing more: her own words stand in the chat, and the next ones may follow.

    A seller talks to many, and what she writes next may be for somebody else: each of her answers begins by saying to
    whom, and ends with it.
    """
    relays.pass_on(db, intent.relay, visit.person_id, intent.words, intent.picture, visit.now)
    relay, _ = relays.of(db, intent.relay, visit.person_id)
    if relay.buyer_id != visit.person_id:
        return screens.passed_on(visit.t, relays.buyer_of(db, relay.id), relay.id)
    if intent.picture and (waiting := finding.awaiting_proof(db, visit.person_id)):
        facts = {"waiting": [[one.code, one.id] for one in waiting], "media": intent.picture}
        outbox.tell(db, visit.person_id, "perhaps_a_proof", facts, visit.now)
    if intent.goes_on:
        return Begin("talking", {"relay": intent.relay}, is_quiet=True)
    return SILENCE


@follows(EndTalk)
def ended(db: Writer, visit: Visit, intent: EndTalk) -> Screen:
    return over(db, visit, intent.relay)


def over(db: Writer, visit: Visit, relay: int) -> Screen:
    """Close a talk and say so to the one who closed it."""
    shop = relays.close(db, relay, visit.person_id, visit.now)
    talk, _ = relays.of(db, relay, visit.person_id)
    return screens.ended(visit.t, shop.name, None if talk.buyer_id == visit.person_id else relays.buyer_of(db, relay))
