"""Orders looked through, and one of them with everything that happened and everything that may be done."""

from typing import Any

from flask import Response, make_response, request

from storefront import media, people
from storefront.database import Reader, Writer
from storefront.phrases import marked
from storefront.reading.lists import MOST_LINES, GroupList, read_entry, read_list
from storefront.reading.shelf import Ware
from storefront.refusals import NothingUnderstood, NotYours
from storefront.selling import catalogue, receipts
from storefront.selling.orders import browsing, entering
from storefront.selling.orders.views import facts_of, whole
from storefront.web import tokens
from storefront.web.desk import desk
from storefront.web.desk.acts import DEEDS, GRAVE, SAID, Given, about_case, offered
from storefront.web.desk.shops import act_of_shop, at, owners, page_of_shop, shop_of, shown
from storefront.web.forms import a_number, an_amount, must_be_sure, searched, words
from storefront.web.pages import here
from storefront.web.visitors import Visitor, done, just_done

KINDS = {
    "open": marked("Open"),
    "unpaid": marked("Not paid"),
    "send": marked("To make and send"),
    "way": marked("On the way"),
    "done": marked("Received"),
    "ended": marked("Cancelled"),
    "all": marked("All"),
}
STEPS = {
    "entered": marked("Noted by hand"),
    "claimed": marked("The buyer says it is paid"),
    "not_there": marked("Not there yet, said the shop"),
    "short": marked("Less arrived than was asked for"),
    "confirmed": marked("The money arrived"),
    "deposit_confirmed": marked("The deposit is paid"),
    "undone": marked("Marked as not paid again"),
    "cod_accepted": marked("Cash on delivery accepted"),
    "fee_set": marked("The delivery fee was named"),
    "kept": marked("Kept for the buyer"),
    "quantity_changed": marked("The buyer changed what is in it"),
    "sent": marked("Sent"),
    "received": marked("The buyer has it"),
    "released": marked("Let go, because nobody paid"),
    "came_late": marked("The money came late"),
    "cancel_asked": marked("The buyer was asked to cancel"),
    "cancel_declined": marked("The buyer would like to keep it"),
    "cancelled": marked("Cancelled"),
    "refund_proposed": marked("A refund was proposed"),
    "refund_declined": marked("The buyer says no to the refund"),
    "refund_owed": marked("A refund is owed"),
    "refund_sent": marked("The money was sent back"),
    "part_returned": marked("The money was sent back"),
    "refunded": marked("The money is back"),
    "part_arrived": marked("The money is back"),
    "left_it": marked("The buyer leaves it to the shop"),
    "problem": marked("The buyer reported a problem"),
    "unsafe": marked("Somebody may be unwell"),
    "settled": marked("The problem is settled"),
}


@desk.get("/desk/<slug>/orders")
@page_of_shop
def listed(db: Reader, me: Visitor) -> Any:
    """A page of orders of one kind, and whatever a name or a number finds."""
    asked = request.args.get("kind", "open")
    kind: browsing.Kind = next((one for one in browsing.KINDS if one == asked), "open")
    said = searched()
    wanted: browsing.Kind = "all" if said else kind
    found = browsing.page(db, shop_of(me).id, wanted, said, a_number(request.args.get("before")))
    more = found[-1].id if len(found) == browsing.PAGE else None
    return shown("orders", me, "orders", rows=found, kind=kind, kinds=KINDS, said=said, more=more)


