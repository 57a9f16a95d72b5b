"""Polls, answers that are kept, a PO that needs company, one more for somebody who needs it, and the month's news."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go, look, pick
from bots.screens import buyer
from bots.screens import together as screens
from bots.scripts.buying import can_be_had
from bots.scripts.managing import wares_of
from bots.visit import Begin, InView, Outcome, Visit, action, aside, command, entrance, follows, screen, script
from referral import links
from referral.attribution import Claim
from storefront import people
from storefront.database import Reader, Writer
from storefront.earning import deals, monthly, touches
from storefront.models import Attribution, Cause, Deal, Order, Poll, Product, Relay, Shop
from storefront.reading.inquiries import inquiry
from storefront.reading.messages import read_message
from storefront.reading.noise import clean
from storefront.reading.searching import Searched, search
from storefront.reading.together import CauseWords, PollWords, cause_said, poll_said
from storefront.refusals import AlreadyDone, NotYours, OwnShop, PollIsOver
from storefront.selling import catalogue, causes, faqs, polls, shops
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import placing
from storefront.selling.orders.placing import Given, Wish
from storefront.selling.orders.views import facts_of

QUESTION_LONGEST = 200
NO_DOORS = re.compile(r"https?:|www\.|\bwa\.me|\bt\.me|@\w|(?:\d[\s.-]?){7,}", re.IGNORECASE)
MOST_GIVEN = 50

# -- polls -----------------------------------------------------------------------------------------------


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
    if deal and deal.creator_id != visit.person_id and deals.is_running(deal, visit.now):
        touches.remember(db, deal, visit.person_id, Claim.LINK, visit.now)
    asker = people.name_of(db, deal.creator_id) if deal else ""
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


# -- answers that are kept ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Keep:
    """An answer of hers the shop gives by itself from now on."""

    shop: int
    question: str
    answer: str


@screen("keep_faq")
def keep_faq(db: Writer, visit: Visit, relay: str = "") -> Outcome:
    """*Simpan jawabannya*: the last question and answer of a talk, for her to look at once more."""
    found = db.get(Relay, a_number(relay))
    if found is None or db.get_one(Shop, found.shop_id).owner_id != visit.person_id:
        raise NotYours
    said = faqs.of_talk(db, found.id, found.buyer_id)
    if said is None:
        return Screen(visit.t("There is no question and answer in this talk yet, {kak}."))
    question, answer = (clean(words)[:QUESTION_LONGEST] for words in said)
    wares = catalogue.wares(db, found.shop_id)
    if inquiry(question, wares) or read_message(question, wares).intent in {"ask_price", "ask_stock", "order"}:
        text = visit.t(
            "Prices, what is left and what food contains come from your shelf, {kak}, so that they stay true."
        )
        return Screen(text, choices=(go(visit.t("Shelf"), "goods", found.shop_id),))
    return Begin("keeping_faq", {"shop": found.shop_id}, answers={"question": question, "answer": answer})


@script("keeping_faq")
async def keeping_faq(visit: Visit, shop: int) -> Outcome:
    """The question in her own words if she likes; a buyer's name has no business in it."""
    question = await ask("question", Screen(visit.t("What is asked?")), some_words, takes_anything=True)
    answer = await ask("answer", Screen(visit.t("And what do you answer?")), some_words, takes_anything=True)
    ways = (pick(visit.t("Keep it"), "wording", "yes"), pick(visit.t("No"), "wording", "no"))
    asked = replace(screens.faq_asked(visit.t, question, answer), choices=ways)
    wording = await ask("wording", asked, a_wording)
    if wording == "no":
        return Screen(visit.t("All right, it is not kept."))
    return Keep(shop, question if wording == "yes" else wording, answer)


def a_wording(answer: Answer) -> str:
    if answer.choice in {"yes", "no"}:
        return answer.choice
    said = clean(answer.text)[:QUESTION_LONGEST]
    if len(said) < 6:
        raise Unclear("The question in a few words, please, or <i>Keep it</i>.")
    return said


@follows(Keep)
def keep(db: Writer, visit: Visit, intent: Keep) -> Screen:
    shop = db.get(Shop, intent.shop)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    faqs.keep(db, shop.id, intent.question, intent.answer, visit.now)
    text = visit.t("Kept. Whoever asks this is answered at once, and can still ask you.")
    return Screen(text, choices=(go(visit.t("All answers"), "faqs", shop.id),))


@command("faqs")
def faqs_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return faqs_shown(db, visit) if mine(db, visit, "0") else None


