"""What looks odd and what looks wrong: a commission that waits, and a zero its creator objects to."""

from dataclasses import dataclass

from markupsafe import Markup

from bots.counter.buyer import a_number
from bots.counter.deals import some_words
from bots.dialogue import Screen, ask, look
from bots.screens import doubts as doubts_shown
from bots.visit import Begin, Outcome, Visit, action, follows, screen, script
from storefront.database import Reader, Writer
from storefront.models import CommissionHold, Objection, Order, Person
from storefront.refusals import NotYours
from storefront.selling import doubts, objections

# -- a commission that waits -------------------------------------------------------------------------------


@action("doubt_pay")
def doubt_pay(db: Writer, visit: Visit, hold: str) -> Screen:
    """The seller sees nothing odd in it."""
    w = doubts.pay_all_the_same(db, a_number(hold), visit.person_id, visit.now)
    return Screen(visit.t("{code}: the commission goes on.", code=w.order.code), about=w.order.code)


@action("doubt_valid")
def doubt_valid(db: Writer, visit: Visit, hold: str) -> Screen:
    w = doubts.judge(db, a_number(hold), visit.person_id, "", visit.now, is_valid=True)
    return Screen(visit.t("{code}: the commission goes on.", code=w.order.code), about=w.order.code)


@dataclass(frozen=True)
class Invalid:
    hold: int
    words: str


@screen("doubt_invalid")
def doubt_invalid(db: Writer, visit: Visit, hold: str = "") -> Outcome:
    """A commission is only ever taken away with a reason its creator reads."""
    if db.get(CommissionHold, a_number(hold)) is None or not visit.is_operator:
        raise NotYours
    return Begin("refusing_commission", {"hold": a_number(hold)})


@script("refusing_commission")
async def refusing_commission(visit: Visit, hold: int) -> Outcome:
    asked = Screen(visit.t("Why is it not valid? The creator and the seller read your reason."))
    return Invalid(hold, await ask("why", asked, some_words, takes_anything=True))


@follows(Invalid)
def invalid(db: Writer, visit: Visit, intent: Invalid) -> Screen:
    w = doubts.judge(db, intent.hold, visit.person_id, intent.words, visit.now, is_valid=False)
    return Screen(visit.t("{code}: the commission is void, and both were told why.", code=w.order.code))


# -- a zero --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Objected:
    order: int
    words: str


@screen("object")
def object_(db: Writer, visit: Visit, order: str = "") -> Outcome:
    found = db.get(Order, a_number(order))
    if found is None or objections.why_not(db, found, visit.person_id) is None:
        raise NotYours
    return Begin("objecting", {"order": found.id})


@script("objecting")
async def objecting(visit: Visit, order: int) -> Outcome:
    code = await look(code_of, order)
    asked = doubts_shown.objection_words_asked(visit.t, code)
    return Objected(order, await ask("words", asked, some_words, takes_anything=True))


def code_of(db: Reader, order_id: int) -> str:
    return db.get_one(Order, order_id).code


@follows(Objected)
def objected(db: Writer, visit: Visit, intent: Objected) -> Screen:
    order = db.get_one(Order, intent.order)
    made = objections.object_to(db, order, visit.person_id, intent.words, visit.now)
    return doubts_shown.objection_kept(visit.t, objections.facts_of(db, made))


def to_answer(db: Reader, visit: Visit, objection: str) -> Objection:
    """One that this person may answer: as its seller, or as who runs the hub once it is there."""
    found = db.get(Objection, a_number(objection))
    if found is not None and found.state == "mediating" and is_operator(db, visit):
        return objections.of_operator(db, found.id, visit.person_id)
    return objections.of_seller(db, a_number(objection), visit.person_id)


def is_operator(db: Reader, visit: Visit) -> bool:
    person = db.get(Person, visit.person_id)
    return bool(person and person.is_operator)


@action("objection_yes")
def objection_yes(db: Writer, visit: Visit, objection: str) -> Screen:
    found = to_answer(db, visit, objection)
    amount = objections.concede(db, found, visit.person_id, visit.now)
    facts = objections.facts_of(db, found)
    text = visit.t(
        "Thank you, {kak}: {order} thanks {creator}, {amount}.",
        order=facts["order"],
        creator=facts["creator"],
        amount=visit.t.money(amount, str(facts["currency"])),
    )
    return Screen(text, about=str(facts["order"]))


@dataclass(frozen=True)
class Kept:
    objection: int
    words: str


@screen("objection_no")
def objection_no(db: Writer, visit: Visit, objection: str = "") -> Outcome:
    return Begin("keeping", {"objection": to_answer(db, visit, objection).id})


@script("keeping")
async def keeping(visit: Visit, objection: int) -> Outcome:
    asked = Screen(visit.t("Why does it stay? She reads your reason."))
    return Kept(objection, await ask("why", asked, some_words, takes_anything=True))


@follows(Kept)
def kept(db: Writer, visit: Visit, intent: Kept) -> Screen:
    found = to_answer(db, visit, str(intent.objection))
    objections.keep(db, found, visit.person_id, intent.words, visit.now)
    return Screen(visit.t("Passed on."))


@action("objection_on")
def objection_on(db: Writer, visit: Visit, objection: str) -> Screen:
    """She would like somebody else to look."""
    many = objections.ask_mediator(db, a_number(objection), visit.person_id, visit.now)
    if many:
        return Screen(visit.t("I have asked the hub's mediator. You hear the answer here."))
    return Screen(visit.t("This hub has no mediator besides the seller, sorry. The answer stays as it is."))


def answer_said(visit: Visit, found: Objection | None) -> Markup:
    """What has become of an objection, in one sentence; nothing where there was none."""
    if found is None:
        return Markup("")
    if found.state in {"open", "mediating"}:
        return visit.t("You have objected; the answer is on its way.")
    reply = Markup(" “{}”").format(found.reply) if found.reply else Markup("")
    return visit.t("You objected, and it stayed as it is.") + reply
