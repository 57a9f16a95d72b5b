"""The hub's own pages, for whoever runs it: health, messages that gave up, shops, people, what is to be decided, costs.

What would move money is not decided here: the page asks in the operator's own chat, where a button answers. Anybody
else finds nothing at these addresses, as if they were not there.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Blueprint, current_app, request

from storefront import outbox, overview, traffic
from storefront.database import Reader, Writer
from storefront.models import Dispute, Problem
from storefront.people import is_reached
from storefront.phrases import marked
from storefront.refusals import NoChat, NotYours
from storefront.selling import disputes, safeguards
from storefront.selling.orders.views import buyer_facts, whole
from storefront.settings import FREE, Prices
from storefront.web.backing import Keeper
from storefront.web.charts import Chart, chart
from storefront.web.forms import a_number, must_be_sure, searched
from storefront.web.visitors import F, Visitor, act, database, done, inside, just_done, look

hub = Blueprint("hub", __name__)

DAYS = 14
SAID = {
    "again": marked("It is tried again."),
    "gone": marked("There was nothing to try any more."),
    "frozen": marked("Frozen. Nobody is shown where to pay, and the shop has been told."),
    "thawed": marked("It sells again, and the shop has been told."),
    "asked": marked("The question is in your chat. It is answered there, with your reason."),
    "backup": marked("The backup has begun."),
    "running": marked("A backup is running already."),
}
ROLES = {
    "operator": marked("runs the hub"),
    "seller": marked("sells"),
    "staff": marked("helps"),
    "creator": marked("recommends"),
}


def operators(view: F) -> F:
    """For whoever runs the hub. Raises `NotYours` for anybody else."""

    @wraps(view)
    def theirs(db: Any, me: Visitor, **named: Any) -> Any:
        if not me.runs_hub:
            raise NotYours
        return view(db, me, **named)

    return theirs  # type: ignore[return-value]


# -- looking ---------------------------------------------------------------------------------------------


@hub.get("/hub")
@look
@operators
def front(db: Reader, me: Visitor) -> Any:
    """Is everything well, and what waits for me?"""
    to_settle, cases = overview.to_decide(db)
    ailing: Callable[[], Sequence[str]] = current_app.extensions["getok.ailing"]
    return shown(
        "overview",
        me,
        "overview",
        health=overview.health(db, channels(), me.now),
        ailing=ailing(),
        check=current_app.extensions["getok.selfcheck"].newest(me.now),
        open_disputes=len(to_settle),
        open_cases=len(cases),
        keeper=keeper(),
    )


def channels() -> list[str]:
    found = current_app.extensions.get("getok.hub")
    return sorted(found.channels) if found else []


@hub.get("/hub/messages")
@look
@operators
def messages(db: Reader, me: Visitor) -> Any:
    """What gave up on its way in or out, each with its reason and a new try. Nobody's words are shown."""
    came, went = overview.dead_messages(db, me.now)
    return shown("messages", me, "messages", came=came, went=went)


@hub.get("/hub/shops")
@look
@operators
def shops(db: Reader, me: Visitor) -> Any:
    said = searched()
    found = overview.shops(db, said, a_number(request.args.get("before")))
    more = found[-1][0].id if len(found) == overview.PAGE else None
    return shown("shops", me, "shops", shops=found, said_for=said, more=more)


@hub.get("/hub/people")
@look
@operators
def people(db: Reader, me: Visitor) -> Any:
    said = searched()
    found = overview.people(db, said, a_number(request.args.get("before")))
    more = found[-1].id if len(found) == overview.PAGE else None
    return shown("people", me, "people", people=found, said_for=said, more=more, roles=ROLES)


@hub.get("/hub/disputes")
@look
@operators
def to_decide(db: Reader, me: Visitor) -> Any:
    """What two could not settle: both sides' words, and the question in my chat."""
    found, cases = overview.to_decide(db)
    facts = [(one, disputes.facts_of(db, one)) for one in found]
    own = {shop.id for shop in me.own_shops}
    return shown("disputes", me, "disputes", disputes=facts, cases=cases, own=own)


