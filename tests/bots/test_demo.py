"""The demo hub: what it promises to hold, that the same seed makes it again, and that it goes on from there."""

import io
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from bots import demo
from bots.__main__ import story_settings
from bots.demo import photos
from bots.demo.calendar import Calendar
from bots.demo.cast import SHOWN_FIRST, TRADES, households
from bots.demo.progress import Progress
from bots.hub import MovableClock, Simulated
from bots.phones import Address
from storefront import pictures
from storefront.models import (
    Batch,
    Commission,
    Deal,
    Identity,
    Order,
    OrderLine,
    OutboxMessage,
    Payment,
    Payout,
    Problem,
    Product,
    Profile,
    Review,
    Shop,
)

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 18, 12, 40, tzinfo=JAKARTA)
FEW = 2

Maker = Callable[..., Simulated]


@pytest.fixture(scope="module")
def maker(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Maker]:
    made: list[Simulated] = []

    def make(weeks: int, seed: int = demo.SEED) -> Simulated:
        path = tmp_path_factory.mktemp("demo") / "demo.db"
        shutil.copy(sqlite_template, path)
        hub = Simulated(story_settings(f"sqlite:///{path}"), MovableClock(NOW))
        made.append(hub)
        demo.make_history(hub, NOW, number=weeks, seed=seed)
        return hub

    yield make
    for hub in made:
        hub.close()


@pytest.fixture(scope="module")
def lived(maker: Maker) -> Simulated:
    """The whole demo; nobody touches it."""
    return maker(demo.WEEKS)


@pytest.fixture(scope="module")
def young(maker: Maker) -> Simulated:
    """A shorter life, for tests that go on with it."""
    return maker(FEW)


@pytest.fixture(scope="module")
def twin(maker: Maker) -> Simulated:
    """The same short life once more."""
    return maker(FEW)


def scalar(hub: Simulated, query: Any) -> Any:
    with hub.database.read() as db:
        return db.scalar(query)


def rows(hub: Simulated, query: Any) -> list[Any]:
    with hub.database.read() as db:
        return list(db.execute(query).all())


def count(hub: Simulated, what: Any) -> int:
    return int(scalar(hub, select(func.count()).select_from(what)))


# -- the weeks ---------------------------------------------------------------------------------------


def test_three_shops_five_neighbours_forty_households(lived: Simulated) -> None:
    assert [name for (name,) in rows(lived, select(Shop.name).order_by(Shop.id))] == [
        "Dapur Rina",
        "Kedai Bagus",
        "Batik Laras",
    ]
    assert scalar(lived, select(func.count(Deal.creator_id.distinct()))) == 5
    assert scalar(lived, select(func.count(Order.buyer_id.distinct()))) == 40


def test_every_product_has_a_photo_of_its_own(lived: Simulated) -> None:
    shown = {photo for (photo,) in rows(lived, select(Product.photo_id))}

    assert None not in shown
    assert len(shown) == count(lived, Product) == sum(len(trade.wares) for trade in TRADES)


