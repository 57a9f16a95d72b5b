"""After the sale: words to a review, a seller's answer, a picture of it, and news for those who asked."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from bots.counter.buyer import a_number
from bots.counter.seller import mine, which_shop
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, choose, look
from bots.screens import afterwards as screens
from bots.visit import Begin, Outcome, Visit, action, aside, command, follows, screen, script
from storefront import consents
from storefront.database import Reader, Writer
from storefront.models import Order, Shop
from storefront.reading.noise import clean
from storefront.refusals import NotYours
from storefront.selling import broadcasts, reviews
from storefront.selling.orders import paying

WORDS_LONGEST = 400
NEWS_LONGEST = 500


# -- a review --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Reviewed:
    order: int
    words: str
    may_show: bool


@screen("review")
def review(db: Writer, visit: Visit, order: str = "") -> Outcome:
    return Begin("reviewing", {"order": paying.owned(db, a_number(order), visit.person_id).order.id})


@script("reviewing")
async def reviewing(visit: Visit, order: int) -> Outcome:
    words = await ask("words", screens.words_asked(visit.t), some_words, takes_anything=True)
    shop = await look(shop_of_order, order)
    options = {"yes": visit.t("Yes, gladly"), "no": visit.t("Rather not")}
    shown = await choose("show", screens.consent_asked(visit.t, shop), options)
    return Reviewed(order, words, shown == "yes")


def shop_of_order(db: Reader, order_id: int) -> str:
    named = select(Shop.name).join(Order, Order.shop_id == Shop.id).where(Order.id == order_id)
    return db.scalar(named) or ""


def some_words(answer: Answer) -> str:
    if len(answer.text.strip()) < 2:
        raise Unclear("A few words, please.")
    return answer.text.strip()[:WORDS_LONGEST]


@follows(Reviewed)
def reviewed(db: Writer, visit: Visit, said: Reviewed) -> Screen:
    reviews.say(db, said.order, visit.person_id, said.words, visit.now, may_show=said.may_show, channel=visit.channel)
    return screens.review_kept(visit.t, shop_of_order(db, said.order))


# -- a seller --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answered:
    review: int
    words: str


@command("reviews")
def reviews_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return reviews_shown(db, visit) if mine(db, visit, "0") else None


@screen("reviews")
def reviews_shown(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "reviews")
    count, total = reviews.stars_of(db, found[0].id)
    return screens.reviews(visit.t, reviews.of_shop(db, found[0].id, public=False), count, total)


@screen("review_answer")
def review_answer(db: Writer, visit: Visit, review: str = "") -> Outcome:
    return Begin("answering", {"review": reviews.of_seller(db, a_number(review), visit.person_id).id})


@script("answering")
async def answering(visit: Visit, review: int) -> Outcome:
    asked = Screen(visit.t("Your answer? Everybody who reads the review reads it too."))
    return Answered(review, await ask("words", asked, some_words, takes_anything=True))


@follows(Answered)
def answered(db: Writer, visit: Visit, said: Answered) -> Screen:
    reviews.reply(db, said.review, visit.person_id, said.words, visit.now)
    return Screen(visit.t("Passed on."))


@screen("testimonial")
def as_picture(db: Writer, visit: Visit, review: str = "") -> Screen:
    """The picture of a review whose buyer said yes, and still does."""
    found = reviews.of_seller(db, a_number(review), visit.person_id)
    if not found.may_show or not consents.has(db, found.person_id, found.shop_id, "testimonial"):
        return Screen(visit.t("Its buyer would rather not have it shown."))
    shop = db.get_one(Shop, found.shop_id)
    one = next((one for one in reviews.of_shop(db, shop.id, public=True) if one.id == found.id), None)
    if one is None:
        raise NotYours
    return screens.testimonial(visit.t, shop, one)


# -- news ------------------------------------------------------------------------------------------------

NEWS = re.compile(
    r"(?:kabarkan|kabari pelanggan|umumkan|siarkan|broadcast|announce)\s*:?\s+(?P<words>.{5,})", re.I | re.S
)


@command("subscribe")
def subscribe_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*kabari saya*: news of the shop in view, and only because she asked."""
    if visit.shop_id is None:
        return Screen(visit.t("Of which shop? Open its link first."))
    return subscribed(db, visit, str(visit.shop_id))


@action("news")
def subscribed(db: Writer, visit: Visit, shop: str) -> Screen:
    found = db.get(Shop, a_number(shop))
    if found is None:
        raise NotYours
    consents.give(db, visit.person_id, found.id, "promotion", visit.channel, visit.now)
    return screens.subscribed(visit.t, found.name, found.id)


@action("no_news")
def no_news(db: Writer, visit: Visit, shop: str) -> Screen:
    found = db.get(Shop, a_number(shop))
    if found is None:
        raise NotYours
    broadcasts.refuse(db, found.id, visit.person_id, visit.now)
    return screens.unsubscribed(visit.t, found.name)


@dataclass(frozen=True)
class News:
    shop: int
    words: str


@aside(44)
def news_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*kabarkan: PO brownies dibuka lagi*, from who sells."""
    match = NEWS.fullmatch(heard.text.strip()) if heard.kind == "text" and not visit.is_asked else None
    found = mine(db, visit, "0") if match else []
    if match is None or len(found) != 1:
        return None
    broadcasts.may(db, found[0], visit.now)
    words = clean(match["words"])[:NEWS_LONGEST]
    return Begin("announcing", {"shop": found[0].id}, answers={"words": words})


@script("announcing")
async def announcing(visit: Visit, shop: int) -> Outcome:
    words = await ask("words", Screen(visit.t("What is the news?")), some_words, takes_anything=True)
    many = await look(broadcasts.audience, shop)
    options = {"yes": visit.t("Yes, send it"), "no": visit.t("No")}
    if await choose("sure", screens.broadcast_asked(visit.t, words, many), options) == "no":
        return Screen(visit.t("Fine, nothing was sent."))
    return News(shop, words)


@follows(News)
def announced(db: Writer, visit: Visit, news: News) -> Screen:
    shop = db.get(Shop, news.shop)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    many = broadcasts.may(db, shop, visit.now)
    broadcasts.send(db, shop, news.words, visit.now)
    return screens.broadcast_begun(visit.t, many)