@screen("faqs")
def faqs_shown(db: Writer, visit: Visit, shop: str = "0", page: str = "0") -> Screen:
    found = mine(db, visit, shop)
    if len(found) != 1:
        return Screen(visit.t("For which shop?"), choices=tuple(go(one.name, "faqs", one.id) for one in found))
    return screens.faqs(visit.t, found[0].name, found[0].id, faqs.of_shop(db, found[0].id), a_number(page))


@action("faq_drop")
def faq_drop(db: Writer, visit: Visit, faq: str) -> Screen:
    faqs.drop(db, faqs.of_seller(db, a_number(faq), [one.id for one in mine(db, visit, "0")]), visit.now)
    return faqs_shown(db, visit)


# -- a PO that needs company -------------------------------------------------------------------------------


@command("pool")
def pool_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*patungan*: the PO in view that has a minimum."""
    shop_ids = [one.id for one in mine(db, visit, "0")] or ([visit.shop_id] if visit.shop_id else [])
    shop_ids = shop_ids or [one.shop_id for one in deals.running(db, visit.person_id, visit.now)]
    for shop_id in shop_ids:
        cards = [card for card in catalogue.all_cards(db, db.get_one(Shop, shop_id)) if needs_company(card, visit)]
        if len(cards) == 1:
            return pool(db, visit, str(cards[0].product.id))
        if cards:
            choices = tuple(go(card.product.name, "pool", card.product.id) for card in cards[:9])
            return Screen(visit.t("Which one?"), choices=choices)
    return Screen(visit.t("No PO here waits for a minimum just now, {kak}."))


def needs_company(card: Card, visit: Visit) -> bool:
    return bool(card.batch.minimum) and card.is_open(visit.now) and not card.product.is_hidden


@screen("pool")
def pool(db: Writer, visit: Visit, product: str = "") -> Outcome:
    """A message to pass on; a buyer's carries the code of who brought her, a creator's her own."""
    card = catalogue.card(db, a_number(product))
    if not needs_company(card, visit):
        return Screen(visit.t("No PO here waits for a minimum just now, {kak}."))
    own = deals.of(db, card.shop.id, visit.person_id)
    mine_ = own if own and deals.is_running(own, visit.now) else None
    through = mine_ or brought_by(db, visit, card.shop.id)
    if through is None:
        address = f"{visit.place.public_url}/p/{card.shop.letters}{card.product.number}"
    else:
        address = f"{visit.place.public_url}/r/{links.suffixed(through.code, card.product.number)}"
    return screens.pool(visit.t, card, address, is_ad=mine_ is not None)


def brought_by(db: Reader, visit: Visit, shop_id: int) -> Deal | None:
    """The deal that her newest order at this shop thanked, while it runs."""
    thanked = (
        select(Attribution.deal_id)
        .join(Order, Order.id == Attribution.order_id)
        .where(Order.buyer_id == visit.person_id, Order.shop_id == shop_id, Attribution.deal_id.is_not(None))
        .order_by(Order.id.desc())
        .limit(1)
    )
    deal_id = db.scalar(thanked)
    deal = db.get(Deal, deal_id) if deal_id else None
    return deal if deal and deals.is_running(deal, visit.now) else None


# -- one more, for somebody who needs it -------------------------------------------------------------------


@dataclass(frozen=True)
class Begun:
    """What of hers goes to whom."""

    shop: int
    product: int
    recipient: str
    address: str
    target: int


@aside(45)
def cause_begun(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*titip nasi box untuk Panti Kasih Ibu, jl Melati 3, target 30*: of a seller."""
    said = cause_said(heard.text) if heard.kind == "text" and not visit.is_asked else None
    if said is None:
        return None
    if not mine(db, visit, "0"):
        return Screen(visit.t("Only a seller can bring it. Tell one of it, {kak}: she begins it with these words."))
    product_id = named(db, visit, said)
    if product_id is None:
        return Screen(visit.t("Which product of yours is that? Its name as on your shelf, please."))
    card = catalogue.card(db, product_id)
    if card.shop.is_cash_only or card.ways == ["cod"] or not card.has_plain or card.product.mix_kinds:
        text = visit.t("For that it takes a product without a choice, {kak}, and a way to pay beside cash.")
        return Screen(text, choices=(go(visit.t("Shelf"), "goods", card.shop.id),))
    if (card.product.min_order or 1) > 1 or card.product.deposit_bp:
        return Screen(visit.t("For that it takes a product that is sold one by one and paid at once, {kak}."))
    words = {"recipient": said.recipient, "address": said.address, "target": str(min(said.target, causes.MOST_TARGET))}
    return Begin("giving_out", {"product": product_id}, answers=words)


