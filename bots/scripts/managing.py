"""What a seller changes by writing it: which product, read back where it matters, then done."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bots.dialogue import Screen, ask, choose, look
from bots.screens import shelf
from bots.scripts.noting import as_said
from bots.visit import Outcome, Visit, follows, script
from storefront.database import Reader, Writer
from storefront.reading.managing import Change, in_order, named, read_change
from storefront.reading.noise import clean
from storefront.reading.shelf import Ware
from storefront.refusals import AlreadyDone
from storefront.selling import catalogue, editing, posts, preorders, shops
from storefront.selling.catalogue import Card

READ_BACK = ("price", "name", "closes", "close_now")
ASKED_AMONG = 20


@dataclass(frozen=True)
class Apply:
    """The change as it was said, and the product it turned out to mean."""

    product: int
    change: Change
    said: str


@script("managing")
async def managing(visit: Visit, mark: int) -> Outcome:
    """``mark`` tells one wish from the next, so that an old button never confirms a newer one."""
    said = await ask("said", Screen(visit.t("What should be different?")), as_said)
    found = await look(understood, visit.person_id, said, visit)
    if found is None:
        return Screen(visit.t("That does not fit what you sell any more. Please write it again."))
    change, names = found
    product = change.products[0]
    if len(change.products) > 1 and change.verb != "first":
        options = {str(one): names[one] for one in change.products[:ASKED_AMONG]}
        product = int(await choose("product", Screen(visit.t("Of which product?")), options))
    card = await look(editing.owned, product, visit.person_id)
    wrong = shelf.cannot(visit.t, card, change, visit.now)
    if wrong is not None:
        return Screen(wrong)
    if change.verb == "again":
        return await reopened(visit, card)
    if change.verb in READ_BACK:
        options = {"yes": visit.t("Change it"), "no": visit.t("Leave it")}
        if await choose("change", Screen(shelf.read_back(visit.t, card, change)), options) == "no":
            return Screen(visit.t("Fine, nothing has changed."))
    return Apply(product, change, said)


async def reopened(visit: Visit, card: Card) -> Screen:
    if card.is_open(visit.now):
        return Screen(visit.t("{product} is open: ", product=card.product.name) + shelf.line(visit.t, card, visit.now))
    return shelf.reopening(visit.t, card, await look(preorders.next_round, card.batch, visit.now))


def understood(db: Reader, seller_id: int, said: str, visit: Visit) -> tuple[Change, dict[int, str]] | None:
    """What a seller's words would change, and what the products of her shops are called."""
    wares = wares_of(db, seller_id)
    change = read_change(said, wares, visit.now, visit.place.zone)
    return (change, {ware.id: ware.name for ware in wares}) if change else None


def wares_of(db: Reader, seller_id: int) -> tuple[Ware, ...]:
    """Everything a seller has on the shelves of all her shops, hidden or not."""
    mine = shops.owned_by(db, seller_id)
    return tuple(w for shop in mine for w in catalogue.wares(db, shop.id, with_plain=True, with_hidden=True))


PHOTO_OF = re.compile(
    r"(?:tambah |add )?(?:foto|photo|gambar|picture)(?: of| lagi)?\s+(?P<what>.{2,60})", re.IGNORECASE
)


def photo_of(caption: str, wares: tuple[Ware, ...]) -> int | None:
    """The one product a caption like "foto brownies" means."""
    match = PHOTO_OF.fullmatch(clean(caption))
    found = named(match["what"], wares) if match else ()
    return found[0] if len(found) == 1 else None


@follows(Apply)
def apply(db: Writer, visit: Visit, intent: Apply) -> Screen:
    """Do it, and show where the product stands now."""
    change = intent.change
    card = editing.owned(db, intent.product, visit.person_id)
    if change.verb == "first":
        ranked = tuple(in_order(intent.said, wares_of(db, visit.person_id))) or change.products[:1]
        editing.put_first(db, [editing.owned(db, one, visit.person_id) for one in ranked])
        return Screen(shelf.changed(visit.t, card, change))
    DEEDS[change.verb](db, visit, card, change)
    posts.changed(db, card.batch.id)
    said = shelf.changed(visit.t, card, change)
    return shelf.desk(visit.t, editing.owned(db, intent.product, visit.person_id), visit.now).after(said)


def quota(db: Writer, visit: Visit, card: Card, change: Change) -> None:
    """Of one variant, or of the whole batch."""
    assert change.amount is not None, "a quota is a number"
    if change.option:
        editing.set_variant_quota(db, card, change.option, change.amount)
    else:
        editing.set_quota(db, card, change.amount, visit.now)


def closing(db: Writer, visit: Visit, card: Card, change: Change) -> None:
    if change.when is None or change.when <= visit.now:
        raise AlreadyDone
    editing.move_closing(db, card, change.when, visit.now)


DEEDS: dict[str, Callable[..., None]] = {
    "price": lambda db, _, card, change: editing.set_price(db, card, change.amount, change.option),
    "quota": quota,
    "stock": lambda db, visit, card, change: editing.restock(db, card, change.amount, visit.now),
    "least": lambda db, _, card, change: editing.change(db, card, min_order=change.amount),
    "most": lambda db, _, card, change: editing.change(db, card, max_order=change.amount),
    "runs": lambda db, _, card, change: editing.set_minimum(db, card, change.amount),
    "name": lambda db, _, card, change: editing.rename(db, card, change.said),
    "category": lambda db, _, card, change: editing.change(db, card, category=change.said),
    "hide": lambda db, _, card, __: editing.hide(db, card),
    "show": lambda db, _, card, __: editing.show(db, card),
    "pause": lambda db, visit, card, _: editing.pause(db, card, visit.now),
    "resume": lambda db, _, card, __: editing.resume(db, card),
    "closes": closing,
    "close_now": lambda db, visit, card, _: editing.close_now(db, card, visit.now),
    "facts": lambda db, _, card, change: editing.change(db, card, **dict(change.facts)),
}
