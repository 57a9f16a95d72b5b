"""Money that is not simply there: other sums, parts of it, returns, deposits, coupons, resellers, papers."""

from bots.counter.buyer import a_number, order_label
from bots.counter.seller import mine, owned, which_shop
from bots.dialogue import Heard, Screen, do, link
from bots.screens import buyer, money, seller
from bots.screens.wording import paragraphs
from bots.scripts import buying as script
from bots.scripts.managing import wares_of
from bots.scripts.small import AmountCame
from bots.visit import Begin, Outcome, Visit, action, aside, command, entrance, follows, screen
from storefront import people, qris
from storefront.database import Reader, Writer
from storefront.models import Order, Payment
from storefront.reading.dealing import (
    CameWords,
    CouponEnd,
    CouponWords,
    DepositWords,
    RefundWords,
    ResellerPrice,
    Said,
    cash_said,
    coupon_said,
    read_dealing,
)
from storefront.refusals import AlreadyDone, BatchClosed, NotYours, SoldOut, TooMuchBack
from storefront.selling import catalogue, coupons, editing, receipts, resellers, shops, staff
from storefront.selling.coupons import Terms
from storefront.selling.orders import confirming, deposits, finding, paying, refunding
from storefront.selling.orders.views import Whole, buyer_facts, facts_of
from storefront.web import tokens

TRIAL = 1_000  # rupiah a seller pays to herself, once


# -- what arrived ----------------------------------------------------------------------------------------


@action("money_arrived")
def money_arrived(db: Writer, visit: Visit, order: str) -> Screen:
    """*Uang masuk*. Money that comes after its hold, for a place that is gone, asks what to do with it."""
    try:
        w = confirming.confirm(db, a_number(order), visit.person_id, visit.now)
    except (SoldOut, BatchClosed):
        return money.came_late(visit.t, facts_of(paying.sold_by(db, a_number(order), visit.person_id)))
    return confirmed(visit, w)


def confirmed(visit: Visit, w: Whole) -> Screen:
    if w.payment.part == "balance" and w.payment.state == "due":
        return money.deposit_arrived(visit.t, facts_of(w))
    return seller.paid(visit.t, facts_of(w))


@action("undo")
def undo(db: Writer, visit: Visit, order: str) -> Screen:
    return seller.undone(visit.t, facts_of(confirming.undo(db, a_number(order), visit.person_id, visit.now)))


@follows(AmountCame)
def amount_came(db: Writer, visit: Visit, intent: AmountCame) -> Screen:
    return came(db, visit, intent.order, intent.amount)


@screen("other_amount")
def other_amount(db: Writer, visit: Visit, order: str = "") -> Outcome:
    w = paying.sold_by(db, a_number(order), visit.person_id)
    return Begin("amount_came", {"order": w.order.id})


@action("rest_arrived")
def rest_arrived(db: Writer, visit: Visit, order: str) -> Screen:
    return confirmed(visit, confirming.confirm(db, a_number(order), visit.person_id, visit.now))


@action("accept_short")
def accept_short(db: Writer, visit: Visit, order: str) -> Screen:
    return confirmed(visit, confirming.accept_short(db, a_number(order), visit.person_id, visit.now))


@action("return_late")
def return_late(db: Writer, visit: Visit, order: str) -> Screen:
    w = confirming.return_late(db, a_number(order), visit.person_id, visit.now)
    return Screen(visit.t("Thank you. The buyer of {code} has been told.", code=w.order.code), about=w.order.code)


@action("leave_it")
def leave_it(db: Writer, visit: Visit, refund: str) -> Screen:
    w = refunding.leave_it(db, a_number(refund), visit.person_id, visit.now)
    return Screen(visit.t("That is kind, {kak}. {shop} has been told.", shop=w.shop.name), about=w.order.code)


@action("part_returned")
def part_returned(db: Writer, visit: Visit, refund: str) -> Screen:
    w, _ = refunding.part_returned(db, a_number(refund), visit.person_id, visit.now)
    return Screen(
        visit.t("Thank you. I am asking the buyer of {code} whether it arrived.", code=w.order.code), about=w.order.code
    )


