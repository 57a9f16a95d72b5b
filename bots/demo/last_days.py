"""The demo's last days: the phones come alive, and Rina, Dewi and Sari write and tap for themselves."""

import io
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import select, update

from bots import play
from bots.demo import photos, sales
from bots.demo.calendar import MINUTE
from bots.demo.cast import BROWNIES, DAPUR_RINA, RINA, RISOLES, SARI
from bots.demo.town import Town
from referral import links
from storefront.models import Attribution, Deal, Order, OutboxMessage, Product, Shop
from storefront.selling import cases
from storefront.selling.orders import fulfilling

CHAT = Path(__file__).with_name("last_days.chat")
LIVE_DAYS = 3


def wake_phones(town: Town, player: play.Player, _: datetime) -> None:
    """From here on everything is delivered; what was said in the weeks before has long been read."""
    player.kept |= links_of(town)
    with town.hub.database.write() as db:
        read = {"state": "sent", "sent_at": OutboxMessage.created_at, "attempts": 1}
        db.execute(update(OutboxMessage).where(OutboxMessage.state == "waiting").values(read))
    town.calendar.is_live = True


def links_of(town: Town) -> dict[str, str]:
    """What Sari opens: Dewi's link to the brownies, and the page of the risoles."""
    stall = town.stalls[DAPUR_RINA]
    with town.hub.database.read() as db:
        code = db.scalars(select(Deal.code).where(Deal.shop_id == stall.shop_id)).one()
        letters = db.get_one(Shop, stall.shop_id).letters
        number = {ware.name: db.get_one(Product, stall.products[ware.name]).number for ware in stall.trade.wares}
    home = town.hub.public_url
    return {
        "link": f"{home}/r/{links.suffixed(code, number[BROWNIES.name])}",
        "risoles": f"{home}/p/{letters}{number[RISOLES.name]}",
    }


def plan(town: Town, folder: Path) -> None:
    """Put the scenes into the calendar, each at its moment."""
    calendar = town.calendar
    calendar.note(calendar.at(BROWNIES.sends - 7, 12, 40), partial(something_wrong, town))
    calendar.note(calendar.at(BROWNIES.opens, 9, 10), partial(snack_goes_out, town))
    (folder / "brownies.jpg").write_bytes(photos.brownies())
    (folder / "proof.png").write_bytes(photos.proof("Transfer komisi"))
    told = io.StringIO()
    player = play.Player(town.hub, town.hub.phones, folder, None, told)
    calendar.note(calendar.at(-LIVE_DAYS, 7), partial(wake_phones, town, player))
    for moment, lines in scenes(play.parse(script(town)), town):
        calendar.note(moment, partial(played, player, lines, told))


def played(player: play.Player, lines: Sequence[play.Line], told: io.StringIO, _: datetime) -> None:
    assert player.play(lines), told.getvalue()


def scenes(lines: Sequence[play.Line], town: Town) -> list[tuple[datetime, list[play.Line]]]:
    """The story cut at its clock lines."""
    found: list[tuple[datetime, list[play.Line]]] = []
    for line in lines:
        if isinstance(line, play.Clock):
            found.append((datetime.fromisoformat(line.moment).replace(tzinfo=town.hub.zone), []))
        found[-1][1].append(line)
    return found


def script(town: Town) -> str:
    """The story with its days put where they belong."""
    calendar = town.calendar
    opens, latest = BROWNIES.opens, calendar.latest
    assert BROWNIES.closes is not None
    moments = {
        "packs": calendar.at(BROWNIES.sends - 7, 7, 20),
        "arrives": calendar.at(BROWNIES.sends - 7, 10, 20),
        "snack": calendar.at(opens - 1, 15, 35),
        "opens": calendar.at(opens, 8, 30),
        "payday": calendar.at(opens, 16, 10),
        "asks": calendar.at(opens, 17, 25),
        "invites": calendar.at(opens, 18, 5),
        "invited": latest - 50 * MINUTE,
        "orders": latest - 9 * MINUTE,
        "pays": latest - 4 * MINUTE,
    }
    days = {name: short(calendar.today + timedelta(days=ahead)) for name, ahead in
            (("closes", BROWNIES.closes), ("sends", BROWNIES.sends))}  # fmt: skip
    return CHAT.read_text(encoding="utf-8").format(
        **{name: f"{moment:%Y-%m-%d %H:%M}" for name, moment in moments.items()}, **days
    )


def short(day: datetime) -> str:
    return f"{day.day}/{day.month}"


def something_wrong(town: Town, now: datetime) -> None:
    """A buyer of the last brownies reports a problem. It is still open, and so a commission is held."""
    batch_id = sales.batch_of(town, town.stalls[DAPUR_RINA], BROWNIES, now)
    with town.write() as db:
        bought = select(Order).join(Attribution).where(
            Order.batch_id == batch_id, Order.state.in_(["sent", "received"]), Order.buyer_id != town.person_ids[SARI]
        )  # fmt: skip
        order = db.scalars(bought.order_by(Attribution.creator_id.is_(None), Order.id)).first()
        if order:
            cases.report(db, order.id, order.buyer_id, now)


def snack_goes_out(town: Town, now: datetime) -> None:
    """Sari's risoles are sent; whether they arrived is for whoever holds her phone to say."""
    stall = town.stalls[DAPUR_RINA]
    with town.hub.database.read() as db:
        hers = select(Order).where(Order.buyer_id == town.person_ids[SARI], Order.state == "placed")
        order = db.scalars(hers.order_by(Order.id.desc())).first()
    if order and not town.taps(RINA, "Dikirim", order.code):
        with town.write() as db:
            fulfilling.send(db, order.id, stall.owner_id, now)
