"""A poll: begun by who sells or recommends, one vote each, and what wins is a tap from being on sale."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from bots.counter.buyer import a_number
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go, look
from bots.screens import together as screens
from bots.visit import Begin, InView, Outcome, Visit, action, aside, command, entrance, follows, screen, script
from referral.attribution import Claim
from storefront import people
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Deal, Poll, Product, Shop
from storefront.reading.searching import search
from storefront.reading.together import PollWords, poll_said
from storefront.refusals import NotYours, PollIsOver
from storefront.selling import catalogue, polls, shops

NO_DOORS = re.compile(r"https?:|www\.|\bwa\.me|\bt\.me|@\w|(?:\d[\s.-]?){7,}", re.IGNORECASE)


@dataclass(frozen=True)
class Ask:
    """A poll, of a shop of hers or of one she recommends."""

    shop: int
    words: PollWords


@aside(45)
def poll_begun(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*polling minggu depan mau rasa apa? pandan, keju*: of who sells or recommends; whoever else says it, chats."""
    said = poll_said(heard.text) if heard.kind == "text" and not visit.is_asked else None
    if said is None:
        return None
    found = shops_to_ask_for(db, visit.person_id, visit.now)
    if not found:
        return None
    return Begin("polling", {}, answers={"words": heard.text})


def shops_to_ask_for(db: Reader, person_id: int, now: datetime) -> list[tuple[int, str]]:
    """Her own shops, then those she recommends."""
    own = [(one.id, one.name) for one in shops.owned_by(db, person_id)]
    told = [db.get_one(Shop, deal.shop_id) for deal in deals.running(db, person_id, now)]
    return [*own, *((one.id, one.name) for one in told)]


@script("polling")
async def polling(visit: Visit) -> Outcome:
    """The words were said; which shop they are for is asked only where there are several."""
    said = await ask("words", Screen(visit.t("What do you want to ask, and what can be chosen?")), some_poll)
    found = await look(shops_to_ask_for, visit.person_id, visit.now)
    if len(found) == 1:
        return Ask(found[0][0], said)
    options = {str(shop_id): name for shop_id, name in found[:9]}
    return Ask(int(await choose("shop", Screen(visit.t("For which shop?")), options)), said)


def some_poll(answer: Answer) -> PollWords:
    said = poll_said(answer.text)
    if said is None:
        raise Unclear("A question and two to six choices, please: <i>poll: which flavour? pandan, cheese</i>.")
    if NO_DOORS.search(answer.text):
        raise Unclear("No numbers to call and no links in a poll, please.")
    return said


@follows(Ask)
def poll_asked(db: Writer, visit: Visit, intent: Ask) -> Screen:
    shop = db.get_one(Shop, intent.shop)
    deal = None if shop.owner_id == visit.person_id else deals.of(db, shop.id, visit.person_id)
    if shop.owner_id != visit.person_id and (deal is None or not deals.is_running(deal, visit.now)):
        raise NotYours
    words = intent.words
    of_deal = deal.id if deal else None
    poll = polls.begin(db, shop, visit.person_id, of_deal, words.question, words.options, visit.now)
    return screens.poll_made(visit.t, visit.place, poll, shop.name, visit.name if deal else "")


@command("polls")
def polls_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*polling*, alone: how to, and how the last ones stand."""
    if not deals.takes_part(db, visit.person_id):
        return None
    newest = select(Poll).where(Poll.by_person == visit.person_id).order_by(Poll.id.desc()).limit(5)
    found = db.scalars(newest).all()
    how = visit.t("Ask your buyers, for example <i>poll: which flavour next week? pandan, cheese, chocolate</i>.")
    return Screen(how, choices=tuple(go(one.question[:40], "poll", one.id) for one in found))


@entrance("poll")
def by_poll(db: Writer, visit: Visit, token: str) -> Outcome:
    poll = polls.by_token(db, token)
    if poll is None or poll.closed_at is not None or poll.closes_at <= visit.now:
        raise PollIsOver
    shop = db.get_one(Shop, poll.shop_id)
    deal = db.get(Deal, poll.deal_id) if poll.deal_id else None
    earns = deal if deal and deals.is_running(deal, visit.now) else None
    if earns and earns.creator_id != visit.person_id:
        touches.remember(db, earns, visit.person_id, Claim.LINK, visit.now)
    asker = people.name_of(db, earns.creator_id) if earns else ""
    return InView(shop.id, screens.poll_asked(visit.t, poll, shop.name, asker))


@screen("poll_again")
def poll_again(db: Writer, visit: Visit, poll: str = "") -> Outcome:
    found = db.get(Poll, a_number(poll))
    if found is None:
        raise NotYours
    return by_poll(db, visit, found.token)


@action("vote")
def vote(db: Writer, visit: Visit, poll: str, option: str) -> Screen:
    chosen = a_number(option)
    found = polls.vote(db, a_number(poll), visit.person_id, chosen, visit.now)
    return screens.voted(visit.t, found, polls.counts(db, found), chosen)


@screen("poll")
def poll_shown(db: Writer, visit: Visit, poll: str = "") -> Screen:
    found = own_poll(db, visit, poll)
    shop = db.get_one(Shop, found.shop_id)
    return screens.poll_standing(visit.t, found, polls.counts(db, found), shop.name)


@action("stop_poll")
def stop_poll(db: Writer, visit: Visit, poll: str) -> Screen:
    polls.stop(db, own_poll(db, visit, poll), visit.now)
    return Screen(visit.t("Stopped. Nothing wins."))


def own_poll(db: Reader, visit: Visit, poll: str) -> Poll:
    """A poll she began, or one about her own shop."""
    found = db.get(Poll, a_number(poll))
    if found is None or visit.person_id not in {found.by_person, db.get_one(Shop, found.shop_id).owner_id}:
        raise NotYours
    return found


@screen("open_winner")
def open_winner(db: Writer, visit: Visit, poll: str = "") -> Outcome:
    """*Buka PO*: what is on the shelf already opens again; anything else begins with a photo, as always."""
    found = own_poll(db, visit, poll)
    if found.winner is None:
        raise PollIsOver
    winner = str(found.options[found.winner])
    fits = search(winner, catalogue.searched(db, found.shop_id), 1)
    batch_id = db.get_one(Product, fits[0]).batch_id if fits else None
    if batch_id:
        from bots.counter.shelf import reopen_asked

        return reopen_asked(db, visit, str(batch_id))
    return screens.how_to_open(visit.t, winner)
