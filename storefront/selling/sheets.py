"""A shop's catalogue as a file: given out, taken in, read while she waits or by and by, and written when she says so.

An import is ``reading``, then ``refused`` (a line is wrong, and nothing has changed) or ``ready`` (she is shown what it
would change). Her yes makes it ``writing`` and then ``written``. Another file, or her no, drops it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from storefront import chores, outbox, rows
from storefront.database import Reader, Writer
from storefront.models import Import, Person, Shop
from storefront.reading import sheets
from storefront.reading.sheets import Problem, Sheet
from storefront.refusals import AlreadyDone
from storefront.selling import comparing
from storefront.selling.comparing import Known, Plan

AT_ONCE = 4_000  # lines that are read while she waits; more of them are a chore, so many in a run
MOST_LINES = 100_000
MOST_SHOWN = 50
BREATH = timedelta(seconds=1)  # between two runs, so that people are heard meanwhile
SHOWN_FOR = timedelta(minutes=30)


@dataclass(frozen=True)
class Report:
    """How an import stands, for the page that shows it. ``plan`` is what it would change, once it is ready."""

    id: int
    state: str
    lines: int
    done: int
    added: int
    changed: int
    problems: tuple[Problem, ...]
    more: int
    plan: Plan | None = None


# -- out ---------------------------------------------------------------------------------------------


def written(db: Reader, shop: Shop, delimiter: str = ",") -> str:
    """The whole catalogue, one line for each kind of each product."""
    zone = ZoneInfo(shop.zone)
    return sheets.written((row for one in comparing.on_sale(db, shop.id) for row in lines_of(one, zone)), delimiter)


def lines_of(known: Known, zone: ZoneInfo) -> Iterator[dict[str, Any]]:
    common = {
        **known.columns,
        "number": known.number,
        "product": known.name,
        "kind": known.kind,
        "quota": known.quota,
        "closes_at": sheets.moment_written(known.closes_at, zone) if known.closes_at else None,
        "delivers": sheets.day_written(*known.delivers) if known.delivers else None,
        "shown": not known.columns["is_hidden"],
    }
    for kind in known.kinds:
        yield {**common, "variant": kind.name, "price": kind.price}


# -- in ----------------------------------------------------------------------------------------------


def owner_of(db: Reader, shop_id: int, person_id: int) -> tuple[Shop, Person] | None:
    """The shop and its owner, if she is that and has not asked to be forgotten."""
    mine = (Shop.id == shop_id, Shop.owner_id == person_id, Person.erased_at.is_(None))
    found = db.execute(select(Shop, Person).join(Person, Person.id == Shop.owner_id).where(*mine)).first()
    return (found[0], found[1]) if found else None


def take(db: Writer, shop: Shop, sheet: Sheet, lines: int, now: datetime) -> None:
    """Keep a file and begin to read it; a short one is read at once. One that waited before it is dropped."""
    drop(db, shop.id, now)
    import_id = rows.add(
        db,
        Import,
        shop_id=shop.id,
        person_id=shop.owner_id,
        content=sheet.text,
        lines=lines,
        done=0,
        added=0,
        changed=0,
        errors=[],
        state="reading",
        at=now,
        finished_at=None,
    )
    if lines <= AT_ONCE:
        read(db, import_id, now)
    else:
        chores.schedule(db, "read_import", import_id, now, again="0")


def drop(db: Writer, shop_id: int, now: datetime) -> None:
    """What is not being written is forgotten."""
    waits = (Import.shop_id == shop_id, Import.state.in_(("reading", "ready")))
    db.execute(update(Import).where(*waits).values(state="dropped", content="", finished_at=now))


def read(db: Writer, import_id: int, now: datetime) -> None:
    """Read the next lines of a file; behind the last one, see what it would change."""
    found = db.get_one(Import, import_id, populate_existing=True)
    if found.state != "reading":
        return
    sheet = sheets.opened(found.content)
    done = min(found.done + AT_ONCE, found.lines)
    if found.lines > AT_ONCE:
        _, problems = sheets.read_lines(sheet, found.at, zone_of(db, found), found.done, AT_ONCE)
        found_errors = packed(problems, found.errors)
    else:
        found_errors = []
    if done < found.lines:
        move(db, import_id, done=done, errors=found_errors)
        chores.schedule(db, "read_import", import_id, now + BREATH, again=str(done))
    elif found_errors:
        finish(db, found, "refused", now, done=done, errors=found_errors)
    else:
        compare(db, found, now)


def compare(db: Writer, found: Import, now: datetime) -> None:
    plan = plan_of(db, found, now)
    if plan.problems:
        finish(db, found, "refused", now, done=found.lines, errors=packed(plan.problems))
    else:
        added, changed = plan.counts
        finish(db, found, "ready", now, done=found.lines, errors=[], added=added, changed=changed)


def plan_of(db: Reader, found: Import, now: datetime, *, lock: bool = False) -> Plan:
    """What a file would do to the catalogue as it is now."""
    sheet = sheets.opened(found.content)
    lines, unread = sheets.read_lines(sheet, found.at, zone_of(db, found))
    entries, at_odds = sheets.grouped(sheet, lines)
    plan = comparing.compared(comparing.on_sale(db, found.shop_id, lock=lock), entries, now)
    problems = sorted((*unread, *at_odds, *plan.problems), key=lambda one: one.line)
    return Plan(plan.new, plan.changes, plan.unchanged, tuple(problems))


def zone_of(db: Reader, found: Import) -> ZoneInfo:
    return ZoneInfo(db.get_one(Shop, found.shop_id).zone)


# -- her yes -----------------------------------------------------------------------------------------


def confirm(db: Writer, import_id: int, shop_id: int, now: datetime) -> str:
    """Her yes to what she was shown; returns how the import stands then. A second yes is `AlreadyDone`."""
    mine = (Import.id == import_id, Import.shop_id == shop_id, Import.state == "ready")
    if not rows.changed(db, update(Import).where(*mine).values(state="writing")):
        raise AlreadyDone
    found = db.get_one(Import, import_id, populate_existing=True)
    if found.lines > AT_ONCE:
        chores.schedule(db, "write_import", import_id, now, again=now.isoformat())
        return "writing"
    return write(db, import_id, now)


def write(db: Writer, import_id: int, now: datetime) -> str:
    """Write a file's catalogue in one go. Had the catalogue changed meanwhile, she is shown anew what it would do."""
    found = db.get_one(Import, import_id, populate_existing=True)
    if found.state != "writing":
        return found.state
    plan = plan_of(db, found, now, lock=True)
    if plan.problems:
        return finish(db, found, "refused", now, errors=packed(plan.problems))
    added, changed = plan.counts
    if (added, changed) != (found.added, found.changed):
        return finish(db, found, "ready", now, added=added, changed=changed)
    comparing.apply(db, db.get_one(Shop, found.shop_id), plan, now)
    return finish(db, found, "written", now)


