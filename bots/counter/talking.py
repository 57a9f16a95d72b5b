"""Calling a person, and answering who calls: a talk that the bot carries both ways."""

from sqlalchemy import select

from bots import buttons
from bots.counter.buyer import a_number
from bots.dialogue import Heard, Screen, go, is_number
from bots.scripts import talking as script
from bots.scripts.talking import PassOn
from bots.visit import Begin, Outcome, Visit, action, command, screen
from storefront import media
from storefront.database import Reader, Writer
from storefront.models import Order, OutboxMessage, Shop
from storefront.selling import relays, staff
from storefront.selling.orders import finding, paying


@command("talk_to_seller")
def talk_to_seller(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """Call a person. Which one: the shop of the open order, else the shop in view."""
    at = {order.shop_id for order, _ in finding.open_of_buyer(db, visit.person_id)}
    at = at or ({visit.shop_id} if visit.shop_id else set())
    if not at:
        return Screen(visit.t("Which seller? Open the shop's link first, or write the order's number."))
    if len(at) > 1:
        found = [db.get_one(Shop, shop_id) for shop_id in sorted(at)]
        return Screen(visit.t("Which seller?"), choices=tuple(go(one.name, "talk", one.id) for one in found))
    return talk(db, visit, str(at.pop()))


@screen("talk")
def talk(db: Writer, visit: Visit, shop_id: str = "") -> Outcome:
    """A buyer calls: the shop hears it once an hour, and what she writes from now on at once."""
    shop = db.get(Shop, int(shop_id)) if is_number(shop_id) else None
    if shop is None:
        return Screen(visit.t("I do not know that shop."))
    if shop.owner_id == visit.person_id:
        return Screen(visit.t("This is your own shop."))
    order = latest_order(db, shop.id, visit.person_id)
    relay = relays.opened(db, shop.id, visit.person_id, order.id if order else None, visit.now)
    this_hour = f"talk:{visit.person_id}:{shop.id}:{visit.now:%Y%m%d%H}"
    if buttons.use(db, this_hour, visit.person_id, visit.now):  # one call an hour is a call, more is a nuisance
        facts = {"relay": relay.id, "buyer": visit.name, "shop": shop.name, "code": order.code if order else ""}
        staff.tell(db, shop, "wants_person", facts, visit.now, buyer_id=visit.person_id)
    return Begin("talking", {"relay": relay.id}, shop_id=shop.id)


def latest_order(db: Reader, shop_id: int, buyer_id: int) -> Order | None:
    mine = select(Order).where(Order.shop_id == shop_id, Order.buyer_id == buyer_id, Order.is_open)
    return db.scalar(mine.order_by(Order.id.desc()).limit(1))


@screen("talk_buyer")
def talk_buyer(db: Writer, visit: Visit, order_id: str = "") -> Outcome:
    """A seller writes to the buyer of an order."""
    w = paying.sold_by(db, a_number(order_id), visit.person_id, by_staff=True)
    relay = relays.opened(db, w.shop.id, w.order.buyer_id, w.order.id, visit.now)
    return Begin("talking", {"relay": relay.id})


@screen("answer")
def answer(db: Writer, visit: Visit, relay: str = "") -> Outcome:
    """*Balas*: what is written next goes to the other side, also when the talk had ended meanwhile."""
    found = relays.going_on(db, a_number(relay), visit.person_id, visit.now)
    return Begin("talking", {"relay": found.id})


@action("end_talk")
def end_talk(db: Writer, visit: Visit, relay: str) -> Outcome:
    return script.over(db, visit, a_number(relay))


@command("replied")
def replied(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """A reply to what somebody said through us goes to her, whatever else is being asked."""
    relay = relay_shown(db, heard) if heard.shown and heard.kind in {"text", "photo"} else None
    if relay is None or not (heard.text.strip() or heard.picture):
        return None
    kept = media.keep(db, visit.person_id, heard.picture, visit.now) if heard.picture else None
    return PassOn(relay, heard.text, kept, goes_on=False)


def relay_shown(db: Reader, heard: Heard) -> int | None:
    """The talk of the message she replied to."""
    shown = (OutboxMessage.provider_id == heard.shown, OutboxMessage.channel == heard.channel)
    query = select(OutboxMessage.facts).where(*shown, OutboxMessage.address == heard.address)
    facts = db.scalar(query.limit(1))
    relay = (facts or {}).get("relay")
    return relay if isinstance(relay, int) else None