@action("part_arrived")
def part_arrived(db: Writer, visit: Visit, refund: str) -> Screen:
    w = refunding.part_arrived(db, a_number(refund), visit.person_id, visit.now)
    return Screen(visit.t("Good to hear, {kak}. {code} is settled.", code=w.order.code), about=w.order.code)


@action("refund")
def refund(db: Writer, visit: Visit, order: str, amount: str) -> Screen:
    """Promised to the buyer; the seller sends it from her own account and says so."""
    w, refund_id = refunding.propose(db, a_number(order), visit.person_id, a_number(amount), visit.now)
    if refund_id is None:
        return money.refund_proposed_noted(visit.t, facts_of(w))
    return money.refund_to_send(visit.t, {**buyer_facts(db, w), **refunding.facts_of_refund(db, refund_id)})


@action("refund_right")
def refund_right(db: Writer, visit: Visit, refund: str) -> Screen:
    """The buyer knows of it."""
    w = refunding.agree(db, a_number(refund), visit.person_id, visit.now)
    text = visit.t("Thank you, {kak}. I will ask you when it has arrived.")
    return Screen(text, about=w.order.code)


@action("refund_wrong")
def refund_wrong(db: Writer, visit: Visit, refund: str) -> Screen:
    w = refunding.decline(db, a_number(refund), visit.person_id, visit.now)
    return Screen(visit.t("Good: {code} stays as it is.", code=w.order.code), about=w.order.code)


# -- what a seller writes --------------------------------------------------------------------------------


@aside(45)
def dealing_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*kupon HEMAT10 10%*, *dp brownies 50%*, *harga reseller ...*, *refund DR-0001 20rb*: only from who sells."""
    if heard.kind != "text" or not heard.text:
        return None
    owned_ = mine(db, visit, "0")
    if not owned_:
        return None
    said = read_dealing(heard.text, wares_of(db, visit.person_id), visit.now, visit.place.zone)
    return done(db, visit, said) if said else None


def done(db: Writer, visit: Visit, said: Said) -> Outcome:
    match said:
        case CouponWords():
            return coupon_made(db, visit, said)
        case CouponEnd(code):
            ended = sum(coupons.end(db, one.id, code, visit.now) for one in mine(db, visit, "0"))
            return coupons_shown(db, visit).after(visit.t("{code} has ended.", code=code)) if ended else nothing(visit)
        case DepositWords():
            return deposit_set(db, visit, said)
        case ResellerPrice():
            return reseller_price_set(db, visit, said)
        case RefundWords(code, amount):
            return refund_asked(db, visit, code, amount)
        case CameWords(code, amount):
            return came(db, visit, sold_under(db, visit, code).order.id, amount)
    raise AssertionError(said)


def nothing(visit: Visit) -> Screen:
    return Screen(visit.t("There is no such coupon."))


def coupon_made(db: Writer, visit: Visit, said: CouponWords) -> Screen:
    terms = Terms(said.code, said.bp, said.amount, said.least, said.most_uses, said.ends_on)
    for shop in mine(db, visit, "0"):
        coupons.make(db, shop.id, terms, visit.now)
    shop = mine(db, visit, "0")[0]
    made = coupons.named(db, shop.id, said.code)
    assert made, "it has just been made"
    return money.coupon_made(visit.t, made, shop.currency)


@command("coupons")
def coupons_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return coupons_shown(db, visit) if mine(db, visit, "0") else None


@screen("coupons")
def coupons_shown(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    hers = mine(db, visit, shop)
    if not hers:
        raise NotYours
    found = [one for each in hers for one in coupons.of_shop(db, each.id)]
    return money.coupons(visit.t, found, hers[0].currency)


def deposit_set(db: Writer, visit: Visit, said: DepositWords) -> Screen:
    shown = []
    for product_id in said.products:
        card = editing.owned(db, product_id, visit.person_id)
        days = {"balance_days": said.balance_days, "forfeit_days": said.forfeit_days}
        editing.change(db, card, deposit_bp=said.bp, **days)
        shown.append(money.deposit_set(visit.t, editing.owned(db, product_id, visit.person_id).product).text)
    return Screen(paragraphs(*shown))


def reseller_price_set(db: Writer, visit: Visit, said: ResellerPrice) -> Screen:
    if len(said.products) != 1:
        return Screen(visit.t("Of which product? For example <i>reseller price brownies 55rb</i>."))
    card = editing.owned(db, said.products[0], visit.person_id)
    resellers.price(db, card.product, said.amount)
    return money.reseller_price_set(visit.t, card.product.name, said.amount, card.product.currency)


def sold_under(db: Writer, visit: Visit, code: str) -> Whole:
    """The order of a number, for whoever sold it."""
    found = finding.by_code(db, code, visit.person_id)
    if not found:
        raise NotYours
    return paying.sold_by(db, found[0].id, visit.person_id)


def refund_asked(db: Writer, visit: Visit, code: str, amount: int | None) -> Screen:
    w = sold_under(db, visit, code)
    most = refunding.refundable(db, w)
    wanted = most if amount is None else amount
    if not 0 < wanted <= most:
        raise TooMuchBack(code=w.order.code, most=visit.t.money(most, w.order.currency))
    return money.refund_asked(visit.t, buyer_facts(db, w), wanted)


def came(db: Writer, visit: Visit, order_id: int, amount: int) -> Screen:
    """So much arrived: exactly, too little, or too much."""
    w = confirming.other_amount(db, order_id, visit.person_id, amount, visit.now)
    facts = facts_of(w)
    if w.payment.state != "confirmed":
        return money.short_noted(visit.t, facts) if w.payment.received else confirmed(visit, w)
    over = [one for one in refunding.open_of_order(db, order_id) if one.reason == "over"]
    if over:
        return money.over_noted(visit.t, {**facts, "back": over[-1].amount, "refund": over[-1].id})
    return confirmed(visit, w)


# -- what a buyer writes ---------------------------------------------------------------------------------


@aside(36)
def coupon_used(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*kupon HEMAT10*, for the order that waits to be paid."""
    code = coupon_said(heard.text) if heard.kind == "text" else None
    if code is None:
        return None
    waiting = [o for o, p in finding.open_of_buyer(db, visit.person_id) if is_waiting(o, p)]
    if len(waiting) == 1:
        return coupon_applied(db, visit, str(waiting[0].id), code)
    if waiting:
        choices = tuple(do(order_label(db, one), "coupon", one.id, code) for one in waiting)
        return Screen(visit.t("Which one do you mean?"), choices=choices)
    return None if mine(db, visit, "0") else money.coupon_first_order(visit.t, code)


