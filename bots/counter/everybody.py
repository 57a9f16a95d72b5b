"""What anybody may say: hello, menu, a language, stop; and what nobody understood."""

import re
from collections.abc import Sequence

from sqlalchemy import select

from bots.counter import buyer as buying
from bots.counter.cases import for_a_case
from bots.counter.shelf import goods, photo_added
from bots.counter.telling import kitchen_photo_sent
from bots.dialogue import Choice, Heard, Screen, do, go, link
from bots.screens import inbox, money
from bots.screens.wording import paragraphs
from bots.visit import Begin, Outcome, Respoken, Visit, aside, command, screen
from storefront import consents, media, people
from storefront.database import Reader, Writer
from storefront.earning import deals, sharing
from storefront.models import Deal, Order, Shop, Touch
from storefront.phrases import Voice
from storefront.reading.captions import read_caption
from storefront.reading.noise import plain
from storefront.reading.prices import find_prices
from storefront.selling import shops, staff
from storefront.selling.orders import finding
from storefront.web.tokens import data_link

SHOPS_SHOWN = 5


@command("greeting")
def greeting(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return front_door(db, visit)


@command("menu")
def menu(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    return front_door(db, visit)


@screen("front")
def front(db: Writer, visit: Visit) -> Outcome:
    return front_door(db, visit)


def front_door(db: Writer, visit: Visit) -> Screen:
    """Where am I, what can I do: the shops one knows, one's own orders, a code, or selling."""
    t = visit.t
    helped = staff.shops_of(db, visit.person_id)
    if mine := [one for one in helped if one.owner_id == visit.person_id]:
        return at_home(db, visit, mine)
    if helped:
        return with_own_orders(db, visit, inbox.menu_of_staff(t, ", ".join(one.name for one in helped)))
    known = shops_known(db, visit.person_id, visit.shop_id)
    orders = finding.open_of_buyer(db, visit.person_id)
    hello = t("Hello {kak}! This is Getok: home shops of your neighbours, right here in the chat.")
    how = t("Have a code? Just write it. Want to sell? Send a photo with a price, or tap below.")
    choices = [go(one.name, "shop", one.id) for one in known]
    choices += [go(t("Order {code}", code=order.code), "order", order.id) for order, _ in orders[:3]]
    if is_creator(db, visit.person_id):
        choices += [go(t("My commissions"), "earnings"), go(t("What it brought"), "results")]
    return Screen(paragraphs(hello, how), choices=(*choices, go(t("Start selling"), "start_selling")))


def at_home(db: Writer, visit: Visit, mine: Sequence[Shop]) -> Screen:
    """A seller's menu; who also buys or recommends finds that here too."""
    t = visit.t
    if len(mine) == 1:
        base = with_trial(db, visit, inbox.menu(t, mine[0].name, mine[0].id), mine[0])
    else:
        base = inbox.menu(t, ", ".join(one.name for one in mine), 0)
    return with_own_orders(db, visit, base)


def with_trial(db: Writer, visit: Visit, base: Screen, shop: Shop) -> Screen:
    """Once, to whoever has a sticker: a payment of Rp1.000 to herself shows whether her bank takes amounts."""
    if shop.qris_check is not None or shops.destination_for(db, shop.id, "qris") is None:
        return base
    shops.note_trial(db, shop.id, "offered")
    asked = paragraphs(base.text, money.trial_asked(visit.t))
    return Screen(asked, choices=(*base.choices, go(visit.t("Try my QRIS"), "try_qris", shop.id)))


def with_own_orders(db: Reader, visit: Visit, base: Screen) -> Screen:
    """A seller's menu, with what she has ordered or recommends herself."""
    t = visit.t
    more: list[Choice] = [
        go(t("Order {code}", code=order.code), "order", order.id)
        for order, _ in finding.open_of_buyer(db, visit.person_id)[:3]
    ]
    if is_creator(db, visit.person_id):
        more += [go(t("My commissions"), "earnings"), go(t("What it brought"), "results")]
    return Screen(base.text, choices=(*base.choices, *more))


def shops_known(db: Reader, person_id: int, in_view: int | None) -> Sequence[Shop]:
    """The shops a person ordered from or came to by a link, and the one in view."""
    ordered = select(Order.shop_id).where(Order.buyer_id == person_id)
    touched = select(Touch.shop_id).where(Touch.person_id == person_id)
    known = select(Shop).where(Shop.id.in_(ordered) | Shop.id.in_(touched) | (Shop.id == in_view))
    return db.scalars(known.order_by(Shop.id.desc()).limit(SHOPS_SHOWN)).all()


def is_creator(db: Reader, person_id: int) -> bool:
    return db.scalar(select(Deal.id).where(Deal.creator_id == person_id).limit(1)) is not None


@screen("start_selling")
def start_selling_screen(db: Writer, visit: Visit) -> Outcome:
    return Begin("opening", {"slow": 1})


@command("start_selling")
def start_selling(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*mulai jualan*; a bare *jualan* of somebody who sells already means what she sells."""
    if plain(heard.text) == heard.text.strip().casefold() == "jualan" and shops.owned_by(db, visit.person_id):
        return goods(db, visit)
    return Begin("opening", {"slow": 1})


@command("english")
def english(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    people.change(db, visit.person_id, language="en")
    voice = Voice("en", visit.place.zone, visit.t.is_bunda)
    return Respoken(Screen(voice("From now on in English, with pleasure.")), voice)


@command("indonesian")
def indonesian(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    people.change(db, visit.person_id, language="id")
    voice = Voice("id", visit.place.zone, visit.t.is_bunda)
    return Respoken(Screen(voice("From now on in Indonesian, with pleasure.")), voice)


@command("stop")
def stop(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    people.change(db, visit.person_id, wants_promotion=False)
    consents.take_back(db, visit.person_id, visit.now, kind="promotion")
    sharing.no_more(db, visit.person_id)
    return Screen(visit.t("Fine, no promotion for you, {kak}. News of your orders still comes."))


@command("resume")
def resume(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    people.change(db, visit.person_id, wants_promotion=True)
    return front_door(db, visit)


@command("delete_me")
def delete_me(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """Everybody may be forgotten; a shop is closed first, because others rely on it."""
    if shops.owned_by(db, visit.person_id):
        return Screen(
            visit.t(
                "You have a shop here; its buyers and neighbours rely on it. Please ask the operator to close it first."
            )
        )
    return Begin("erasing", {})


@command("my_data")
def my_data(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*data saya*: everything that is kept of her, to look at and to take along."""
    address = data_link(db.vault, visit.place.public_url, visit.person_id, visit.now)
    text = visit.t("Everything I keep of you, {kak} (the link holds for 10 minutes). <i>Delete my data</i> erases it.")
    return Screen(text, choices=(link(visit.t("My data"), address),))


@command("lost")
def lost(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    text = visit.t("I did not get that, {kak}. Write <i>menu</i> to see what I can do, or <i>talk to the seller</i>.")
    return Screen(text, choices=(go(visit.t("Menu"), "front"),))


THANKS = re.compile(
    r"(?:makasi\w*|terima ?kasih|trims|tq|thx|thanks?|thank you|suwun|hatur nuhun)(?: (?:banyak|so much|you))?"
)
ASKS_WHERE = re.compile(
    r"\b(?:kapan|sampai mana|sampe mana|belum sampai|blm sampai|belum dateng|belum datang|nyampe|status|cek pesanan"
    r"|pesanan saya|my order|when|where is)\b"
)


@aside(80)
def thanked(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return Screen(visit.t("You are welcome, {kak}!")) if THANKS.fullmatch(plain(heard.text)) else None


@aside(85)
def asked_where(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*kapan dikirim?*: where the open orders stand."""
    if not ASKS_WHERE.search(heard.text.casefold()):
        return None
    return buying.already(db, visit, [order for order, _ in finding.open_of_buyer(db, visit.person_id)])


@screen("later")
def later(db: Writer, visit: Visit) -> Outcome:
    return Screen(visit.t("All right. Write <i>invite</i> whenever you like."))


@screen("another_time")
def another_time(db: Writer, visit: Visit) -> Outcome:
    return Screen(visit.t("All right, {kak}. Thank you for ordering!"))


# -- pictures and people -----------------------------------------------------------------------------


@command("photo")
def photo(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """A picture nobody asked for: a seller's listing, else a buyer's proof, else the beginning of a shop."""
    waiting = finding.awaiting_proof(db, visit.person_id)
    mine = shops.owned_by(db, visit.person_id)
    looks_listed = bool(find_prices(heard.text)) or read_caption(heard.text, visit.now, visit.place.zone).preorder
    if mine and not looks_listed and KITCHEN.match(heard.text.strip()) and heard.picture:
        return kitchen_photo(db, visit, mine, heard)
    if mine and (added := photo_added(db, visit, heard)):
        return added
    if mine and (looks_listed or not waiting):
        return Begin("listing", {}, first=heard)
    if waiting and not looks_listed:
        return proof(db, visit, heard, waiting, sells=bool(mine))
    if not looks_listed and (belongs := for_a_case(db, visit, heard)):
        return belongs
    if not mine and not looks_listed and (told := deals.running(db, visit.person_id, visit.now)):
        return perhaps_a_picture(db, visit, heard, told)
    if heard.text and not mine:
        return Begin("opening", {"slow": 0}, first=heard)
    return Screen(visit.t("A nice picture! Would you like to sell it? Send it again with its name and price."))


KITCHEN = re.compile(r"(?:di balik )?(?:dapur|kitchen|behind the scenes)\s*(?::\s*|$)", re.IGNORECASE)


def kitchen_photo(db: Writer, visit: Visit, mine: Sequence[Shop], heard: Heard) -> Outcome:
    """*dapur: adonan pagi ini*: for the album, not for the shelf."""
    assert heard.picture, "a photo brings its picture"
    words = KITCHEN.sub("", heard.text.strip(), count=1)[:200]
    kept = media.keep(db, visit.person_id, heard.picture, visit.now)
    if len(mine) == 1:
        return kitchen_photo_sent(db, visit, mine[0].id, kept, words)
    return Begin("kitchen_of", {"media": kept}, answers={"words": words or "-"})


def perhaps_a_picture(db: Writer, visit: Visit, heard: Heard, told: Sequence[Deal]) -> Screen:
    """A photo of who recommends: it may be meant for a picture to share, and is asked about first."""
    assert heard.picture, "a photo brings its picture"
    kept = media.keep(db, visit.person_id, heard.picture, visit.now)
    names = [(deal.id, db.get_one(Shop, deal.shop_id).name) for deal in told[:5]]
    text = visit.t("Shall I make a picture to share of it? To sell it yourself, send it again with its name and price.")
    choices = tuple(do(visit.t("Picture for {shop}", shop=name), "picture_of", deal, kept) for deal, name in names)
    return Screen(text, choices=choices)


def proof(db: Writer, visit: Visit, heard: Heard, waiting: Sequence[Order], *, sells: bool) -> Outcome:
    """A proof of payment for the one order that waits; with more to choose from, ask which."""
    assert heard.picture, "a photo brings its picture"
    kept = media.keep(db, visit.person_id, heard.picture, visit.now)
    if len(waiting) == 1 and not sells:
        return buying.claimed(db, visit, waiting[0].id, kept)
    choices = tuple(buying.proof_choice(db, order, kept) for order in waiting)
    return Screen(visit.t("Which order is this proof for?"), choices=choices)
