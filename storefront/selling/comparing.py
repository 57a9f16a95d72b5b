"""What a file would change in a shop's catalogue: compared before anything is written, and written in one go.

A product that is not in the file stays as it is, and so does a kind of it; a column that is not there says nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, insert, select, update

from storefront import chores
from storefront.database import Reader, Writer
from storefront.models import Batch, Product, Shop, Variant
from storefront.phrases import marked
from storefront.reading.blocked import blocked
from storefront.reading.sheets import Entry, Kind, Problem, called, key_of
from storefront.selling import catalogue
from storefront.selling.catalogue import BASE_VARIANT, PLAIN, Listing

UNIT = "pcs"
FREE_COLUMNS = ("category", "min_order", "max_order", "allergens", "shelf_life", "halal", "pirt")
COLUMNS = ("unit", "is_hidden", *FREE_COLUMNS)
SOLD = (Batch.id, Batch.kind, Batch.quota, Batch.taken, Batch.closes_at, Batch.delivers_on, Batch.day_part)
PLAINLY = frozenset({"", BASE_VARIANT})


@dataclass(frozen=True)
class KnownKind:
    """A kind of a product as it is on sale."""

    id: int
    name: str
    price: int
    position: int


@dataclass
class Known:
    """A product as it is on sale: its row, its batch, and the kinds it comes in."""

    id: int
    number: int
    name: str
    columns: dict[str, Any]
    batch_id: int | None
    kind: str | None
    quota: int | None
    taken: int
    closes_at: datetime | None
    delivers: tuple[Any, str | None] | None
    kinds: list[KnownKind] = field(default_factory=list)

    def kind_named(self, name: str) -> KnownKind | None:
        """The kind of that name; with no name the plain one."""
        wanted = key_of(name)
        same = (kind for kind in self.kinds if key_of(kind.name) == wanted)
        plain = (kind for kind in self.kinds if kind.position == PLAIN and wanted in PLAINLY)
        return next(same, None) or next(plain, None)


@dataclass(frozen=True)
class Change:
    """What becomes of one product: what its row says then, new prices, kinds that are new, another quota."""

    known: Known
    columns: Mapping[str, Any]
    prices: tuple[tuple[KnownKind, int], ...]
    added: tuple[Kind, ...]
    quota: int | None

    @property
    def is_requota(self) -> bool:
        return self.quota != self.known.quota

    @property
    def told(self) -> list[tuple[str, Any, Any]]:
        """Each column that changes, with what it said and what it will say."""
        before = self.known.columns
        rows = [(column, before[column], value) for column, value in self.columns.items() if value != before[column]]
        return rows + ([("quota", self.known.quota, self.quota)] if self.is_requota else [])

    @property
    def is_any(self) -> bool:
        return bool(self.prices or self.added or self.told)


@dataclass(frozen=True)
class Plan:
    """All a file would do, or why it does nothing."""

    new: tuple[Entry, ...]
    changes: tuple[Change, ...]
    unchanged: int
    problems: tuple[Problem, ...]

    @property
    def counts(self) -> tuple[int, int]:
        return len(self.new), len(self.changes)


# -- what is on sale ---------------------------------------------------------------------------------


def on_sale(db: Reader, shop_id: int, *, lock: bool = False) -> list[Known]:
    """Every product of a shop, by its number. ``lock``: nobody orders from them until this is through."""
    if lock:
        held = select(Batch.id).join(Product, Product.batch_id == Batch.id).where(Product.shop_id == shop_id)
        db.execute(held.order_by(Batch.id).with_for_update(of=Batch))
    columns = (Product.id, Product.number, Product.name, *(getattr(Product, name) for name in COLUMNS))
    query = select(*columns, *SOLD).outerjoin(Batch, Batch.id == Product.batch_id).where(Product.shop_id == shop_id)
    found = {row[0]: as_known(row) for row in db.execute(query.order_by(Product.number))}
    offered = select(Variant.product_id, Variant.id, Variant.name, Variant.price, Variant.position)
    mine = offered.where(Variant.shop_id == shop_id, Variant.is_offered)
    for product_id, *kind in db.execute(mine.order_by(Variant.product_id, Variant.position)):
        found[product_id].kinds.append(KnownKind(*kind))  # type: ignore[arg-type]
    return list(found.values())


def as_known(row: Sequence[Any]) -> Known:
    """A product from its row: what it is, its columns, and the batch it is sold from."""
    product_id, number, name, *columns = row[: 3 + len(COLUMNS)]
    batch_id, kind, quota, taken, closes_at, delivers_on, day_part = row[3 + len(COLUMNS) :]
    delivers = (delivers_on, day_part) if delivers_on else None
    said = dict(zip(COLUMNS, columns, strict=True))
    return Known(product_id, number, name, said, batch_id, kind, quota, taken or 0, closes_at, delivers)


# -- comparing ---------------------------------------------------------------------------------------


def compared(known: Sequence[Known], entries: Iterable[Entry], now: datetime) -> Plan:
    """What becomes of each product of the file."""
    names: dict[str, Known] = {}
    for one in known:
        names.setdefault(key_of(one.name), one)
    numbers = {one.number: one for one in known}
    new: list[Entry] = []
    changes: list[Change] = []
    problems: list[Problem] = []
    unchanged = 0
    for entry in entries:
        same = names.get(key_of(entry.name))
        if same is None:
            problems += wrong_with_new(entry, numbers, now)
            new.append(entry)
            continue
        change = change_of(same, entry, problems)
        if change.is_any:
            changes.append(change)
        else:
            unchanged += 1
    return Plan(tuple(new), tuple(changes), unchanged, tuple(problems))


def wrong_with_new(entry: Entry, numbers: Mapping[int, Known], now: datetime) -> list[Problem]:
    """What a product that is not on sale yet still lacks."""
    other = numbers.get(entry.said.get("number") or 0)
    facts = {"name": entry.name}
    if other:
        sentence = marked("number {number} is {other}. For something new leave the number empty")
        return [Problem(entry.at, sentence, {"number": str(other.number), "other": other.name})]
    found = [
        Problem(kind.at, marked("{name} needs a price"), {"name": called(entry.name, kind.name)})
        for kind in entry.kinds
        if kind.price is None
    ]
    if blocked(entry.name):
        found.append(Problem(entry.at, marked("{name} cannot be sold here"), facts))
    closes_at = entry.said.get("closes_at")
    match entry.said.get("kind"):
        case None:
            found.append(Problem(entry.at, marked("{name} is new: is it po or ready? Write it under jenis"), facts))
        case "po" if closes_at is None:
            found.append(Problem(entry.at, marked("{name} is a PO and needs the time it closes, under tutup"), facts))
        case "po" if closes_at and closes_at <= now:
            found.append(Problem(entry.at, marked("{name} would close at a time that has passed"), facts))
        case "ready" if closes_at:
            found.append(Problem(entry.at, marked("{name} is ready stock, which does not close"), facts))
    return found + wrong_limits(entry, entry.said)


def wrong_limits(entry: Entry, columns: Mapping[str, Any]) -> list[Problem]:
    least, most = columns.get("min_order"), columns.get("max_order")
    if least and most and least > most:
        facts = {"name": entry.name, "least": str(least), "most": str(most)}
        return [Problem(entry.at, marked("{name}: the least, {least}, is more than the most, {most}"), facts)]
    return []


def change_of(known: Known, entry: Entry, problems: list[Problem]) -> Change:
    """What the file says of a product that is on sale, beside what is so now."""
    said = entry.said
    columns = {**known.columns, **{name: said[name] for name in FREE_COLUMNS if name in said}}
    if said.get("unit"):
        columns["unit"] = said["unit"]
    if said.get("shown") is not None:
        columns["is_hidden"] = not said["shown"]
    quota = said.get("quota", known.quota) if known.batch_id else known.quota
    problems += wrong_limits(entry, columns) + wrong_batch(known, entry, quota)
    prices: list[tuple[KnownKind, int]] = []
    added: list[Kind] = []
    for kind in entry.kinds:
        same = known.kind_named(kind.name)
        if same and kind.price not in {None, same.price}:
            prices.append((same, kind.price or 0))
        elif same is None:
            added.append(kind)
            problems += wrong_with_kind(known, kind)
    return Change(known, columns, tuple(prices), tuple(added), quota)


def wrong_with_kind(known: Known, kind: Kind) -> list[Problem]:
    if key_of(kind.name) in PLAINLY:
        names = ", ".join(one.name for one in known.kinds)
        sentence = marked("{name} comes in kinds, so name one under varian: {names}")
        return [Problem(kind.at, sentence, {"name": known.name, "names": names})]
    if kind.price is None:
        return [Problem(kind.at, marked("{name} needs a price"), {"name": called(known.name, kind.name)})]
    return []


def wrong_batch(known: Known, entry: Entry, quota: int | None) -> list[Problem]:
    """A batch keeps its kind and its days, which buyers were told; and never has less than what was ordered."""
    found = []
    if quota is not None and quota != known.quota and quota < known.taken:
        facts = {"name": known.name, "taken": str(known.taken), "quota": str(quota)}
        found.append(Problem(entry.at, marked("{name} has {taken} ordered already, so {quota} is too few"), facts))
    now = {"kind": known.kind, "closes_at": known.closes_at, "delivers": known.delivers}
    for column, is_so in now.items():
        told = entry.said.get(column)
        if told is not None and told != is_so and not same_minute(told, is_so):
            sentence = marked("{name}: jenis, tutup and kirim are changed in the chat, by listing it again")
            return [*found, Problem(entry.at, sentence, {"name": known.name})]
    return found


def same_minute(told: Any, is_so: Any) -> bool:
    """A file knows no seconds."""
    both = isinstance(told, datetime) and isinstance(is_so, datetime)
    return both and told == is_so.replace(second=0, microsecond=0)


# -- writing -----------------------------------------------------------------------------------------


def apply(db: Writer, shop: Shop, plan: Plan, now: datetime) -> None:
    """Write a plan that has no problems. A few statements, however long it is: everybody else waits meanwhile."""
    assert not plan.problems, "nothing is half done"
    if plan.changes:
        change_all(db, shop, plan.changes)
    if plan.new:
        add_all(db, shop, plan.new, now)


def change_all(db: Writer, shop: Shop, changes: Sequence[Change]) -> None:
    rows = [{"this": one.known.id, **one.columns} for one in changes if one.columns != one.known.columns]
    prices = [{"this": kind.id, "price": price} for one in changes for kind, price in one.prices]
    quotas = [{"this": one.known.batch_id, "quota": one.quota} for one in changes if one.is_requota]
    for table, values in ((Product, rows), (Variant, prices), (Batch, quotas)):
        if values:
            change_each(db, cast(Table, table.__table__), values)
    for one in changes:
        if one.added:
            catalogue.write_variants(db, shop, one.known.id, with_kinds(one))


def change_each(db: Writer, table: Table, values: list[dict[str, Any]]) -> None:
    """Many rows of a table, each to values of its own."""
    columns: dict[str, Any] = {name: bindparam(name) for name in values[0] if name != "this"}
    db.connection().execute(update(table).where(table.c.id == bindparam("this")).values(columns), values)


def with_kinds(change: Change) -> Listing:
    """A product that is on sale, as its seller would list it with the kinds that are new."""
    new_prices = {kind.id: price for kind, price in change.prices}
    priced = [(kind.name, new_prices.get(kind.id, kind.price), kind.position) for kind in change.known.kinds]
    plain = next((one for one in priced if one[2] == PLAIN), None)
    others = [(name, price) for name, price, position in priced if position != PLAIN]
    others += [(kind.name, kind.price or 0) for kind in change.added]
    base = plain[1] if plain else others[0][1]
    called_plain = (plain[0] or BASE_VARIANT) if plain else None
    return a_listing(change.known.name, change.columns["unit"], base, others, called_plain, {})


def as_listing(entry: Entry) -> Listing:
    """A product of the file as its seller would list it: the plain kind first, each other one by what it adds."""
    plain = next((kind for kind in entry.kinds if key_of(kind.name) in PLAINLY), None)
    others = [(kind.name, kind.price or 0) for kind in entry.kinds if kind is not plain]
    base = (plain.price if plain else others[0][1]) or 0
    unit = entry.said.get("unit") or UNIT
    return a_listing(entry.name, unit, base, others, BASE_VARIANT if plain else None, entry.said)


def a_listing(
    name: str, unit: str, base: int, others: Sequence[tuple[str, int]], plain: str | None, said: Mapping[str, Any]
) -> Listing:
    delivers_on, day_part = said.get("delivers") or (None, None)
    return Listing(
        name=name,
        price=base,
        unit=unit,
        options=tuple((other, price - base) for other, price in others),
        is_preorder=said.get("kind") == "po",
        quota=said.get("quota"),
        closes_at=said.get("closes_at"),
        delivers_on=delivers_on,
        day_part=day_part,
        plain=plain,
    )


def add_all(db: Writer, shop: Shop, entries: Sequence[Entry], now: datetime) -> None:
    """What is new, with its kinds and its batch: as `catalogue.list_product` does it for one, for any number."""
    first = (db.scalar(select(func.max(Product.number)).where(Product.shop_id == shop.id)) or 0) + 1
    put_all(db, Product, [product_row(shop, one, number, now) for number, one in enumerate(entries, start=first)])
    mine = (Product.shop_id == shop.id, Product.number >= first)
    ids = db.scalars(select(Product.id).where(*mine).order_by(Product.number)).all()
    listings = [as_listing(entry) for entry in entries]
    sold = list(zip(ids, listings, strict=True))
    put_all(db, Variant, [row for id_, one in sold for row in catalogue.variant_rows(shop, id_, one)])
    put_all(db, Batch, [batch_row(shop, id_, one, now) for id_, one in sold])
    batch = select(Batch.id).where(Batch.product_id == Product.id).scalar_subquery()
    db.execute(update(Product).where(*mine).values(batch_id=batch).execution_options(synchronize_session=False))
    closing = select(Batch.id, Batch.closes_at).join(Product, Product.batch_id == Batch.id).where(*mine)
    due = db.execute(closing.where(Batch.closes_at.is_not(None)))
    chores.schedule_all(db, "close_batch", {batch_id: at for batch_id, at in due if at})


def put_all(db: Writer, table: type[Product | Variant | Batch], values: list[dict[str, Any]]) -> None:
    db.connection().execute(insert(cast(Table, table.__table__)), values)


def product_row(shop: Shop, entry: Entry, number: int, now: datetime) -> dict[str, Any]:
    said = entry.said
    return {
        "shop_id": shop.id,
        "number": number,
        "name": entry.name,
        "unit": said.get("unit") or UNIT,
        "kind": "food",
        "currency": shop.currency,
        "is_hidden": said.get("shown") is False,
        "listed_at": now,
        **{name: said.get(name) for name in FREE_COLUMNS},
    }


def batch_row(shop: Shop, product_id: int, listing: Listing, now: datetime) -> dict[str, Any]:
    return {
        "shop_id": shop.id,
        "product_id": product_id,
        "kind": "po" if listing.is_preorder else "ready",
        "quota": listing.quota,
        "taken": 0,
        "closes_at": listing.closes_at,
        "delivers_on": listing.delivers_on,
        "day_part": listing.day_part,
        "opened_at": now,
    }
