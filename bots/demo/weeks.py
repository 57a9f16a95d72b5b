"""The weeks of the demo, planned: when each PO opens, who orders in it, when it goes out, and what Monday brings."""

from datetime import datetime, timedelta
from functools import partial
from math import ceil

from sqlalchemy import select

from bots.demo import photos, sales
from bots.demo.cast import (
    BATIK_LARAS,
    BROWNIES,
    DAPUR_RINA,
    DEWI,
    DIMSUM,
    FORGOTTEN,
    KEDAI_BAGUS,
    KOPI,
    NEIGHBOURS,
    SARI,
    SYAL,
    UNLUCKY,
    Household,
    Neighbour,
    Ware,
)
from bots.demo.sales import Errand
from bots.demo.town import Stall, Town
from storefront import media
from storefront.earning import payouts
from storefront.models import Payout
from storefront.selling import disputes

AT_THE_CORNER = 6  # as likely as anywhere else to buy at the shop around the corner
SENT_BY_NEIGHBOUR = 0.75
SENT_AGAIN = 0.3
GUESTS = {
    "zaki@telegram": (KEDAI_BAGUS, KOPI, FORGOTTEN, -18),
    "reza@telegram": (BATIK_LARAS, SYAL, UNLUCKY, -12),
}

Slot = tuple[datetime, Stall, Ware]


def plan(town: Town) -> None:
    """Everything that is going to happen without anybody having decided it on the way."""
    plan_households(town)
    for week in reversed(range(town.calendar.weeks)):
        plan_openings(town, week)
        plan_orders(town, week)
        plan_monday(town, week)


# -- who buys ----------------------------------------------------------------------------------------


def plan_households(town: Town) -> None:
    """Who is new when, and who likes to buy how much; two guests are sent by the two youngest neighbours."""
    others = [one for one in town.households if one.who not in GUESTS and one.who != SARI]
    town.dice.shuffle(others)
    town.newcomers = others
    town.fondness = {one.who: town.dice.paretovariate(1.4) for one in others}
    for household in town.households:
        if household.who in GUESTS:
            shop, ware, neighbour, days = GUESTS[household.who]
            errand = Errand(town.stalls[shop], ware, household, neighbour, "paid")
            note_order(town, town.calendar.at(days, 10, 40), errand)


def note_order(town: Town, moment: datetime, errand: Errand) -> None:
    town.calendar.note(moment, partial(sales.place, town, errand))


def plan_orders(town: Town, week: int) -> None:
    """Fill the week: first with those who are new, then with those who come again."""
    free = slots(town, week)
    plan_saris(town, week)
    for household in newcomers_of(town, week):
        place = first_at_the_corner(town, free, household)
        if place is not None:
            moment, stall, ware = free.pop(place)
            note_order(town, moment, errand_of(town, stall, ware, household, moment, SENT_BY_NEIGHBOUR))
            town.regulars.append(household)
    for moment, stall, ware in free:
        if town.regulars:
            note_order(town, moment, errand_of(town, stall, ware, a_regular(town, stall), moment, SENT_AGAIN))


def slots(town: Town, week: int) -> list[Slot]:
    """The moments at which somebody orders something; there are more of them every week."""
    found: list[Slot] = []
    season = 1.3 - 0.7 * week / town.calendar.weeks
    for stall in town.stalls.values():
        for ware in stall.trade.wares:
            number = max(1, round(ware.orders * season * town.dice.uniform(0.8, 1.2)))
            found += [(moment_in(town, ware, week), stall, ware) for _ in range(number)]
    return sorted((slot for slot in found if slot[0] < town.calendar.latest), key=lambda slot: slot[0])


def moment_in(town: Town, ware: Ware, week: int) -> datetime:
    """Some time while it can be ordered, at an hour at which people look at their phones."""
    first, last = (ware.opens, ware.closes) if ware.closes is not None else (-6, 0)
    day = town.dice.randint(first, last) - 7 * week
    earliest = 10 if ware.closes is not None and day == first - 7 * week else 7
    hour = town.dice.randint(earliest, 18 if day == last - 7 * week else 21)
    return town.calendar.at(day, hour, town.dice.randint(0, 59))


def newcomers_of(town: Town, week: int) -> list[Household]:
    number = ceil(len(town.newcomers) / max(week, 1))
    new, town.newcomers = town.newcomers[:number], town.newcomers[number:]
    return new


def first_at_the_corner(town: Town, free: list[Slot], household: Household) -> int | None:
    home = town.stall_of(household)
    places = [place for place, (_, stall, _) in enumerate(free) if home is None or stall is home]
    return places[0] if places else (0 if free else None)


def a_regular(town: Town, stall: Stall) -> Household:
    weights = [town.fondness[one.who] * (AT_THE_CORNER if town.stall_of(one) is stall else 1) for one in town.regulars]
    return town.dice.choices(town.regulars, weights)[0]


