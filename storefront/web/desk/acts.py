"""What may be done with an order from where it stands: the same deeds as in the chat, by the same use cases.

`offered` is pure: it says which forms a page shows. Whether a deed is still possible when it is pressed is decided by
the use case alone, whose refusal is the answer.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from storefront.database import Writer
from storefront.phrases import marked
from storefront.refusals import BatchClosed, NotAnAmount, NothingSaid, SoldOut
from storefront.selling import cases, relays
from storefront.selling.orders import changing, confirming, fulfilling, paying, refunding
from storefront.selling.orders.browsing import Row, Story
from storefront.selling.orders.paying import UNDO_WITHIN
from storefront.selling.orders.views import Whole
from storefront.web.forms import a_number


@dataclass(frozen=True)
class Act:
    """A form: its name in the address, what its button says, what it asks for."""

    name: str
    label: str
    asks: str = ""  #: amount, words, or nothing
    hint: str = ""
    value: str = ""
    is_main: bool = False
    is_grave: bool = False  #: told apart, and asked about once more


@dataclass(frozen=True)
class Given:
    """What a form brought."""

    order_id: int
    person_id: int
    amount: int | None
    words: str
    value: str
    now: datetime


MONEY = Act("money-arrived", marked("Money arrived"), is_main=True)
NOT_THERE = Act("not-there", marked("Not there"))
OTHER = Act("other-amount", marked("Another amount"), "amount", marked("What arrived"))
SENT = Act("send", marked("Sent"), is_main=True)
READY = Act("send", marked("Ready"), is_main=True)
ACCEPT = Act("accept-cod", marked("Accept COD"), is_main=True)
UNDO = Act("undo", marked("Undo"))
SHORT = Act("accept-short", marked("Leave it at that"))
FEE = Act("fee", marked("This is the fee"), "amount", marked("Delivery fee"), is_main=True)
FREE = Act("fee", marked("Free"), value="free")
COURIER = Act("fee", marked("The buyer pays the courier"), value="courier")
RETURNED = Act("returned", marked("I have returned it"), is_main=True)
REFUND = Act("refund", marked("Give back"), "amount", marked("How much goes back"))
CANCEL = Act("cancel", marked("Ask the buyer to cancel"), is_grave=True)
LATE = Act("return-late", marked("It goes back"))
WRITE = Act("write", marked("Send"), "words", marked("Write to the buyer"))
RESEND = Act("offer", marked("I will bring it again"), value="resend")
ALL_BACK = Act("offer", marked("All of the money back"), value="refund")
PART_BACK = Act("offer", marked("Offer this much"), "amount", marked("A part of the money back"), "part")
MEDIATE = Act("mediate", marked("Ask the mediator"))
NOTE = Act("note", marked("Add"), "words", marked("What I would say about it"))


# -- which -----------------------------------------------------------------------------------------------


def offered(w: Whole, story: Story, now: datetime, *, is_owner: bool, is_reached: bool) -> list[Act]:
    """What she may do now, the likeliest first. Who helps does kitchen and road, the owner what is about money."""
    found = [*(about_money(w, story, now) if is_owner else ()), *on_the_road(w)]
    if w.order.state == "placed":
        found.append(CANCEL if is_reached else Act("cancel", marked("Cancel the order"), is_grave=True))
    return found


def about_money(w: Whole, story: Story, now: datetime) -> list[Act]:
    order, payment = w.order, w.payment
    returns = [
        Act("part-returned", RETURNED.label, value=str(one.id), is_main=True)
        for one in story.refunds
        if one.state == "due"
    ]
    if payment.state == "refund_due":
        returns.append(RETURNED)
    if order.state == "released":
        return [*returns, MONEY, LATE]
    if order.state == "cancelled" or order.total is None:
        return returns
    back = [REFUND] if story.refundable else []
    if payment.state in {"due", "claimed"}:
        if payment.method == "cod":
            return [*returns, *([MONEY] if order.state in {"sent", "received"} else []), *back]
        short = [SHORT] if confirming.is_short(w) else []
        looks = [NOT_THERE, OTHER] if order.state == "placed" else []
        undo = [UNDO] if payment.part == "balance" and deposit_is_fresh(story, now) else []
        return [*returns, MONEY, *short, *looks, *undo, *back]
    is_fresh = payment.confirmed_at is not None and now - payment.confirmed_at <= UNDO_WITHIN
    undo = [UNDO] if payment.state == "confirmed" and order.state == "placed" and is_fresh else []
    return [*returns, *undo, *back]


def deposit_is_fresh(story: Story, now: datetime) -> bool:
    """Whether a deposit was confirmed so lately that it may have been a wrong tap."""
    confirmed = [at for what, at in story.steps if what == "deposit_confirmed"]
    return bool(confirmed) and now - confirmed[-1] <= UNDO_WITHIN


def about_case(story: Story) -> list[Act]:
    """What a seller may offer while a problem is between the two; once the mediator has it, her word to it alone."""
    if story.case is None or story.case.settled_at is not None:
        return []
    if story.case.state == "mediating":
        return [NOTE]
    return [RESEND, *([ALL_BACK, PART_BACK] if story.refundable else []), NOTE, MEDIATE]


def on_the_road(w: Whole) -> list[Act]:
    if w.order.state != "placed":
        return []
    if w.order.fee is None:
        return [FEE, FREE, COURIER]
    if w.payment.method == "cod" and w.payment.accepted_at is None and w.payment.state == "due":
        return [ACCEPT]
    if fulfilling.may_go(w):
        return [READY if w.order.handover == "pickup" else SENT]
    return []


def quick(row: Row, *, is_owner: bool) -> list[Act]:
    """What a line of the board offers at once: the one thing it waits for."""
    goes = READY if row.handover == "pickup" else SENT
    if row.group == "to_check" and is_owner:
        return [MONEY, NOT_THERE]
    if row.state != "placed":
        return [MONEY] if row.is_cash_to_take and is_owner else []
    return {"to_accept": [ACCEPT], "to_send": [goes]}.get(row.group, [])


# -- doing -----------------------------------------------------------------------------------------------


def money_arrived(db: Writer, it: Given) -> str:
    w = confirming.confirm(db, it.order_id, it.person_id, it.now)
    return "deposit" if w.payment.part == "balance" and w.payment.state == "due" else "paid"


def fee(db: Writer, it: Given) -> str:
    amount = {"free": 0, "courier": None}.get(it.value, 0) if it.value else must_be_amount(it, least=0)
    changing.set_fee(db, it.order_id, it.person_id, amount, it.now)
    return "fee"


def refund(db: Writer, it: Given) -> str:
    _, refund_id = refunding.propose(db, it.order_id, it.person_id, must_be_amount(it), it.now)
    return "refund_owed" if refund_id else "refund_asked"


def cancel(db: Writer, it: Given) -> str:
    w = changing.ask_to_cancel(db, it.order_id, it.person_id, it.now)
    return "cancelled" if w.order.state == "cancelled" else "cancel_asked"


def write(db: Writer, it: Given) -> str:
    w = paying.sold_by(db, it.order_id, it.person_id, by_staff=True)
    relay = relays.opened(db, w.shop.id, w.order.buyer_id, w.order.id, it.now)
    relays.pass_on(db, relay.id, it.person_id, must_say(it), None, it.now)
    return "written"


def offer(db: Writer, it: Given) -> str:
    amount = must_be_amount(it) if it.value == "part" else 0
    if it.value not in cases.OFFERS:
        raise NothingSaid
    cases.offer(db, case_of(db, it), it.person_id, it.value, amount, it.now)
    return "offered"


def note(db: Writer, it: Given) -> str:
    cases.note(db, case_of(db, it), it.person_id, must_say(it), None, it.now)
    return "noted"


def mediate(db: Writer, it: Given) -> str:
    cases.ask_mediator(db, case_of(db, it), it.person_id, it.now)
    return "mediated"


def case_of(db: Writer, it: Given) -> int:
    found = cases.open_of(db, it.order_id)
    return found.id if found else 0


def plainly(use_case: Callable[..., Any], word: str) -> Callable[[Writer, Given], str]:
    """A deed that needs nothing but the order."""

    def deed(db: Writer, it: Given) -> str:
        use_case(db, it.order_id, it.person_id, it.now)
        return word

    return deed


def other_amount(db: Writer, it: Given) -> str:
    confirming.other_amount(db, it.order_id, it.person_id, must_be_amount(it), it.now)
    return "amount"


def part_returned(db: Writer, it: Given) -> str:
    refunding.part_returned(db, a_number(it.value), it.person_id, it.now)
    return "returned"


DEEDS: dict[str, Callable[[Writer, Given], str]] = {
    "money-arrived": money_arrived,
    "not-there": plainly(paying.not_there, "not_there"),
    "other-amount": other_amount,
    "accept-short": plainly(confirming.accept_short, "paid"),
    "accept-cod": plainly(paying.accept_cod, "accepted"),
    "undo": plainly(confirming.undo, "undone"),
    "send": plainly(fulfilling.send, "sent"),
    "fee": fee,
    "refund": refund,
    "returned": plainly(changing.refund_sent, "returned"),
    "part-returned": part_returned,
    "return-late": plainly(confirming.return_late, "returned_late"),
    "cancel": cancel,
    "write": write,
    "offer": offer,
    "note": note,
    "mediate": mediate,
}
GRAVE = {"cancel"}  #: asked about once more
SAID = {
    "deposit": marked("The deposit is there. The balance is what the order waits for now."),
    "mediated": marked("Whoever runs the hub looks at it now. Both of you hear the outcome."),
    "paid": marked("Paid. The buyer has been told."),
    "not_there": marked("The buyer is asked to look once more."),
    "amount": marked("Noted. The buyer has been told what becomes of it."),
    "accepted": marked("Accepted. The buyer has been told."),
    "undone": marked("It is not marked as paid any more, and the buyer knows."),
    "sent": marked("On its way. The buyer has been told."),
    "fee": marked("The buyer has been told the fee and may pay now."),
    "refund_owed": marked("Noted. Send it from your own account, and say so here when you have."),
    "refund_asked": marked("The buyer is asked whether that is right."),
    "returned": marked("The buyer is asked whether it arrived."),
    "returned_late": marked("The buyer knows that it comes back. Say so here when you have sent it."),
    "cancelled": marked("Cancelled."),
    "cancel_asked": marked("The buyer is asked. She decides."),
    "written": marked("Your words are on their way into the buyer's chat."),
    "offered": marked("The buyer is asked whether she takes it."),
    "noted": marked("Added. The buyer has been told."),
}
CAME_LATE = (SoldOut, BatchClosed)  #: money for a place that is gone by now


def must_be_amount(it: Given, least: int = 1) -> int:
    """The sum in the form. Raises `NotAnAmount`."""
    if it.amount is None or it.amount < least:
        raise NotAnAmount
    return it.amount


def must_say(it: Given) -> str:
    if not it.words:
        raise NothingSaid
    return it.words
