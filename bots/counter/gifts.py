"""*Titip 1*: one more, for somebody who needs it; begun, given, brought and shown."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from bots.counter.afterwards import some_words
from bots.counter.buyer import a_number
from bots.counter.seller import mine
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, go, look, pick
from bots.screens import buyer
from bots.screens import together as screens
from bots.scripts.buying import can_be_had
from bots.scripts.managing import wares_of
from bots.visit import Begin, Outcome, Visit, action, aside, command, entrance, follows, screen, script
from storefront.database import Reader, Writer
from storefront.earning import deals
from storefront.models import Cause, Shop
from storefront.reading.noise import clean
from storefront.reading.searching import Searched, search
from storefront.reading.together import CauseWords, cause_said
from storefront.refusals import AlreadyDone, NotYours, OwnShop
from storefront.selling import catalogue, causes
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import placing
from storefront.selling.orders.placing import Given, Wish
from storefront.selling.orders.views import facts_of

QUESTION_LONGEST = 200
MOST_GIVEN = 50


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