def errand_of(town: Town, stall: Stall, ware: Ware, household: Household, moment: datetime, chance: float) -> Errand:
    """An order, perhaps through a neighbour who recommends the shop by then."""
    joined = [one for one in NEIGHBOURS if one.shop == stall.name and has_joined(town, one, moment)]
    through = town.dice.choice(joined) if joined and town.dice.random() < chance else None
    return Errand(stall, ware, household, through, sales.a_fate(town))


def has_joined(town: Town, neighbour: Neighbour, moment: datetime) -> bool:
    return neighbour.joins is None or moment > town.calendar.at(-neighbour.joins, 11)


def plan_saris(town: Town, week: int) -> None:
    """Sari has brownies every week, always through Dewi's link. This week she writes herself."""
    if week:
        dewi = next(one for one in NEIGHBOURS if one.who == DEWI)
        sari = next(one for one in town.households if one.who == SARI)
        errand = Errand(town.stalls[DAPUR_RINA], BROWNIES, sari, dewi, "paid")
        note_order(town, town.calendar.at(BROWNIES.opens - 7 * week, 12, 20), errand)


# -- what sellers do ---------------------------------------------------------------------------------


def plan_openings(town: Town, week: int) -> None:
    """A weekly PO is opened again and goes out on its day. Bagus has not sent his last one."""
    for stall in town.stalls.values():
        for ware in stall.trade.wares:
            if ware.closes is None:
                continue
            if week != town.calendar.weeks - 1 and (week or ware is not BROWNIES):
                town.calendar.note(
                    town.calendar.at(ware.opens - 7 * week, 8, 30),
                    partial(open_again, town, stall, ware, week),
                )
            if week or ware is not DIMSUM:
                town.calendar.note(
                    town.calendar.at(ware.sends - 7 * week, 7, 30),
                    partial(sales.send_batch, town, stall, ware),
                )


def open_again(town: Town, stall: Stall, ware: Ware, week: int, now: datetime) -> None:
    with town.write() as db:
        town.list_ware(db, stall, ware, week, now)


SILENT = 0.15  # of those who are paid, who never say whether it came


def plan_monday(town: Town, week: int) -> None:
    """Half past ten on Monday, when the sellers have read at nine whom they owe."""
    monday = town.calendar.today - timedelta(days=town.calendar.today.weekday() + 7 * week)
    for stall in town.stalls.values():
        town.calendar.note(
            monday.replace(hour=10, minute=30),
            partial(pay_neighbours, town, stall),
        )


def pay_neighbours(town: Town, stall: Stall, now: datetime) -> None:
    """Pay what is drafted, with a picture of the transfer. Bayu is forgotten; Rina pays from her phone lately."""
    if town.calendar.is_live and stall.name == DAPUR_RINA:
        return
    with town.hub.database.read() as db:
        mine = select(Payout).where(Payout.shop_id == stall.shop_id, Payout.state == "draft").order_by(Payout.id)
        drafts = list(db.scalars(mine))
    for payout in drafts:
        if payout.creator_id != town.person_ids.get(FORGOTTEN.who):
            send_money(town, stall, payout, now)


def send_money(town: Town, stall: Stall, payout: Payout, now: datetime) -> None:
    with town.write() as db:
        shown = media.keep(db, stall.owner_id, photos.proof(f"Rp{payout.amount} · {payout.id}"), now, mime="image/png")
        is_cash = payouts.facts_of(db, payout)["cash"]
        payouts.send(db, payout.id, stall.owner_id, None if is_cash else shown, now)
    if payout.creator_id == town.person_ids.get(UNLUCKY.who):
        town.calendar.soon(now, 22 * 60, partial(not_arrived, town, payout))
    elif town.dice.random() < SILENT:
        return  # she says nothing: a week later it counts as not contested
    else:
        town.calendar.soon(now, town.dice.randint(20, 400), partial(arrived, town, payout))


def arrived(town: Town, payout: Payout, now: datetime) -> None:
    with town.write() as db:
        payouts.confirm(db, payout.id, payout.creator_id, now)


def not_arrived(town: Town, payout: Payout, now: datetime) -> None:
    """*Belum*: the money is still owed, and the seller looks before she sends it twice."""
    with town.write() as db:
        payouts.missing(db, payout.id, payout.creator_id, now)
    town.calendar.soon(now, 60, partial(disagree, town, payout))


def disagree(town: Town, payout: Payout, now: datetime) -> None:
    """The seller says that she did send it; whoever runs the hub has it before him."""
    with town.write() as db:
        gone = db.get_one(Payout, payout.id)
        disputes.begin(db, gone, payouts.owner_of(db, gone), "Senin 10.32, ke OVO, ada di mutasi", now)
