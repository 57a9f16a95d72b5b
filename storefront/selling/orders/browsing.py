"""A shop's orders as they are looked through: today's board, a page of them at a time, one with all that happened.

Every query is bound to one shop and goes by key. What is counted is what is open; nothing here counts history.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import and_, case, exists, func, or_, select, union_all

from storefront.database import Reader
from storefront.models import (
    PAYMENT_OF_ORDER,
    Attribution,
    Batch,
    CaseNote,
    Order,
    OrderLine,
    OrderStep,
    Payment,
    Problem,
    Receipt,
    Recipient,
    Refund,
    Slot,
)
from storefront.people import name_of
from storefront.selling import slots
from storefront.selling.batches import COUNTED, label
from storefront.selling.orders import refunding
from storefront.selling.orders.finding import group_of
from storefront.selling.orders.views import Whole, to_find

Kind = Literal["open", "unpaid", "send", "way", "done", "ended", "all"]
KINDS: tuple[Kind, ...] = ("open", "unpaid", "send", "way", "done", "ended", "all")
PAGE = 25
BOARD_MOST = 120
STEPS_MOST = 60


@dataclass(frozen=True)
class Row:
    """An order as one line: who, what, how much, where it stands and what it waits for."""

    id: int
    code: str
    name: str
    what: str
    total: int | None
    to_find: int | None
    currency: str
    state: str
    payment: str
    method: str | None
    accepted: bool
    group: str
    handover: str
    address: str | None
    day: date | None
    part: str | None
    placed_at: datetime
    has_case: bool

    @property
    def needs_her(self) -> bool:
        """Whether nothing goes on without the seller."""
        return self.group in {"to_check", "to_accept", "fee_missing"} or self.has_case

    @property
    def is_cash_to_take(self) -> bool:
        return self.method == "cod" and self.state in {"sent", "received"} and self.payment == "due"


@dataclass(frozen=True)
class Pot:
    """What is made for one day of one product: how many of each variant. ``batch_id`` is whose lists tell more."""

    day: date | None
    product: str
    batch_id: int
    variants: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class Board:
    """What is open, those orders that need her first; how many there are in all; what is to be made of it.

    ``to_return``: orders that are over and whose money is still to go back.
    """

    rows: Sequence[Row]
    total: int
    pots: Sequence[Pot]
    to_return: Sequence[tuple[str, int, str]]


# -- many ------------------------------------------------------------------------------------------------


def board(db: Reader, shop_id: int) -> Board:
    """A shop's day: five statements, whatever there is to do."""
    cash_is_due = and_(Order.state == "received", Payment.state == "due")
    open_ = (Order.id.in_(going_on(shop_id)), or_(Order.state != "received", cash_is_due, has_case()))
    counted = select(func.count()).select_from(Order).join(Payment, PAYMENT_OF_ORDER)
    total = db.scalar(counted.where(*open_)) or 0
    first = case((or_(Payment.state == "claimed", Order.total.is_(None), asks_for_cash(), has_case()), 0), else_=1)
    on_the_way = case((Order.state == "placed", 0), else_=1)
    query = rows_of(shop_id).where(*open_).order_by(first, on_the_way, Batch.delivers_on, Order.id)
    rows = read(db, query.limit(BOARD_MOST))
    rows.sort(key=lambda row: (not row.needs_her, row.day or date.max, row.id))
    return Board(rows, total, pots(db, shop_id), to_return(db, shop_id))


def going_on(shop_id: int) -> Any:
    """The numbers of what is open, and of what is over but for a problem; each by an index of its own."""
    problems = select(Problem.order_id).where(Problem.shop_id == shop_id, Problem.settled_at.is_(None))
    return union_all(select(Order.id).where(Order.shop_id == shop_id, Order.is_open), problems)


def asks_for_cash() -> Any:
    return and_(Payment.method == "cod", Payment.accepted_at.is_(None), Payment.state == "due")