def write_later(db: Writer, import_id: int, now: datetime) -> None:
    """The same as a chore, for a file that is long."""
    write(db, import_id, now)


def finish(db: Writer, found: Import, state: str, now: datetime, **values: Any) -> str:
    """An import has come to a point where she is to look; of a long one she is told, for she will be elsewhere."""
    kept = {} if state == "ready" else {"content": ""}
    move(db, found.id, state=state, finished_at=now, **kept, **values)
    if found.lines > AT_ONCE:
        facts = {
            "shop": found.shop_id,
            "name": db.get_one(Shop, found.shop_id).name,
            "state": state,
            "lines": found.lines,
            "added": values.get("added", found.added),
            "changed": values.get("changed", found.changed),
            "wrong": values["errors"][0] if values.get("errors") else 0,
        }
        outbox.tell(db, found.person_id, "import_read", facts, now)
    return state


def move(db: Writer, import_id: int, **values: Any) -> None:
    db.execute(update(Import).where(Import.id == import_id).values(**values))


# -- how it stands -----------------------------------------------------------------------------------


def latest(db: Reader, shop_id: int, now: datetime) -> Report | None:
    """The import a page has to show: what is under way, or has just ended."""
    mine = select(Import).where(Import.shop_id == shop_id).order_by(Import.id.desc()).limit(1)
    found = db.scalar(mine.execution_options(populate_existing=True))
    if found is None or found.state == "dropped":
        return None
    if found.state in {"refused", "written"} and found.finished_at and found.finished_at < now - SHOWN_FOR:
        return None
    problems, more = unpacked(found.errors)
    plan = plan_of(db, found, now) if found.state == "ready" else None
    if plan and plan.problems:  # since it was read, something has been ordered or listed
        problems, more = unpacked(packed(plan.problems))
    return Report(found.id, found.state, found.lines, found.done, found.added, found.changed, problems, more, plan)


def packed(problems: list[Problem] | tuple[Problem, ...], before: list[Any] | None = None) -> list[Any]:
    """How many problems there are, and the first of them; nothing where there are none."""
    count, first = (before[0], before[1:]) if before else (0, [])
    if not count and not problems:
        return []
    room = max(MOST_SHOWN - len(first), 0)
    return [count + len(problems), *first, *([one.line, one.sentence, dict(one.facts)] for one in problems[:room])]


def unpacked(errors: list[Any]) -> tuple[tuple[Problem, ...], int]:
    """The problems that are shown, and how many more there are."""
    shown = tuple(Problem(*one) for one in errors[1:])
    return shown, (errors[0] - len(shown) if errors else 0)