@desk.get("/desk/<slug>/orders/<code>")
@page_of_shop
def one(db: Reader, me: Visitor, code: str) -> Any:
    """An order, what has happened with it, and what may be done now."""
    w = whole(db, order_of(db, me, code))
    story = browsing.story(db, w)
    is_reached = people.is_reached(db, w.order.buyer_id)
    acts = offered(w, story, me.now, is_owner=me.is_owner, is_reached=is_reached)
    proof = media.of(db, w.payment.proof_id)
    return shown(
        "order",
        me,
        "orders",
        w=w,
        facts=facts_of(w),
        story=story,
        steps=STEPS,
        acts=acts,
        on_case=about_case(story) if me.is_owner else (),
        said=just_done(SAID),
        has_proof=bool(proof and proof.content),
        is_reached=is_reached,
        phone=people.phone_of(db, w.order.buyer_id) if me.is_owner else "",
        paper=tokens.paper_link(db.vault, here().public_url, w.order.id, me.t.language, me.now) if me.is_owner else "",
        receipt_code=receipts.code_of,
    )


@desk.get("/desk/<slug>/orders/<code>/proof.jpg")
@page_of_shop
@owners
def proof(db: Reader, me: Visitor, code: str) -> Response:
    """What the buyer sent as a proof, for the owner's eyes."""
    found = media.of(db, whole(db, order_of(db, me, code)).payment.proof_id)
    if found is None or not found.content:
        raise NotYours
    answer = make_response(found.content)
    answer.headers["Content-Type"] = found.mime
    answer.headers["Content-Security-Policy"] = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; sandbox"
    return answer


@desk.post("/desk/<slug>/orders/<code>/<act>")
@act_of_shop
def order_deed(db: Writer, me: Visitor, code: str, act: str) -> Any:
    """One deed with one order, by the use case the chat calls as well."""
    deed = DEEDS.get(act)
    if deed is None:
        raise NotYours
    order_id = order_of(db, me, code)
    if act in GRAVE:
        must_be_sure()
    given = Given(
        order_id,
        me.person.id,
        an_amount(request.form.get("amount")),
        words("words"),
        request.form.get("value", "")[:20],
        me.now,
    )
    said = deed(db, given)
    back = at(me) if request.form.get("from") == "board" else at(me, "orders", code.upper())
    return done(back, said)


@desk.get("/desk/<slug>/note")
@page_of_shop
def note_form(db: Reader, me: Visitor) -> Any:
    """An order she took herself, or a list out of a group: written as it is."""
    return shown("note", me, "orders", wares=catalogue.wares(db, shop_of(me).id, with_plain=True), text="", read=None)


@desk.post("/desk/<slug>/note")
@act_of_shop
def note(db: Writer, me: Visitor) -> Any:
    """Say back what was understood; with a second yes, write it down. All of it, or nothing."""
    shop = shop_of(me)
    text = request.form.get("text", "").replace("\0", "")[:5_000]
    wares = catalogue.wares(db, shop.id, with_plain=True)
    read = understood(text, wares)
    if not read.entries:
        raise NothingUnderstood
    open_ = entering.without_a_kind(db, read.entries)
    if open_ or request.form.get("yes") != "1":
        lacking = entering.lacking(db, read.entries)
        known = entering.names_on(db, read.entries)
        facts = {"read": read, "open_": open_, "lacking": lacking, "known": known}
        return shown("note", me, "orders", wares=wares, text=text, **facts)
    noted = entering.enter(db, me.person.id, me.t.language, read.entries, me.now)
    return done(at(me, "orders", noted[0].order.code) if len(noted) == 1 else at(me, "orders"))


def understood(text: str, wares: tuple[Ware, ...]) -> GroupList:
    """A group's list, or one order a line."""
    read = read_list(text, wares)
    if read is not None:
        return read
    lines = [line for line in text.splitlines() if line.strip()][:MOST_LINES]
    found = [(number, line, read_entry(line, wares)) for number, line in enumerate(lines, start=1)]
    entries = tuple(entry for _, _, entry in found if entry)
    return GroupList("", entries, tuple((number, line) for number, line, entry in found if entry is None))


def order_of(db: Reader, me: Visitor, code: str) -> int:
    """The order of the shop in view that has this number. Raises `NotYours`."""
    found = browsing.by_code(db, shop_of(me).id, code)
    if found is None:
        raise NotYours
    return found
