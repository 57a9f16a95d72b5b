"""*Tarif*: what this hub really paid; and the helper that works out what a content is worth."""

import re
from dataclasses import dataclass

from bots.counter.buyer import a_number
from bots.dialogue import Answer, Heard, Screen, Unclear, ask
from bots.screens import bargains as bargains_shown
from bots.screens import fees as screens
from bots.visit import Begin, Outcome, Visit, action, command, follows, screen, script
from referral import fairness
from storefront.database import Reader, Writer
from storefront.earning import bargains, deals, guide
from storefront.models import Shop
from storefront.refusals import NotYours

CURRENCY = "IDR"
HOURS = re.compile(r"(\d{1,2})(?:[.,](\d))?(?: ?(?:jam|hours?|h))?", re.IGNORECASE)
DAYS = re.compile(r"(\d{1,2})(?: ?(?:hari|days?|d))?|(?P<none>tidak|nggak|gak|ga|no|none|tidak ada)", re.IGNORECASE)


@command("fees")
def fees_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return fees(db, visit) if deals.takes_part(db, visit.person_id) else None


@screen("fees")
def fees(db: Writer, visit: Visit) -> Screen:
    return screens.guide(visit.t, guide.guide(db, visit.now), CURRENCY)


@dataclass(frozen=True)
class Reckon:
    """What goes into a fee: half hours of work, days of telling of nothing like it; for which shop, or 0."""

    shop: int
    half_hours: int
    days: int


@screen("reckon")
def reckon(db: Writer, visit: Visit, shop: str = "") -> Outcome:
    """*Hitung dulu*: with a shop, or only to know."""
    at = a_number(shop) if shop else visit.shop_id or 0
    found = db.get(Shop, at)
    is_own = found is None or found.owner_id == visit.person_id or found.rate_bp is None
    return Begin("reckoning", {"shop": 0 if is_own else at})


@script("reckoning")
async def reckoning(visit: Visit, shop: int) -> Outcome:
    half_hours = await ask("hours", screens.hours_asked(visit.t), some_hours)
    days = await ask("days", screens.days_asked(visit.t), some_days)
    return Reckon(shop, half_hours, days)


def some_hours(answer: Answer) -> int:
    found = HOURS.fullmatch(answer.text.strip())
    half_hours = int(found[1]) * 2 + (1 if found[2] and int(found[2]) >= 3 else 0) if found else 0
    if not 0 < half_hours <= 2 * fairness.MOST_HOURS:
        raise Unclear("The hours as a number, please, for example <i>2</i> or <i>1,5</i>.")
    return half_hours


def some_days(answer: Answer) -> int:
    found = DAYS.fullmatch(answer.text.strip())
    days = int(found[1] or 0) if found else -1
    if not 0 <= days <= fairness.MOST_DAYS:
        raise Unclear("The days as a number, please, <i>0</i> for none.")
    return days


@follows(Reckon)
def reckoned(db: Writer, visit: Visit, said: Reckon) -> Screen:
    chats = guide.chats_of(db, visit.person_id, visit.now)
    found = fairness.worth(said.half_hours, chats, said.days)
    shop = db.get(Shop, said.shop) if said.shop else None
    inputs = (said.half_hours, chats, said.days)
    return screens.worth(visit.t, found, inputs, (shop.id, shop.name) if shop else None, CURRENCY)


@action("ask_fee")
def ask_fee(db: Writer, visit: Visit, shop: str, half_hours: str, days: str) -> Screen:
    """Ask for the middle of it; the parts go along, so that both sides talk about the same."""
    found = db.get(Shop, a_number(shop))
    hours, bound = a_number(half_hours), a_number(days)
    if found is None or not 0 < hours <= 2 * fairness.MOST_HOURS or bound > fairness.MOST_DAYS:
        raise NotYours
    worth = fairness.worth(hours, guide.chats_of(db, visit.person_id, visit.now), bound)
    kept = as_kept(db, visit, worth, hours, bound)
    who = (visit.person_id, visit.person_id)
    made = bargains.ask(db, found, *who, 0, worth.middle, visit.now, reckoned=kept)
    return bargains_shown.bargain_sent(visit.t, bargains.facts_of(db, made))


def as_kept(db: Reader, visit: Visit, worth: fairness.Worth, half_hours: int, days: int) -> dict[str, object]:
    """What is kept with the offer: the inputs, the parts, the range."""
    return {
        "half_hours": half_hours,
        "chats": guide.chats_of(db, visit.person_id, visit.now),
        "days": days,
        "content": list(worth.content),
        "audience": list(worth.audience),
        "time": list(worth.time),
        "middle": worth.middle,
    }
