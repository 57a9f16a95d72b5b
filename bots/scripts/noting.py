"""Orders the seller writes down: a pasted list or one neighbour's words, read back and confirmed."""

from dataclasses import dataclass
from zlib import crc32

from bots.dialogue import Answer, Screen, ask, choose, look
from bots.screens import lists
from bots.visit import Outcome, Visit, follows, script
from storefront.database import Reader, Writer
from storefront.models import Shop
from storefront.reading.lists import Entry, GroupList, read_entry, read_list, said_to_note
from storefront.reading.shelf import Ware
from storefront.refusals import AlreadyDone, NotYours
from storefront.selling import catalogue, staff
from storefront.selling.orders import entering
from storefront.selling.orders.views import facts


@dataclass(frozen=True)
class Draft:
    """A list against what the shop sells: what of it is new, who stands on it already, what it wants too much of."""

    read: GroupList
    standing: tuple[Entry, ...]
    wares: dict[int, Ware]
    lacking: list[tuple[str, int, int]]


@dataclass(frozen=True)
class Enter:
    """The seller has confirmed what she pasted."""

    shop: int
    said: str


@script("noting")
async def noting(visit: Visit, shop: int, mark: int) -> Outcome:
    """``mark`` tells one pasted list from the next, so that an old button never confirms a newer list."""
    said = await ask("list", Screen(visit.t("Please paste the list.")), as_said)
    draft = await look(drafted, shop, said)
    if draft is None:
        return Screen(visit.t("That does not fit what you sell any more. Please paste it again."))
    if draft.lacking:
        return lists.too_long(visit.t, draft.lacking)
    if not draft.read.entries:
        return lists.nothing_new(visit.t, draft.standing, draft.read.unclear)
    shown = lists.read_back(visit.t, draft.read, draft.standing, draft.wares)
    options = {"yes": visit.t("Write down"), "no": visit.t("Not now")}
    if await choose("note", shown, options) == "yes":
        return Enter(shop, said)
    return Screen(visit.t("Fine, nothing was written down."))


def as_said(answer: Answer) -> str:
    return answer.text


def marked(said: str) -> int:
    return crc32(said.encode())


def drafted(db: Reader, shop_id: int, said: str) -> Draft | None:
    """None where the shelf has changed so much since it was pasted that it reads no more.

    A group's list grows and is pasted again: who stands on it already is not written down twice.
    """
    wares = catalogue.wares(db, shop_id, with_plain=True)
    found = understood(said, wares)
    if found is None:
        return None
    unsure = entering.without_a_kind(db, found.entries)
    names = set() if said_to_note(said) else entering.names_on(db, found.entries)
    standing = tuple(one for one in found.entries if one.name.casefold() in names)
    fresh = tuple(one for one in found.entries if one not in standing and one not in unsure)
    unclear = sorted([*found.unclear, *((one.number, one.name) for one in unsure if one not in standing)])
    read = GroupList(found.heading, fresh, tuple(unclear))
    return Draft(read, standing, {ware.id: ware for ware in wares}, entering.lacking(db, fresh))


def understood(said: str, wares: tuple[Ware, ...]) -> GroupList | None:
    """A list, or one neighbour's order behind *catat*."""
    one = read_entry(said_to_note(said) or "", wares)
    return GroupList("", (one,), ()) if one else read_list(said, wares)


@follows(Enter)
def enter(db: Writer, visit: Visit, intent: Enter) -> Screen:
    shop = db.get(Shop, intent.shop)
    if shop is None or shop.id not in {one.id for one in staff.shops_of(db, visit.person_id)}:
        raise NotYours
    draft = drafted(db, shop.id, intent.said)
    if draft is None or not draft.read.entries:
        raise AlreadyDone
    written = entering.enter(db, visit.person_id, visit.language, draft.read.entries, visit.now)
    printed = [entering.group_list(db, batch_id) for batch_id in entering.batches_of(written)]
    return lists.noted(visit.t, [facts(db, one.order.id) for one in written], printed)