def has_case() -> Any:
    return exists().where(Problem.order_id == Order.id, Problem.settled_at.is_(None))


def pots(db: Reader, shop_id: int) -> list[Pot]:
    """What is to be made, day by day: of all that is paid, said to be paid, or accepted as cash."""
    day = func.coalesce(Slot.day, Batch.delivers_on)
    counted = or_(Payment.state.in_(COUNTED), Payment.accepted_at.is_not(None))
    query = (
        select(day, OrderLine.product_name, OrderLine.batch_id, OrderLine.variant_name, func.sum(OrderLine.quantity))
        .join(Order, Order.id == OrderLine.order_id)
        .join(Payment, PAYMENT_OF_ORDER)
        .join(Batch, Batch.id == Order.batch_id)
        .outerjoin(Slot, Slot.id == Order.slot_id)
        .where(Order.shop_id == shop_id, Order.is_open, Order.state == "placed", counted, OrderLine.quantity > 0)
        .group_by(day, OrderLine.product_name, OrderLine.batch_id, OrderLine.variant_id, OrderLine.variant_name)
        .order_by(day, OrderLine.product_name, OrderLine.variant_id)
    )
    found: dict[tuple[date | None, str, int], list[tuple[int, str]]] = {}
    for when, product, batch_id, variant, quantity in db.execute(query):
        key = (date.fromisoformat(when) if isinstance(when, str) else when, product, batch_id)
        found.setdefault(key, []).append((int(quantity), variant))
    ordered = sorted(found.items(), key=lambda entry: (entry[0][0] or date.max, entry[0][1]))
    return [Pot(*key, tuple(variants)) for key, variants in ordered]


def to_return(db: Reader, shop_id: int) -> list[tuple[str, int, str]]:
    """Money that is still to go back: the order's number, how much, its currency."""
    whole_sum = (
        select(Order.code, Payment.amount, Order.currency)
        .join(Payment, PAYMENT_OF_ORDER)
        .where(Payment.shop_id == shop_id, Payment.state == "refund_due")
    )
    parts = (
        select(Order.code, Refund.amount, Order.currency)
        .join(Order, Order.id == Refund.order_id)
        .where(Refund.shop_id == shop_id, Refund.state == "due")
    )
    found: Any = db.execute(union_all(whole_sum, parts).limit(PAGE))
    return [(code, int(amount or 0), currency) for code, amount, currency in found]


def page(db: Reader, shop_id: int, kind: Kind, said: str = "", before: int = 0) -> list[Row]:
    """A page of orders, the newest first; ``said`` is a number, a name or a part of one, ``before`` where to go on."""
    query = rows_of(shop_id).where(*wanted(kind))
    if said:
        named = Recipient.name.icontains(said, autoescape=True)
        query = query.where(or_(named, Order.code.icontains(said, autoescape=True)))
    if before:
        query = query.where(Order.id < before)
    return read(db, query.order_by(Order.id.desc()).limit(PAGE))


def wanted(kind: Kind) -> tuple[Any, ...]:
    """What a page of one kind holds."""
    to_go = or_(Payment.state == "confirmed", Payment.accepted_at.is_not(None))
    owed = (Order.is_open, Order.state.in_(["placed", "sent", "received"]), Payment.state.in_(["due", "claimed"]))
    return {
        "open": (Order.is_open,),
        "unpaid": owed,
        "send": (Order.is_open, Order.state == "placed", to_go),
        "way": (Order.is_open, Order.state == "sent"),
        "done": (Order.state == "received",),
        "ended": (Order.state.in_(["cancelled", "released"]),),
        "all": (),
    }[kind]


def rows_of(shop_id: int) -> Any:
    return (
        select(Order, Payment, Batch, Recipient, Slot, has_case().label("has_case"))
        .join(Payment, PAYMENT_OF_ORDER)
        .join(Batch, Batch.id == Order.batch_id)
        .outerjoin(Recipient, Recipient.order_id == Order.id)
        .outerjoin(Slot, Slot.id == Order.slot_id)
        .where(Order.shop_id == shop_id)
    )


