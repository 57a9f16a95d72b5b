"""What a buyer's buttons and words do."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from bots.dialogue import Choice, Heard, Screen, do, go, is_number
from bots.screens import buyer
from bots.screens.wording import counted
from bots.scripts import buying as script
from bots.visit import SCREENS, Begin, Outcome, Visit, action, aside, command, screen
from storefront.database import Reader, Writer
from storefront.earning import deals
from storefront.models import Order, Shop
from storefront.reading import words
from storefront.reading.noise import plain
from storefront.refusals import AlreadyDone, CaseOpen, NotYours
from storefront.selling import cases, catalogue
from storefront.selling.batches import label
from storefront.selling.orders import changing, deposits, finding, fulfilling, paying
from storefront.selling.orders.views import Whole, facts_of, may_cancel

WAYS = {
    "qris": "qris",
    "transfer": "transfer",
    "tf": "transfer",
    "cod": "cod",
}
WORDS_MOST = 3
HANDS_TO_SEE = 6
EATEN_WITHIN = timedelta(days=30)


def a_number(text: str) -> int:
    """A row's number as a button carries it; anything else is somebody else's business."""
    if not is_number(text):
        raise NotYours
    return int(text)


# -- paying ------------------------------------------------------------------------------------------


@action("pay_qris")
def pay_qris(db: Writer, visit: Visit, order: str) -> Screen:
    return script.pay(db, visit, a_number(order), "qris")


@action("pay_transfer")
def pay_transfer(db: Writer, visit: Visit, order: str) -> Screen:
    return script.pay(db, visit, a_number(order), "transfer")


@action("pay_cod")
def pay_cod(db: Writer, visit: Visit, order: str) -> Screen:
    return script.pay(db, visit, a_number(order), "cod")


@screen("ways")
def ways(db: Writer, visit: Visit, order: str = "") -> Screen:
    """*Ganti cara*: every way the seller gave, again."""
    w = paying.owned(db, a_number(order), visit.person_id)
    if w.payment.state != "due" or w.order.state != "placed" or w.payment.accepted_at:
        return standing(db, visit, w)
    return buyer.ways(visit.t, facts_of(w), ways_of(db, w))


def ways_of(db: Reader, w: Whole) -> list[str]:
    ways_ = catalogue.card(db, w.lines[0].product_id).ways
    return [way for way in ways_ if way != "cod"] if w.order.cause_id else ways_


@aside(40)
def way_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*qris*, *cod* or *transfer* said for an order that waits to be paid."""
    said = plain(heard.text).split()
    way = next((WAYS[word] for word in said if word in WAYS), None) if len(said) <= WORDS_MOST else None
    if way is None:
        return None
    waiting = [
        o for o, p in finding.open_of_buyer(db, visit.person_id) if p.state == "due" and not p.accepted_at and o.total
    ]
    if len(waiting) == 1:
        return script.pay(db, visit, waiting[0].id, way)
    ways_ = tuple(do(f"{one.code} · {buyer.WAYS[way]}", f"pay_{way}", one.id) for one in waiting)
    return Screen(visit.t("Which one do you mean?"), choices=ways_) if waiting else None


@action("paid")
def paid(db: Writer, visit: Visit, order: str) -> Screen:
    return claimed(db, visit, a_number(order), None)


@action("proof")
def proof(db: Writer, visit: Visit, order: str, media: str) -> Screen:
    return claimed(db, visit, a_number(order), a_number(media))


def claimed(db: Writer, visit: Visit, order_id: int, proof_id: int | None) -> Screen:
    """She says she paid; the seller is asked, she is thanked."""
    try:
        w = paying.claim(db, order_id, visit.person_id, proof_id, visit.now)
    except AlreadyDone:
        return standing(db, visit, paying.owned(db, order_id, visit.person_id))
    return buyer.claimed(visit.t, facts_of(w))


