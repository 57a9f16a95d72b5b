"""What is agreed between a shop and who recommends it: her deals, what she asks for, the contents she hands in."""

from dataclasses import dataclass

from markupsafe import Markup

from bots.counter import promises
from bots.counter.buyer import a_number
from bots.dialogue import Answer, Choice, Heard, Screen, Unclear, ask, do, go, link, look
from bots.screens import bargains as bargains_shown
from bots.screens import deals as screens
from bots.visit import Begin, Outcome, Visit, action, aside, command, entrance, follows, screen, script
from referral import links
from referral.terms import DEFAULT_RATE_BP, YOUNGEST_CREATOR_YEARS
from storefront import people
from storefront.database import Reader, Writer
from storefront.earning import bargains, contents, deals, rates
from storefront.models import Bargain, Deal, Shop
from storefront.phrases import marked
from storefront.reading import promising
from storefront.reading.promising import (
    OfferWords,
)
from storefront.refusals import NotAnOffer, NothingAgreed, NotYours, RateOutOfBounds, TooYoung
from storefront.selling import catalogue
from storefront.web import visits

WORDS_LONGEST = 300
MOST_DISCOUNT_BP = 5_000


# -- her deals -------------------------------------------------------------------------------------------


@command("my_deals")
def my_deals_said(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*kesepakatan*: everything she recommends, and on what terms."""
    return my_deals(db, visit)


@screen("my_deals")
def my_deals(db: Writer, visit: Visit) -> Screen:
    found = [(deal, db.get_one(Shop, deal.shop_id).name) for deal in deals.of_creator(db, visit.person_id)]
    return screens.deals(visit.t, found)


@screen("deal")
def deal_shown(db: Writer, visit: Visit, deal: str = "") -> Screen:
    one = deals.own(db, a_number(deal), visit.person_id)
    agreed = deals.agreement(db, one.id)
    digest = agreed.digest.hex()[:12] if agreed else ""
    shop = db.get_one(Shop, one.shop_id)
    since = (visit.now - screens.LOOKED_WITHIN).astimezone(visit.place.zone).date()
    people_ = visits.looks_of(db, one.id, since).get("person", 0)
    return screens.deal(visit.t, one, shop, rates.frozen(db, one, visit.now), visit.now, digest, people_)


@screen("deal_words")
def deal_words(db: Writer, visit: Visit, deal: str = "") -> Screen:
    """What she said yes to, word for word."""
    one = deals.own(db, a_number(deal), visit.person_id)
    agreed = deals.agreement(db, one.id)
    if agreed is None:
        return Screen(visit.t("This deal is older than the words we keep."), choices=(back_to(visit, one),))
    return Screen(Markup("{}").format(agreed.words), choices=(back_to(visit, one),))


def back_to(visit: Visit, deal: Deal) -> Choice:
    return go(visit.t("Back"), "deal", deal.id)


@command("stop_recommending")
def stop_said(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*berhenti rekomendasi*: which, where she has several."""
    running = deals.running(db, visit.person_id, visit.now)
    if len(running) == 1:
        return stop_deal(db, visit, str(running[0].id))
    if not running:
        return my_deals(db, visit)
    found = tuple(
        go(screens.label_of((one, db.get_one(Shop, one.shop_id).name)), "stop_deal", one.id) for one in running
    )
    return Screen(visit.t("Which one?"), choices=found[:9])


@screen("stop_deal")
def stop_deal(db: Writer, visit: Visit, deal: str = "") -> Screen:
    one = deals.own(db, a_number(deal), visit.person_id)
    return screens.stop_asked(visit.t, one, db.get_one(Shop, one.shop_id).name)


@action("leave_deal")
def leave_deal(db: Writer, visit: Visit, deal: str) -> Screen:
    one = deals.own(db, a_number(deal), visit.person_id)
    deals.leave(db, one, visit.now)
    return screens.stopped(visit.t, db.get_one(Shop, one.shop_id).name)


@screen("print_code")
def print_code(db: Writer, visit: Visit, deal: str = "") -> Screen:
    """Her QR on paper, with the code in words for whoever cannot scan."""
    one = deals.own(db, a_number(deal), visit.person_id)
    card = catalogue.card(db, one.product_id)
    address = f"{visit.place.public_url}/poster/{links.suffixed(one.code, card.product.number)}.pdf"
    text = visit.t("A page to print and put up: QR, code in words, and that you earn.")
    return Screen(text, choices=(link("PDF", f"{address}?lang={visit.language}"), back_to(visit, one)))


@aside(46)
def gift_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*hadiah pembeli 3%*: out of her own commission."""
    gift_bp = promising.gift_said(heard.text) if heard.kind == "text" and not visit.is_asked else None
    if gift_bp is None:
        return None
    running = deals.running(db, visit.person_id, visit.now)
    if not running:
        return my_deals(db, visit)
    given = [one for one in running if (holding := rates.frozen(db, one, visit.now)) and gift_bp < holding.rate_bp]
    if not given:
        return Screen(visit.t("A gift comes out of your commission, so it has to be less than that, {kak}."))
    for one in given:
        deals.give(db, one, gift_bp)
    if not gift_bp:
        return Screen(visit.t("Your buyers pay the ordinary price again, and the whole commission is yours."))
    text = visit.t(
        "Whoever orders through your code from now on pays {gift} less, out of your commission. You tell them, {kak}.",
        gift=visit.t.percent(gift_bp),
    )
    return Screen(text, choices=(go(visit.t("My deals"), "my_deals"),))


@aside(47)
def age_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*umur saya 15*: nobody is asked, and who says it is believed."""
    years = promising.age_said(heard.text) if heard.kind == "text" and heard.text else None
    if years is None:
        return None
    if years >= YOUNGEST_CREATOR_YEARS:
        deals.says_her_age(db, visit.person_id, years, visit.now)
        return Screen(visit.t("Noted, {kak}."))
    text = visit.t("Are you {n} years old, {kak}? I only ask because recommending for money is for grown-ups.", n=years)
    return Screen(text, choices=(do(visit.t("Yes, I am {n}", n=years), "my_age", years), go(visit.t("No"), "front")))


@action("my_age")
def my_age(db: Writer, visit: Visit, years: str) -> Screen:
    """She has said it twice: from now on no deal of hers runs until she is of age. What she told us is kept."""
    deals.says_her_age(db, visit.person_id, a_number(years), visit.now)
    return Screen(visit.t(marked(TooYoung.__doc__ or ""), age=YOUNGEST_CREATOR_YEARS))


# -- bargains --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """Other terms than the card's: a share in basis points (0: what is published), a fee for a content."""

    shop: int
    creator: int
    rate_bp: int
    content_fee: int | None


@command("bargain")
def bargain_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*tawar*: with the shop in view."""
    if visit.shop_id is None:
        return Screen(visit.t("With which shop? Open its link first, then write it again."))
    return bargain(db, visit, str(visit.shop_id))


@screen("bargain")
def bargain(db: Writer, visit: Visit, shop: str = "") -> Outcome:
    found = db.get(Shop, a_number(shop))
    if found is None:
        raise NotYours
    if found.rate_bp is None:
        return Screen(visit.t("{shop} has not said yet whether it pays for recommendations.", shop=found.name))
    return Begin("bargaining", {"shop": found.id, "creator": visit.person_id})


@screen("bargain_back")
def bargain_back(db: Writer, visit: Visit, bargain: str = "") -> Outcome:
    """An offer answered by another one."""
    found = bargains.of_answerer(db, a_number(bargain), visit.person_id)
    return Begin("bargaining", {"shop": found.shop_id, "creator": found.creator_id})


@script("bargaining")
async def bargaining(visit: Visit, shop: int, creator: int) -> Outcome:
    name, published = await look(published_by, shop)
    said = await ask("offer", bargains_shown.bargain_asked_for(visit.t, shop, name, published), an_offer)
    return Asked(shop, creator, said.rate_bp, said.content_fee)


def published_by(db: Reader, shop_id: int) -> tuple[str, int]:
    shop = db.get_one(Shop, shop_id)
    return shop.name, shop.rate_bp or DEFAULT_RATE_BP


def an_offer(answer: Answer) -> OfferWords:
    said = promising.read_offer(answer.text)
    if said is None:
        raise Unclear("A share or a fee please, for example <i>12%</i> or <i>50rb per content + 8%</i>.")
    if said.is_free:
        raise Unclear(NotAnOffer.__doc__ or "")
    if said.rate_bp and not 100 <= said.rate_bp <= 5_000:
        raise Unclear(RateOutOfBounds.__doc__ or "")
    return said


@follows(Asked)
def asked(db: Writer, visit: Visit, intent: Asked) -> Screen:
    shop = db.get_one(Shop, intent.shop)
    if visit.person_id not in {shop.owner_id, intent.creator}:
        raise NotYours
    made = bargains.ask(db, shop, intent.creator, visit.person_id, intent.rate_bp, intent.content_fee, visit.now)
    return bargains_shown.bargain_sent(visit.t, bargains.facts_of(db, made))


@action("bargain_yes")
def bargain_yes(db: Writer, visit: Visit, bargain: str) -> Outcome:
    found = bargains.of_answerer(db, a_number(bargain), visit.person_id)
    shop = db.get_one(Shop, found.shop_id)
    if visit.person_id == shop.owner_id and found.rate_bp:
        promises.refuse_a_loss(db, shop, found.rate_bp)
    deal = bargains.accept(db, found, visit.person_id, visit.now)
    if visit.person_id == found.creator_id:
        return bargained_on(db, found, deal, visit)
    return Screen(visit.t("Agreed. I have told {creator}.", creator=people.name_of(db, found.creator_id)))


@screen("refuse_bargain")
def refuse_bargain(db: Writer, visit: Visit, bargain: str = "") -> Screen:
    """A no helps more with its reason."""
    found = bargains.of_answerer(db, a_number(bargain), visit.person_id)
    reasons = bargains.OF_CREATOR if visit.person_id == found.creator_id else bargains.OF_SELLER
    return bargains_shown.bargain_reason_asked(visit.t, found.id, reasons)


@action("bargain_no")
def bargain_no(db: Writer, visit: Visit, bargain: str, reason: str) -> Screen:
    found = bargains.of_answerer(db, a_number(bargain), visit.person_id)
    known: tuple[bargains.Reason, ...] = (*bargains.OF_CREATOR, *bargains.OF_SELLER)
    why: bargains.Reason = next((one for one in known if one == reason), "other")
    bargains.decline(db, found, visit.person_id, visit.now, why)
    return Screen(visit.t("All right, {kak}; I have said so, kindly."))


@screen("bargained")
def bargained(db: Writer, visit: Visit, bargain: str = "") -> Outcome:
    """Both agreed: her deal as it is now, or the card she still says yes to."""
    found = db.get(Bargain, a_number(bargain))
    if found is None or found.creator_id != visit.person_id:
        raise NotYours
    return bargained_on(db, found, deals.of(db, found.shop_id, found.creator_id), visit)


def bargained_on(db: Writer, found: Bargain, deal: Deal | None, visit: Visit) -> Outcome:
    if deal and deals.is_running(deal, visit.now):
        return deal_shown(db, visit, str(deal.id))
    from bots.counter.buyer import invited_to

    return invited_to(db, visit, db.get_one(Shop, found.shop_id))


# -- contents --------------------------------------------------------------------------------------------


@aside(48)
def content_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*konten selesai https://...*: handed in for its fee."""
    words = promising.content_said(heard.text) if heard.kind == "text" and not visit.is_asked else None
    paid = deals.running(db, visit.person_id, visit.now) if words else []
    if not words or not paid:
        return None
    agreed = [one for one in paid if one.content_fee]
    if not agreed:
        raise NothingAgreed(shop=db.get_one(Shop, paid[0].shop_id).name)
    if len(agreed) > 1:
        shops = tuple((one, db.get_one(Shop, one.shop_id).name) for one in agreed)
        choices = tuple(go(screens.label_of(one), "hand_in", one[0].id) for one in shops)
        return Screen(visit.t("For which shop is it?"), choices=choices[:9])
    made = contents.hand_in(db, agreed[0], words[:WORDS_LONGEST], visit.now)
    return bargains_shown.content_noted(visit.t, contents.facts_of(db, made))


@screen("hand_in")
def hand_in(db: Writer, visit: Visit, deal: str = "") -> Outcome:
    return Begin("handing_in", {"deal": deals.own(db, a_number(deal), visit.person_id).id})


@dataclass(frozen=True)
class HandedIn:
    deal: int
    words: str


@script("handing_in")
async def handing_in(visit: Visit, deal: int) -> Outcome:
    asked_ = Screen(visit.t("Where can the shop see it? A link, or a few words."))
    return HandedIn(deal, await ask("where", asked_, some_words, takes_anything=True))


def some_words(answer: Answer) -> str:
    if len(answer.text.strip()) < 4:
        raise Unclear("A few words, please.")
    return answer.text.strip()[:WORDS_LONGEST]


@follows(HandedIn)
def handed_in(db: Writer, visit: Visit, intent: HandedIn) -> Screen:
    made = contents.hand_in(db, deals.own(db, intent.deal, visit.person_id), intent.words, visit.now)
    return bargains_shown.content_noted(visit.t, contents.facts_of(db, made))


@action("content_accept")
def content_accept(db: Writer, visit: Visit, content: str) -> Screen:
    taken = contents.accept(db, contents.of_seller(db, a_number(content), visit.person_id), visit.person_id, visit.now)
    amount = visit.t.money(taken.fee, taken.currency)
    return Screen(visit.t("Accepted. {amount} goes with the next pay day.", amount=amount))


@dataclass(frozen=True)
class Declined:
    content: int
    words: str


@screen("content_decline")
def content_decline(db: Writer, visit: Visit, content: str = "") -> Outcome:
    return Begin("declining_content", {"content": contents.of_seller(db, a_number(content), visit.person_id).id})


@script("declining_content")
async def declining_content(visit: Visit, content: int) -> Outcome:
    asked_ = Screen(visit.t("What should be different? She reads it, and may hand it in again."))
    return Declined(content, await ask("words", asked_, some_words, takes_anything=True))


@follows(Declined)
def declined(db: Writer, visit: Visit, intent: Declined) -> Screen:
    one = contents.of_seller(db, intent.content, visit.person_id)
    contents.decline(db, one, visit.person_id, intent.words, visit.now)
    return Screen(visit.t("Passed on."))


# -- a creator brings a seller -----------------------------------------------------------------------------


@command("invite_seller")
def invite_seller(db: Writer, visit: Visit, heard: Heard) -> Screen:
    """*ajak penjual*: a link for a neighbour who cooks well. Nobody earns by it."""
    token = deals.invite_seller(db, visit.person_id, visit.now)
    text = visit.t(
        "[For a neighbour who sells] I order and recommend here, in the chat. Open your shop with one photo; buyers "
        "pay you directly: {link}",
        link=f"{visit.place.public_url}/i/{token}",
    )
    return Screen(text)


@entrance("seller")
def by_seller_invitation(db: Writer, visit: Visit, token: str) -> Outcome:
    """Somebody was shown how to sell here."""
    by = deals.seller_invited_by(db, token)
    name = people.name_of(db, by) if by else ""
    text = visit.t(
        "Hello {kak}! {name} says you sell something good. Send a photo with its price and you have a shop, or write "
        "<i>start selling</i>. Buyers pay you directly; neighbours who recommend you earn only what you offer them.",
        name=name or visit.t("A neighbour"),
    )
    return Screen(text, choices=(go(visit.t("Start selling"), "start_selling"),))