def test_eight_weeks_with_orders_in_each_and_more_at_the_end(lived: Simulated) -> None:
    ages = [(NOW - at).days // 7 for (at,) in rows(lived, select(Order.placed_at))]

    assert set(ages) == set(range(8))
    assert sum(age < 4 for age in ages) > sum(age >= 4 for age in ages)


def test_people_order_by_day(lived: Simulated) -> None:
    hours = {at.astimezone(JAKARTA).hour for (at,) in rows(lived, select(Order.placed_at))}

    assert min(hours) >= 7
    assert max(hours) < 22


def test_what_can_happen_has_happened(lived: Simulated) -> None:
    payments = {state for (state,) in rows(lived, select(Payment.state))}
    methods = {method for (method,) in rows(lived, select(Payment.method))}
    payouts = {state for (state,) in rows(lived, select(Payout.state))}

    assert {"claimed", "confirmed", "void", "refunded"} <= payments
    assert {"qris", "transfer", "cod"} <= methods
    assert payouts == {"draft", "confirmed", "missing"}
    assert {state for (state,) in rows(lived, select(Order.state))} >= {"placed", "sent", "received", "cancelled"}
    assert count(lived, Review) > 40
    assert scalar(lived, select(func.count()).where(Commission.voided_at.is_not(None))) > 0


def test_buyers_come_again(lived: Simulated) -> None:
    often = select(Order.buyer_id).group_by(Order.buyer_id).having(func.count() > 3)

    assert len(rows(lived, often)) > 10


def test_the_books_are_right(lived: Simulated) -> None:
    assert lived.verdict() == []


def test_nobody_has_a_number_that_somebody_has(lived: Simulated) -> None:
    numbers = [at for (at,) in rows(lived, select(Identity.address).where(Identity.channel == "whatsapp"))]

    assert numbers
    assert all(number.startswith("whatsapp:+6280000000") for number in numbers)


def test_nothing_waits_to_be_said_and_the_old_weeks_fill_no_phone(lived: Simulated) -> None:
    assert {state for (state,) in rows(lived, select(OutboxMessage.state))} == {"sent"}
    assert sum(len(lived.phones.bubbles(*who)) for who in lived.phones.everybody()) < 300


def test_the_database_waits_for_its_disk_again(lived: Simulated) -> None:
    with lived.database.write() as db:
        assert db.scalar(text("PRAGMA synchronous")) == 2


def test_the_same_seed_makes_the_same_history(young: Simulated, twin: Simulated) -> None:
    assert history(twin) == history(young) != []


def history(hub: Simulated) -> list[Any]:
    lines = select(Order.code, Profile.name, OrderLine.product_name, OrderLine.quantity, Order.goods, Order.placed_at)
    joined = lines.join(OrderLine, OrderLine.order_id == Order.id).join(Profile, Profile.person_id == Order.buyer_id)
    # What the taps of another test do comes later than this.
    return rows(hub, joined.where(Order.placed_at <= NOW).order_by(Order.id, OrderLine.position))


# -- the present -------------------------------------------------------------------------------------


def test_a_po_is_open_with_places_left_and_closes_in_two_days(lived: Simulated) -> None:
    (found,) = rows(
        lived,
        select(Batch).join(Product, Product.batch_id == Batch.id).where(Product.name == "Brownies Kukus Pandan"),
    )
    batch = found[0]

    assert batch.closed_at is None
    assert batch.closes_at is not None
    assert (batch.closes_at.astimezone(JAKARTA).date() - NOW.date()).days == 2
    assert batch.quota is not None
    assert 0 < batch.taken < batch.quota


def test_one_payout_is_overdue_and_one_has_not_arrived(lived: Simulated) -> None:
    states = select(Shop.name, Payout.state, Payout.drafted_at).join(Shop, Shop.id == Payout.shop_id)
    ((overdue_at, _, since),) = rows(lived, states.where(Payout.state == "draft"))
    ((missing_at, _, _),) = rows(lived, states.where(Payout.state == "missing"))

    assert (overdue_at, missing_at) == ("Kedai Bagus", "Batik Laras")
    assert NOW - since >= timedelta(days=7)


def test_a_batch_is_late(lived: Simulated) -> None:
    late = (
        select(Product.name)
        .distinct()
        .join(Batch, Batch.product_id == Product.id)
        .join(Order, Order.batch_id == Batch.id)
        .join(Payment, Payment.order_id == Order.id)
        .where(Batch.delivers_on < NOW.date(), Order.state == "placed", Payment.state == "confirmed")
    )

    assert rows(lived, late) == [("Dimsum Ayam",)]


def test_a_problem_is_open_and_holds_a_commission(lived: Simulated) -> None:
    still = select(Shop.name, Order.release_held).join(Problem, Problem.shop_id == Shop.id)
    found = rows(lived, still.join(Order, Order.id == Problem.order_id).where(Problem.settled_at.is_(None)))

    assert ("Dapur Rina", True) in found


def test_an_order_waits_for_money_to_arrive(lived: Simulated) -> None:
    waiting = select(Profile.name, Order.placed_at).join(Order, Order.buyer_id == Profile.person_id)
    claimed = waiting.join(Payment, Payment.order_id == Order.id).where(Payment.state == "claimed")
    newest = rows(lived, claimed.order_by(Order.id.desc()))[0]

    assert newest.name == "Sari"
    assert NOW - newest.placed_at < timedelta(minutes=15)


def test_an_invitation_is_open(lived: Simulated) -> None:
    assert "Setuju" in {button.label for button in lived.phones.bubbles("maya", "telegram")[-1].buttons}


def test_the_pages_show_it(lived: Simulated) -> None:
    books, window = lived.page("/books"), lived.page("/s/dapur-rina")

    assert all(trade.words.split(",")[0] in books for trade in TRADES)
    assert all(ware.name in window for ware in TRADES[0].wares)
    assert "/media/" in window


# -- the phones --------------------------------------------------------------------------------------


@pytest.mark.parametrize("who", SHOWN_FIRST)
def test_the_first_phones_have_talked_lately(lived: Simulated, who: str) -> None:
    bubbles = lived.phones.bubbles(*Address.of(who))

    assert len(bubbles) >= 5
    assert any(bubble.mine for bubble in bubbles)
    assert any(bubble.buttons for bubble in bubbles)
    assert NOW - bubbles[-1].at < timedelta(days=1)


def test_rina_taps_and_everybody_hears_of_it(young: Simulated) -> None:
    tap(young, "rina@telegram", "Uang masuk")

    assert "LUNAS" in young.phones.bubbles("sari", "whatsapp")[-1].text
    assert "DEWI7" in young.phones.bubbles("dewi", "telegram")[-1].text
    assert young.verdict() == []


def test_dewi_and_sari_go_on_too(young: Simulated) -> None:
    tap(young, "dewi@telegram", "Rincian")
    tap(young, "sari@whatsapp", "Sudah diterima")

    assert "DR-" in max(young.phones.bubbles("dewi", "telegram"), key=lambda bubble: bubble.seq).text
    assert "Enak banget 5⭐" in {button.label for button in young.phones.bubbles("sari", "whatsapp")[-1].buttons}


def test_a_week_later_everything_has_gone_on(twin: Simulated) -> None:
    twin.move_to(NOW + timedelta(days=8))

    assert twin.verdict() == []
    assert {state for (state,) in rows(twin, select(OutboxMessage.state))} == {"sent"}


def tap(hub: Simulated, who: str, label: str) -> None:
    address = Address.of(who)
    found = hub.phones.newest_with(*address, label)
    assert found, label
    hub.phones.taps(*address, *found)
    hub.settle()


# -- its parts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "latest"),
    [("12:40", "16 12:40"), ("03:10", "15 21:30"), ("23:50", "16 21:30"), ("07:00", "16 07:00")],
)
def test_at_night_the_last_thing_happened_in_the_evening(now: str, latest: str) -> None:
    end = datetime.fromisoformat(f"2026-06-16 {now}").replace(tzinfo=JAKARTA)
    hub: Any = type("Clockless", (), {"zone": JAKARTA})()

    assert f"{Calendar(hub, end.astimezone(UTC), 8).latest:%d %H:%M}" == latest


def test_there_are_forty_households_at_doors_of_their_own() -> None:
    assert len({one.who for one in households()}) == len({one.address for one in households()}) == 40


@pytest.mark.parametrize("ware", [ware for trade in TRADES for ware in trade.wares], ids=lambda ware: ware.name)
def test_a_photo_is_a_picture(ware: Any) -> None:
    assert min(pictures.open_picture(ware.photo()).size) >= 600


def test_a_proof_names_its_amount() -> None:
    assert photos.proof("Rp1") != photos.proof("Rp2")


def test_the_line_is_drawn_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    for is_watched in (True, False):
        out = io.StringIO()
        out.isatty = lambda seen=is_watched: seen  # type: ignore[method-assign,misc]
        monkeypatch.setattr("sys.stderr", out)
        progress = Progress(NOW, NOW + timedelta(weeks=8), 8)
        progress.reach(NOW + timedelta(weeks=4))
        progress.reach(NOW + timedelta(weeks=8))

        assert ("5/8" in out.getvalue()) == ("8/8" in out.getvalue()) == is_watched
        progress.done()
        assert out.getvalue().endswith("\r") or not is_watched
