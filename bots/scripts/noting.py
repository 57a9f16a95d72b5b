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
from storefront.refusals import NotYours
from storefront.selling import catalogue
from storefront.selling.orders import entering
from storefront.selling.orders.views import facts


@dataclass(frozen=True)
class Draft:
    """A list against what the shop sells, and what it wants more of than there is."""

    read: GroupList
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
    if draft.lacking:
        return lists.too_long(visit.t, draft.lacking)
    shown = lists.read_back(visit.t, draft.read.entries, draft.read.unclear, draft.wares)
    options = {"yes": visit.t("Write down"), "no": visit.t("Not now")}
    if await choose("note", shown, options) == "yes":
        return Enter(shop, said)
    return Screen(visit.t("Fine, nothing was written down."))


def as_said(answer: Answer) -> str:
    return answer.text


def marked(said: str) -> int:
    return crc32(said.encode())


def drafted(db: Reader, shop_id: int, said: str) -> Draft:
    wares = catalogue.wares(db, shop_id, with_plain=True)
    found = understood(said, wares)
    assert found, "it was read before the talk began, from the same shelf"
    return Draft(found, {ware.id: ware for ware in wares}, entering.lacking(db, found.entries))


def understood(said: str, wares: tuple[Ware, ...]) -> GroupList | None:
    """A list, or one neighbour's order behind *catat*."""
    one = read_entry(said_to_note(said) or "", wares)
    return GroupList("", (one,), ()) if one else read_list(said, wares)


@follows(Enter)
def enter(db: Writer, visit: Visit, intent: Enter) -> Screen:
    shop = db.get(Shop, intent.shop)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    entries: tuple[Entry, ...] = drafted(db, shop.id, intent.said).read.entries
    written = entering.enter(db, visit.person_id, visit.language, entries, visit.now)
    printed = [entering.group_list(db, batch_id) for batch_id in entering.batches_of(written)]
    return lists.noted(visit.t, [facts(db, one.order.id) for one in written], printed)