@command("paid_claim")
def paid_claim(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*sudah*: the order that waits to be paid; with several, which one."""
    orders = finding.open_of_buyer(db, visit.person_id)
    prepaid = [(o, p) for o, p in orders if o.state == "placed" and o.total and p.method != "cod"]
    due = [o for o, p in prepaid if p.state == "due"]
    waiting = due or [o for o, p in prepaid if p.state == "claimed"]
    if len(waiting) == 1:
        return claimed(db, visit, waiting[0].id, None)
    if waiting:
        choices = tuple(do(order_label(db, one), "paid", one.id) for one in waiting)
        return Screen(visit.t("Which order did you pay?"), choices=choices)
    return already(db, visit, [o for o, _ in orders])


def already(db: Writer, visit: Visit, orders: Sequence[Order]) -> Outcome | None:
    """*sudah*, with nothing to pay: show where things stand instead of guessing."""
    if len(orders) == 1:
        return standing(db, visit, paying.owned(db, orders[0].id, visit.person_id))
    if orders:
        return Screen(
            visit.t("Which one do you mean?"), choices=tuple(go(order_label(db, o), "order", o.id) for o in orders)
        )
    return None


def order_label(db: Reader, order: Order) -> str:
    """``DR-0001 · Dapur Rina``: an order by its number and whose it is."""
    shop = db.scalar(select(Shop.name).where(Shop.id == order.shop_id)) or ""
    return f"{order.code} · {shop}"[:60]


def proof_choice(db: Reader, order: Order, media: int) -> Choice:
    return do(order_label(db, order), "proof", order.id, media)


# -- where an order stands ---------------------------------------------------------------------------


@screen("order")
def order_screen(db: Writer, visit: Visit, order: str = "") -> Screen:
    return standing(db, visit, paying.owned(db, a_number(order), visit.person_id))


def standing(db: Reader, visit: Visit, w: Whole) -> Screen:
    may = may_cancel(w, visit.now)
    shown = buyer.status(visit.t, facts_of(w), ways_of(db, w), may_cancel=may)
    short = w.order.state == "placed" and w.batch.minimum and w.batch.taken < w.batch.minimum and not w.batch.closed_at
    company = (go(visit.t("Chip in together"), "pool", w.batch.product_id),) if short else ()
    choices = [one for one in shown.choices if w.order.cause_id is None or not one.data.startswith("d:received")]
    return replace(shown, choices=(*choices, *company))


# -- cancelling --------------------------------------------------------------------------------------


@command("cancel")
def cancel_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*batal* always asks about an open order; with several, about which."""
    orders = [o for o, _ in finding.open_of_buyer(db, visit.person_id) if o.state == "placed"]
    if len(orders) == 1:
        return cancel_screen(db, visit, str(orders[0].id))
    if orders:
        choices = tuple(go(order_label(db, one), "cancel", one.id) for one in orders)
        return Screen(visit.t("Which order should be cancelled?"), choices=choices)
    return Screen(visit.t("Fine, nothing is open. Write <i>menu</i> to see what I can do."))


@command("dropped")
def dropped(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*batal* in the middle of a question: the question is gone; an order that is open is asked about."""
    if any(order.state == "placed" for order, _ in finding.open_of_buyer(db, visit.person_id)):
        return cancel_said(db, visit, heard)
    return Screen(visit.t("Fine, that is dropped. Write <i>menu</i> to see what I can do."))


@screen("cancel")
def cancel_screen(db: Writer, visit: Visit, order: str = "") -> Screen:
    w = paying.owned(db, a_number(order), visit.person_id)
    if not may_cancel(w, visit.now):
        too_late = visit.t(
            "{code} can no longer be cancelled here, {kak}; the seller may still agree to it.", code=w.order.code
        )
        return Screen(too_late, choices=(go(visit.t("Talk to the seller"), "talk", w.shop.id),), about=w.order.code)
    facts = {**facts_of(w), "forfeited": deposits.is_forfeited(w, visit.now)}
    return buyer.cancel_asked(visit.t, facts)


@action("cancel")
def cancel(db: Writer, visit: Visit, order: str) -> Screen:
    return buyer.cancelled(visit.t, facts_of(changing.cancel(db, a_number(order), visit.person_id, visit.now)))


@action("agree_cancel")
def agree_cancel(db: Writer, visit: Visit, order: str) -> Screen:
    return buyer.cancelled(visit.t, facts_of(changing.agree_to_cancel(db, a_number(order), visit.person_id, visit.now)))


@action("keep")
def keep(db: Writer, visit: Visit, order: str) -> Screen:
    w = changing.keep(db, a_number(order), visit.person_id, visit.now)
    return Screen(visit.t("Good, {code} stands. I have told the seller.", code=w.order.code), about=w.order.code)


@action("refunded")
def refunded(db: Writer, visit: Visit, order: str) -> Screen:
    w = changing.refund_arrived(db, a_number(order), visit.person_id, visit.now)
    return Screen(visit.t("Good to hear, {kak}. {code} is settled.", code=w.order.code), about=w.order.code)


# -- receiving ---------------------------------------------------------------------------------------


@action("received")
def received(db: Writer, visit: Visit, order: str) -> Screen:
    return buyer.how_was_it(visit.t, facts_of(fulfilling.receive(db, a_number(order), visit.person_id, visit.now)))


@action("stars")
def stars(db: Writer, visit: Visit, order: str, given: str) -> Screen:
    """Keep the review; who liked it very much is asked to tell, once."""
    w = fulfilling.review(db, a_number(order), visit.person_id, int(given), visit.now)
    if int(given) < 4:
        return buyer.sorry_to_hear(visit.t, facts_of(w))
    recommends = deals.of(db, w.shop.id, visit.person_id)
    if w.shop.rate_bp and not recommends and int(given) == 5:
        return buyer.tell_neighbours(visit.t, w.shop.rate_bp, w.shop.id, w.order.id)
    return buyer.thanks(visit.t, facts_of(w))


@action("recommend")
def recommend(db: Writer, visit: Visit, shop_id: str) -> Outcome:
    """*Mau*: the buyer becomes a creator of this shop, by the shop's standing invitation."""
    return invited_to(db, visit, db.get_one(Shop, a_number(shop_id)))


@command("recommend")
def recommend_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    if visit.shop_id is None:
        return Screen(visit.t("Which shop would you like to recommend? Open its link first, then write it again."))
    return invited_to(db, visit, db.get_one(Shop, visit.shop_id))


def invited_to(db: Writer, visit: Visit, shop: Shop) -> Outcome:
    """The seller's published rate is her standing yes; without one, nobody is promised anything."""
    product = catalogue.numbered(db, shop.id, None)
    if shop.rate_bp is None or product is None:
        return Screen(
            visit.t(
                "{shop} does not pay for recommendations yet. I will not promise you what she has not.", shop=shop.name
            )
        )
    standing_ = deals.latest_invitation(db, shop.id)
    if standing_ is None or standing_.rate_bp != shop.rate_bp:
        token = deals.invite(db, shop.id, product.id, shop.rate_bp, visit.now)
        standing_ = deals.invitation(db, token)
    return Begin("agreeing", {"invitation": standing_.id}, shop_id=shop.id)


@command("unsafe")
def unsafe(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """A safety word: help first, a person at once, and the commission of that order waits."""
    eaten = (Order.buyer_id == visit.person_id, Order.state.in_(["sent", "received"]))
    lately = Order.placed_at > visit.now - EATEN_WITHIN
    newest = select(Order).where(*eaten, lately).order_by(Order.id.desc()).limit(HANDS_TO_SEE)
    recent = db.scalars(newest).all()
    if len({order.shop_id for order in recent}) == 1:
        return report_unsafe(db, visit, recent[0].id, heard.text[:300])
    choices = tuple(do(order_label(db, order), "unsafe", order.id) for order in recent)
    return replace(buyer.unsafe_noted(visit.t, None), choices=choices)


@action("unsafe")
def unsafe_order(db: Writer, visit: Visit, order: str) -> Screen:
    return report_unsafe(db, visit, a_number(order), "")


def report_unsafe(db: Writer, visit: Visit, order_id: int, said: str) -> Screen:
    try:
        w = cases.report(db, order_id, visit.person_id, visit.now, kind="unsafe", said=said)
    except CaseOpen:  # everybody knows already; help is said once more all the same
        w = paying.owned(db, order_id, visit.person_id)
    return buyer.unsafe_noted(visit.t, facts_of(w))


# -- ordering again, another quantity ----------------------------------------------------------------


@command("same_again")
def same_again(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """The last order as a draft; with several shops, which one."""
    last = finding.last_of_buyer(db, visit.person_id)
    if not last:
        return Screen(visit.t("You have not ordered anything yet, {kak}. Open a shop's link first."))
    if len(last) > 1:
        choices = tuple(go(order_label(db, one), "again", one.id) for one in last[:8])
        return Screen(visit.t("Which one again?"), choices=choices)
    return draft(db, visit, last[0])


@screen("again")
def again(db: Writer, visit: Visit, order: str = "") -> Screen:
    w = paying.owned(db, a_number(order), visit.person_id)
    return draft(db, visit, w.order)


def draft(db: Reader, visit: Visit, order: Order) -> Screen:
    lines = finding.wanted_of(db, order.id)
    alone = len({line.product_id for line in lines}) == 1
    what = " + ".join(counted(line.quantity, label(line, alone=alone), line.unit) for line in lines)
    if alone:
        text = visit.t(
            "Like last time: {product}, {lines}. Shall I order it?", product=lines[0].product_name, lines=what
        )
    else:
        text = visit.t("Like last time: {lines}. Shall I order it?", lines=what)
    choices = (do(visit.t("Yes, order"), "again", order.id), go(visit.t("Another time"), "another_time"))
    return Screen(text, choices=choices, about=order.code)


@action("again")
def order_again(db: Writer, visit: Visit, order: str) -> Outcome:
    """Begin an order with what was wanted last time; today's prices and today's batch hold."""
    w = paying.owned(db, a_number(order), visit.person_id)
    alone = len({line.product_id for line in w.lines}) == 1
    said = ", ".join(f"{line.quantity} {label(line, alone=alone) or line.unit}".strip() for line in w.lines)
    answers = {"order": said}
    if catalogue.card(db, w.lines[0].product_id).product.mix_kinds:
        answers = {"order": str(w.lines[0].quantity), f"mix{w.lines[0].product_id}": w.lines[0].variant_name}
    return Begin("buying", {"product": w.lines[0].product_id}, shop_id=w.shop.id, answers=answers)


# -- an order by its number --------------------------------------------------------------------------


@aside(20)
def about_order(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*cek 0001*, *batal DR-0001*: one order by its number, for whoever may see it."""
    said = words.numbered(heard.text)
    if said is None:
        return None
    verb, number = said
    code = words.code_of_order(heard.text) or number
    found = finding.by_code(db, code, visit.person_id)
    if not found:
        return Screen(visit.t("I find no order {code} that concerns you, {kak}.", code=code))
    target = "check" if verb == "check" else "stop_order"
    if len(found) > 1:
        choices = tuple(go(order_label(db, one), target, one.id) for one in found)
        return Screen(visit.t("Which one do you mean?"), choices=choices)
    return SCREENS[target](db, visit, str(found[0].id))


@screen("stop_order")
def stop_order(db: Writer, visit: Visit, order: str = "") -> Outcome:
    """*batal DR-0001* by its buyer asks once; by its seller it asks the buyer."""
    found = db.get(Order, a_number(order))
    if found is not None and found.buyer_id == visit.person_id:
        return cancel_screen(db, visit, order)
    return SCREENS["seller_cancel"](db, visit, order)