@hub.get("/hub/costs")
@look
@operators
def costs(db: Reader, me: Visitor) -> Any:
    """What messages cost, day by day and shop by shop."""
    prices, today = prices_of(), traffic.today(db, me.now)
    days = traffic.days(db, today - timedelta(days=DAYS - 1))
    spent = traffic.spent(db, prices, me.now)
    return shown("costs", me, "costs", days=days, prices=prices, spent=spent, chart=by_day(me, days, prices, today))


def prices_of() -> Prices:
    found = current_app.extensions.get("getok.hub")
    return found.place.prices if found else FREE


def by_day(me: Visitor, days: Sequence[traffic.Day], prices: Prices, today: Any) -> Chart:
    """Messages a day; what they cost, where a price is known."""
    bars = []
    for back in reversed(range(DAYS)):
        day = today - timedelta(days=back)
        mine = [one for one in days if one.day == day]
        sent = sum(one.session + one.template for one in mine)
        cost = prices.of(sum(one.session for one in mine), sum(one.template for one in mine))
        bars.append((str(day.day), sent, f"{sent} · {me.t.money(cost, 'IDR')}"))
    return chart(me.t("WhatsApp messages, day by day"), bars, now=DAYS - 1)


@hub.get("/hub/words")
@look
@operators
def words(db: Reader, me: Visitor) -> Any:
    """What WhatsApp has to approve, word for word, and which of it has been."""
    found = current_app.extensions.get("getok.templates", {})
    given = (
        current_app.extensions["getok.hub"].settings.whatsapp_templates if "getok.hub" in current_app.extensions else {}
    )
    return shown("words", me, "words", templates=found, given=given)


# -- doing -----------------------------------------------------------------------------------------------


@hub.post("/hub/messages/<way>/<int:number>")
@act
@operators
def again(db: Writer, me: Visitor, way: str, number: int) -> Any:
    """One more try."""
    tries = {"in": overview.hear_again, "out": overview.say_again}
    if way not in tries or number >= 2**62:
        raise NotYours
    return done("/hub/messages", "again" if tries[way](db, number, me.now) else "gone")


@hub.post("/hub/shops/<int:number>/<deed>")
@act
@operators
def hold(db: Writer, me: Visitor, number: int, deed: str) -> Any:
    """Freeze a shop that may be lost, or let it go on. It moves nothing, and its owner is told."""
    deeds = {"freeze": (safeguards.freeze, "frozen"), "thaw": (safeguards.thaw, "thawed")}
    if deed not in deeds or number >= 2**62:
        raise NotYours
    if deed == "freeze":
        must_be_sure()
    use_case, word = deeds[deed]
    use_case(db, number, me.person.id, me.now)
    return done("/hub/shops", word)


@hub.post("/hub/disputes/<kind>/<int:number>")
@act
@operators
def ask_in_chat(db: Writer, me: Visitor, kind: str, number: int) -> Any:
    """Money follows a decision, so it is made in the chat; this brings the question there."""
    if number >= 2**62:
        raise NotYours
    if not is_reached(db, me.person.id):
        raise NoChat
    if kind == "payout":
        dispute = db.get(Dispute, number)
        if dispute is None or dispute.state != "mediating":
            raise NotYours
        outbox.tell(db, me.person.id, "dispute_to_decide", disputes.facts_of(db, dispute), me.now)
        return done("/hub/disputes", "asked")
    problem = db.get(Problem, number)
    if kind != "order" or problem is None or problem.state != "mediating":
        raise NotYours
    facts = {**buyer_facts(db, whole(db, problem.order_id)), "case": problem.id, "kind": problem.kind}
    outbox.tell(db, me.person.id, "case_to_mediate", facts, me.now)
    return done("/hub/disputes", "asked")


@hub.post("/hub/backup")
@act
@operators
def back_up(db: Writer, me: Visitor) -> Any:
    """Begin a backup. It runs beside everything else, and the page shows how far it is."""
    begun = keeper().begin(database(), me.now)
    return done("/hub", "backup" if begun else "running")


def keeper() -> Keeper:
    found: Keeper = current_app.extensions["getok.backups"]
    return found


def shown(template: str, me: Visitor, at: str, **facts: Any) -> str:
    said = just_done(SAID)
    return inside(f"hub/{template}.html", me, at=at, said=me.t(said) if said else "", **facts)