def named(db: Reader, visit: Visit, said: CauseWords) -> int | None:
    """The product of hers that was meant."""
    wares = [Searched(ware.id, ware.name) for ware in wares_of(db, visit.person_id)]
    found = search(said.product, wares, 1)
    return found[0] if found else None


@script("giving_out")
async def giving_out(visit: Visit, product: int) -> Outcome:
    """Nobody's name is used for a good deed without her knowing."""
    t = visit.t
    recipient = await ask("recipient", Screen(t("For whom is it?")), some_words, takes_anything=True)
    address = await ask("address", Screen(t("Where is it brought?")), some_words, takes_anything=True)
    target = await ask("target", Screen(t("How many would be good?")), a_target)
    card = await look(catalogue.card, product)
    options = {"yes": visit.t("Yes, agreed"), "no": visit.t("Not yet")}
    if await choose("agreed", screens.agreed_asked(visit.t, recipient), options) == "no":
        return Screen(visit.t("Ask first, {kak}, then write it again. Nothing was begun."))
    return Begun(card.shop.id, product, recipient, address, target)


def some_words(answer: Answer) -> str:
    said = clean(answer.text)[:QUESTION_LONGEST]
    if len(said) < 2:
        raise Unclear("A few words, please.")
    return said


def a_target(answer: Answer) -> int:
    said = clean(answer.text)
    if not said.isdecimal() or not 0 < int(said) <= causes.MOST_TARGET:
        raise Unclear("How many would you like? Just a number is fine.")
    return int(said)


@follows(Begun)
def cause_made(db: Writer, visit: Visit, intent: Begun) -> Screen:
    shop = db.get(Shop, intent.shop)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    made = causes.begin(db, shop, intent.product, intent.recipient, intent.address, intent.target, visit.now)
    return screens.cause_made(visit.t, visit.place, causes.standing(db, made))