def is_waiting(order: Order, payment: Payment) -> bool:
    return order.state == "placed" and payment.state == "due" and payment.accepted_at is None


@action("coupon")
def coupon_applied(db: Writer, visit: Visit, order: str, code: str) -> Screen:
    w = coupons.apply(db, a_number(order), visit.person_id, code, visit.now)
    return buyer.placed(visit.t, facts_of(w), catalogue.card(db, w.lines[0].product_id).ways)


@aside(38)
def cash_noted(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*uang 200rb*: the note she has ready for an order that is paid in cash."""
    ready = cash_said(heard.text) if heard.kind == "text" else None
    if ready is None:
        return None
    in_cash = [o for o, p in finding.open_of_buyer(db, visit.person_id) if p.method == "cod" and p.state == "due"]
    if len(in_cash) == 1:
        return cash_for(db, visit, str(in_cash[0].id), str(ready))
    choices = tuple(do(order_label(db, one), "cash", one.id, ready) for one in in_cash)
    return Screen(visit.t("Which one do you mean?"), choices=choices) if in_cash else None


@action("cash")
def cash_for(db: Writer, visit: Visit, order: str, ready: str) -> Screen:
    w = paying.note_cash(db, a_number(order), visit.person_id, a_number(ready))
    return money.cash_noted(visit.t, facts_of(w))


@action("pay_in_full")
def pay_in_full(db: Writer, visit: Visit, order: str) -> Screen:
    w = deposits.pay_in_full(db, a_number(order), visit.person_id)
    return buyer.placed(visit.t, facts_of(w), catalogue.card(db, w.lines[0].product_id).ways)


# -- the sticker itself, and a seller's trial of it --------------------------------------------------------


@command("sticker")
def sticker_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*stiker*: an app that refuses the code with the amount gets the seller's own one."""
    waiting = [
        o for o, p in finding.open_of_buyer(db, visit.person_id) if p.method == "qris" and p.state in {"due", "claimed"}
    ]
    return sticker(db, visit, str(waiting[-1].id)) if waiting else None


@screen("sticker")
def sticker(db: Writer, visit: Visit, order: str = "") -> Screen:
    w = paying.owned(db, a_number(order), visit.person_id)
    if w.payment.method != "qris" or w.payment.state not in {"due", "claimed"}:
        raise AlreadyDone
    paying.must_be_shown(w)
    return script.by_sticker(db, visit, w)


@screen("try_qris")
def try_qris(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    """Rp1.000 from a seller to herself: whether her bank takes a sticker with an amount in it."""
    one = owned(db, visit, shop)
    where = shops.destination_for(db, one.id, "qris")
    if where is None:
        raise AlreadyDone
    payload = qris.with_amount(people.unsealed(db, where), TRIAL)
    shops.note_trial(db, one.id, "offered")
    return buyer.trial(visit.t, payload, one.id)


@action("trial")
def trial(db: Writer, visit: Visit, shop: str, works: str) -> Screen:
    one = owned(db, visit, shop)
    shops.note_trial(db, one.id, "works" if works == "1" else "fails")
    return money.trial_kept(visit.t, works=works == "1")


# -- resellers -------------------------------------------------------------------------------------------


@command("resellers")
def resellers_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return resellers_shown(db, visit) if mine(db, visit, "0") else None


@screen("resellers")
def resellers_shown(db: Writer, visit: Visit, shop: str = "0") -> Screen:
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "resellers")
    return money.resellers(visit.t, found[0].id, resellers.of_shop(db, found[0].id))


@action("add_reseller")
def add_reseller(db: Writer, visit: Visit, shop: str) -> Screen:
    one = owned(db, visit, shop)
    token = staff.invite(db, one.id, visit.now, role="reseller")
    return money.reseller_invited(visit.t, one.name, f"{visit.place.public_url}/i/{token}")


@action("remove_reseller")
def remove_reseller(db: Writer, visit: Visit, shop: str, person: str) -> Screen:
    one = owned(db, visit, shop)
    resellers.remove(db, one.id, a_number(person), visit.now)
    return resellers_shown(db, visit, str(one.id))


@entrance("reseller")
def by_reseller_link(db: Writer, visit: Visit, token: str) -> Outcome:  # raises NotInvited
    """The link is the seller's yes and opening it is hers: nothing is asked, nothing is owed."""
    shop = resellers.accept(db, token, visit.person_id, visit.now)
    return money.reseller_welcome(visit.t, shop.name)


# -- papers ----------------------------------------------------------------------------------------------


@aside(22)
def paper_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*kuitansi DR-0001*, *invoice DR-0001*: for its buyer and for who sold it."""
    code = receipts.asked_for(heard.text) if heard.kind == "text" else None
    if code is None:
        return None
    found = finding.by_code(db, code, visit.person_id)
    if not found:
        return Screen(visit.t("I find no order {code} that concerns you, {kak}.", code=code))
    return paper(db, visit, str(found[0].id))


@screen("paper")
def paper(db: Writer, visit: Visit, order: str = "") -> Screen:
    """The invoice of an order and the receipts of what has been paid, as a PDF behind a link."""
    w = of_both(db, visit, a_number(order))
    address = tokens.paper_link(db.vault, visit.place.public_url, w.order.id, visit.language, visit.now)
    named = receipts.of_order(db, w.order.id)
    if named:
        numbers = ", ".join(receipts.code_of(w.shop, one) for one in named)
        text = visit.t(
            "The invoice of {code} with its receipt {numbers} (the link holds for half an hour):",
            code=w.order.code,
            numbers=numbers,
        )
    else:
        text = visit.t("The invoice of {code} (the link holds for half an hour):", code=w.order.code)
    return Screen(text, choices=(link("PDF", address),), about=w.order.code)


def of_both(db: Reader, visit: Visit, order_id: int) -> Whole:
    """An order for its buyer or its seller, to look at."""
    w = paying.look_at(db, order_id)
    if visit.person_id not in {w.order.buyer_id, w.shop.owner_id}:
        raise NotYours
    return w