def read(db: Reader, query: Any) -> list[Row]:
    """These orders with what is in them: two statements, however many there are."""
    found = db.execute(query).all()
    lines = lines_of(db, [one.Order.id for one in found])
    return [as_row(one, lines.get(one.Order.id, [])) for one in found]


def lines_of(db: Reader, ids: Sequence[int]) -> dict[int, list[OrderLine]]:
    """What is in each of these orders."""
    lines: dict[int, list[OrderLine]] = {}
    query = select(OrderLine).where(OrderLine.order_id.in_(ids), OrderLine.quantity > 0)
    for line in db.scalars(query.order_by(OrderLine.order_id, OrderLine.position)):
        lines.setdefault(line.order_id, []).append(line)
    return lines


def as_row(one: Any, lines: Sequence[OrderLine]) -> Row:
    order, payment, batch, recipient, slot, has_case = one
    return Row(
        id=order.id,
        code=order.code,
        name=recipient.name if recipient else "",
        what=in_words(lines),
        total=order.total,
        to_find=to_find(order, payment),
        currency=order.currency,
        state=order.state,
        payment=payment.state,
        method=payment.method,
        accepted=payment.accepted_at is not None,
        group=group_of(order, payment),
        handover=order.handover,
        address=recipient.address if recipient else None,
        day=slot.day if slot else batch.delivers_on,
        part=slots.label(slot) if slot else batch.day_part,
        placed_at=order.placed_at,
        has_case=bool(has_case),
    )


def in_words(lines: Sequence[OrderLine]) -> str:
    """``2 Nastar``; ``Brownies: 1 polos + 1 keju``; ``1 Brownies keju + 2 Nastar``."""
    if not lines:
        return ""
    alone = len(lines) > 1 and len({line.product_id for line in lines}) == 1
    named = " + ".join(f"{line.quantity} {label(line, alone=alone)}" for line in lines)
    return f"{lines[0].product_name}: {named}" if alone else named


# -- one -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Story:
    """What has happened with one order, and whom it thanks."""

    steps: Sequence[tuple[str, datetime]]
    receipts: Sequence[Receipt]
    refunds: Sequence[Refund]
    case: Problem | None
    notes: Sequence[CaseNote]
    code: str | None
    creator: str
    refundable: int  #: what of the money that came may still go back


def by_code(db: Reader, shop_id: int, code: str) -> int | None:
    """The order of a shop that has this number."""
    return db.scalar(select(Order.id).where(Order.shop_id == shop_id, Order.code == code.upper()))


def story(db: Reader, w: Whole) -> Story:
    """All that was written down of an order."""
    mine = w.order.id
    steps = select(OrderStep.step, OrderStep.at).where(OrderStep.order_id == mine).order_by(OrderStep.id)
    problem = db.scalar(select(Problem).where(Problem.order_id == mine).order_by(Problem.id.desc()).limit(1))
    said = select(CaseNote).where(CaseNote.problem_id == (problem.id if problem else 0)).order_by(CaseNote.id)
    thanked = db.get(Attribution, mine)
    return Story(
        steps=[(what, at) for what, at in db.execute(steps.limit(STEPS_MOST))],
        receipts=db.scalars(select(Receipt).where(Receipt.order_id == mine).order_by(Receipt.id)).all(),
        refunds=db.scalars(
            select(Refund).where(Refund.order_id == mine, Refund.state != "void").order_by(Refund.id)
        ).all(),
        case=problem,
        notes=db.scalars(said).all() if problem else (),
        code=thanked.code if thanked else None,
        creator=name_of(db, thanked.creator_id) if thanked and thanked.creator_id else "",
        refundable=refunding.refundable(db, w),
    )