@command("causes")
def causes_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*titip*: what goes on at the shop in view, at her own, or at those she recommends."""
    shop_ids = [one.id for one in mine(db, visit, "0")] + [
        one.shop_id for one in deals.running(db, visit.person_id, visit.now)
    ]
    shop_ids += [visit.shop_id] if visit.shop_id else []
    found = [one for shop_id in dict.fromkeys(shop_ids) for one in causes.of_shop(db, shop_id)]
    if not found and not deals.takes_part(db, visit.person_id):
        return None
    if not found:
        how = visit.t(
            "Nothing is given here just now. A seller begins it: <i>give rice box to Orphanage, street 3, target "
            "30</i>."
        )
        return Screen(how)
    if len(found) == 1:
        return cause(db, visit, str(found[0].id))
    return Screen(visit.t("Which one?"), choices=tuple(go(one.recipient[:40], "cause", one.id) for one in found[:9]))


@screen("cause")
def cause(db: Writer, visit: Visit, cause: str = "") -> Screen:
    found = db.get(Cause, a_number(cause))
    if found is None:
        raise NotYours
    one = causes.standing(db, found)
    recommends = deals.of(db, found.shop_id, visit.person_id) is not None
    waived = visit.person_id in causes.waivers(db, found.id)
    who = {"sells": one.shop.owner_id == visit.person_id, "may_waive": recommends and not waived, "has_waived": waived}
    return screens.cause(visit.t, visit.place, one, **who)


@action("waive")
def waive(db: Writer, visit: Visit, cause: str) -> Screen:
    found = db.get(Cause, a_number(cause))
    if found is None:
        raise NotYours
    causes.waive(db, found, visit.person_id, visit.now)
    text = visit.t(
        "Thank you, {kak}. Orders for {recipient} say that you take nothing for them.", recipient=found.recipient
    )
    return Screen(text)


@action("close_cause")
def close_cause(db: Writer, visit: Visit, cause: str) -> Screen:
    """Nothing more of it; whoever has paid still has hers brought."""
    found, _ = causes.of_seller(db, a_number(cause), visit.person_id)
    causes.close(db, found, visit.now)
    return Screen(visit.t("Closed. What is paid is still yours to bring, {kak}."))


@screen("gift_photo")
def gift_photo(db: Writer, visit: Visit, cause: str = "") -> Screen:
    found, token = causes.proof_for(db, a_number(cause), visit.person_id)
    return screens.gift_photo(visit.t, found, token)


@dataclass(frozen=True)
class Gift:
    """So many, for this cause."""

    cause: int
    quantity: int


@entrance("gift")
def by_gift(db: Writer, visit: Visit, token: str) -> Outcome:
    found = causes.by_token(db, token)
    if found is None or not causes.is_open(found):
        return Screen(visit.t("This is over, {kak}; thank you for the thought."))
    return Begin("giving", {"cause": found.id}, shop_id=found.shop_id)


@script("giving", restarts=True)
async def giving(visit: Visit, cause: int) -> Outcome:
    """One question: how many."""
    one, card, waived = await look(given_to, cause)
    if card.shop.owner_id == visit.person_id:
        raise OwnShop
    missing = one.cause.target - one.paid
    if not causes.is_open(one.cause) or not can_be_had(card, visit) or missing < 1:
        return Screen(visit.t("This is over, {kak}; thank you for the thought."))
    most = min(missing, MOST_GIVEN, *([card.left] if card.left is not None else []))
    price = visit.t.money(card.variants[0].price, card.product.currency)
    shown = screens.giving(visit.t, one, price, waived)
    offered = sorted({min(number, most) for number in (1, 2, 5)})
    choices = tuple(pick(str(number), "how_many", str(number)) for number in offered)
    asked = replace(shown, choices=choices, numbered=False)
    return Gift(cause, await ask("how_many", asked, a_quantity(most)))


def a_quantity(most: int) -> Callable[[Answer], int]:
    def read(answer: Answer) -> int:
        said = answer.choice or clean(answer.text)
        if not said.isdecimal() or not 0 < int(said) <= most:
            raise Unclear("A number up to {most}, please.", most=most)
        return int(said)

    return read


def given_to(db: Reader, cause_id: int) -> tuple[causes.Standing, Card, list[str]]:
    found = db.get_one(Cause, cause_id)
    return causes.standing(db, found), catalogue.card(db, found.product_id), causes.waived_by(db, found)


@follows(Gift)
def given(db: Writer, visit: Visit, intent: Gift) -> Screen:
    """An ordinary order, to another door."""
    found = db.get_one(Cause, intent.cause)
    card = catalogue.card(db, found.product_id)
    if not causes.is_open(found):
        raise AlreadyDone
    handover = Handover("deliver", f"{visit.name} · {found.recipient}", found.address, None)
    wish = Wish(((card.variants[0], intent.quantity),), handover)
    kept = Given(found.id, causes.waivers(db, found.id))
    placed = placing.place(db, visit.person_id, card, wish, visit.now, given=kept)
    ways = [way for way in card.ways if way != "cod"]
    return buyer.placed(visit.t, facts_of(placed), ways)


@dataclass(frozen=True)
class Brought:
    """The proof that it is there, and the words that came back."""

    cause: int
    proof: int
    thanks: str


@screen("cause_brought")
def cause_brought(db: Writer, visit: Visit, cause: str = "") -> Outcome:
    found, _ = causes.of_seller(db, a_number(cause), visit.person_id)
    return Begin("bringing", {"cause": found.id})


@script("bringing")
async def bringing(visit: Visit, cause: int) -> Outcome:
    """A photo of the delivery, and what the recipient said."""
    asked = visit.t("A photo of the delivery, please; faces only of those who agreed.")
    proof = await ask("proof", Screen(asked), a_picture, wants_picture=True)
    words = visit.t("What did they say? A few words for the givers, or <i>-</i>.")
    thanks = await ask("thanks", Screen(words), some_thanks, takes_anything=True)
    return Brought(cause, proof, thanks)


def a_picture(answer: Answer) -> int:
    if not answer.media:
        raise Unclear("A photo, please.")
    return answer.media


def some_thanks(answer: Answer) -> str:
    said = clean(answer.text)[:QUESTION_LONGEST]
    return "" if said in {"-", ""} else said


@follows(Brought)
def brought(db: Writer, visit: Visit, intent: Brought) -> Screen:
    found, _ = causes.of_seller(db, intent.cause, visit.person_id)
    one = causes.brought(db, found, visit.person_id, intent.proof, intent.thanks, visit.now)
    text = visit.t("Thank you, {kak}. Everybody who gave hears of it ({n}).", n=one.givers)
    return Screen(text)


# -- the neighbourhood's month -----------------------------------------------------------------------------


@command("news")
def news_said(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*kabar warga*: the month that is over, for whoever asks. One that runs would tell, asked twice, what was paid
    in between."""
    found = monthly.month(db, monthly.before(db, visit.now))
    if found.kitchens >= monthly.FEWEST_KITCHENS:
        return screens.news(visit.t, {key: getattr(found, key) for key in vars(found)})
    text = visit.t(
        "Not enough yet, {kak}: the news tell of a month in which at least {n} kitchens sold.",
        n=monthly.FEWEST_KITCHENS,
    )
    return Screen(text)
