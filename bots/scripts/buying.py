"""From a product's card to an order that is placed."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import select

from bots.dialogue import Answer, Screen, Unclear, ask, look, pick
from bots.screens import buyer
from bots.screens.wording import Facts
from bots.visit import Outcome, Visit, follows, script
from storefront import qris
from storefront.database import Reader, Writer
from storefront.models import Deal, Profile, Variant
from storefront.phrases import Voice
from storefront.reading import words
from storefront.reading.destinations import Destination as Account
from storefront.reading.destinations import shown as account_shown
from storefront.reading.orders import AddressWords, OrderWords, Wanted, read_address, read_order
from storefront.selling import catalogue, delivery, shops
from storefront.selling.catalogue import Card
from storefront.selling.delivery import Handover
from storefront.selling.orders import paying, placing
from storefront.selling.orders.placing import Wish
from storefront.selling.orders.views import Whole, facts_of, pay_facts

PIN = "pin "  # how a channel writes a place somebody sent as a location


@dataclass(frozen=True)
class PlaceOrder:
    """The buyer has said everything an order needs. ``way`` is how she will pay, if she said so."""

    card: Card
    wish: Wish
    way: str | None


@script("buying", restarts=True)
async def buying(visit: Visit, product: int, deal: int = 0) -> Outcome:
    """Ask how many, how it reaches her, and where; what was said at once is not asked again."""
    t = visit.t
    card = await look(catalogue.card, product)
    if card.shop.owner_id == visit.person_id or not card.is_open(visit.now) or card.left == 0:
        return buyer.not_for_sale(t, card, visit.now, is_own=card.shop.owner_id == visit.person_id)
    recommender = await look(name_of_creator, deal, visit.person_id) if deal else None
    usual = await look(delivery.usual, card.shop.id, visit.person_id)
    first = offered_handover(t, buyer.card(t, card, recommender, usual))
    order = await ask("order", first, an_order(card), short=buyer.how_many(t, card, usual))
    order = await fitting(visit, card, order)
    handover = await handed_over(visit, card, order, usual)
    return PlaceOrder(card, Wish(counted(card, order.wanted), handover), order.way)


def offered_handover(t: Voice, screen: Screen) -> Screen:
    """The card's buttons: one of it, brought or picked up."""
    return replace(screen, choices=(pick(t("Deliver"), "order", "deliver"), pick(t("Pick up"), "order", "pickup")))


async def fitting(visit: Visit, card: Card, order: OrderWords) -> OrderWords:
    """More than there is: ask how many again, and only that."""
    if card.left is None or quantity_of(order) <= card.left:
        return order
    asked = visit.t("Sorry, only {left} of {product} left. How many would you like?", **what_is_left(card))
    fewer = await ask("quantity", Screen(asked, numbered=False), at_most(card))
    return replace(order, wanted=fewer)


def quantity_of(order: OrderWords) -> int:
    return sum(one.quantity for one in order.wanted)


def what_is_left(card: Card) -> dict[str, object]:
    return {"left": card.left, "product": card.product.name}


def at_most(card: Card) -> Callable[[Answer], tuple[Wanted, ...]]:
    def read(answer: Answer) -> tuple[Wanted, ...]:
        said = read_order(answer.text, [variant.name for variant in card.variants], (), card.product.name)
        if not said.wanted or quantity_of(said) > (card.left or 0):
            raise Unclear("How many would you like? At most {left}.", left=card.left)
        return said.wanted

    return read


def name_of_creator(db: Reader, deal_id: int, visitor: int) -> str | None:
    """Who recommends; on her own link nobody does, because her own order earns her nothing."""
    named = select(Profile.name).join(Deal, Deal.creator_id == Profile.person_id)
    return db.scalar(named.where(Deal.id == deal_id, Deal.creator_id != visitor))


def an_order(card: Card) -> Callable[[Answer], OrderWords]:
    """Read quantities, options, handover, address and way to pay; what we do not sell is asked about."""
    names = [variant.name for variant in card.variants]
    one = (Wanted(names[0], 1),)

    def read(answer: Answer) -> OrderWords:
        if answer.choice in {"deliver", "pickup"}:
            return OrderWords(one, answer.choice, None, None, None, None, ())  # type: ignore[arg-type]
        if answer.text.startswith(PIN):
            return OrderWords(one, "deliver", answer.text, None, None, None, ())
        said = read_order(answer.text, names, places_of(card), card.product.name)
        if card.left is not None and any(word.isdigit() and int(word) > card.left for word in said.unclear):
            raise Unclear("How many would you like? At most {left}.", left=card.left)
        if said.unclear:
            raise Unclear(
                "I am not sure about {what}. How many would you like? We have: {options}.", **offered(card, said)
            )
        if said.wanted:
            return said
        is_plain = "?" not in answer.text and not answer.text.strip()[:1].isdigit()
        if is_plain and (said.handover or said.address or words.yes(answer.text)):
            return replace(said, wanted=one)
        raise Unclear("How many would you like? Just a number is fine.")

    return read


def offered(card: Card, said: OrderWords) -> dict[str, object]:
    options = ", ".join(variant.name for variant in card.variants if variant.name) or card.product.unit
    return {"what": ", ".join(said.unclear), "options": options}


def places_of(card: Card) -> list[str]:
    labels = [area.label for area in shops.areas_of(card.shop) if area.kind != "outside"]
    return [place for place in (card.shop.place, card.shop.city, *labels) if place]


async def handed_over(visit: Visit, card: Card, order: OrderWords, usual: Handover | None) -> Handover:
    """How it reaches her: as said, as last time, or asked."""
    kind = order.handover
    address = AddressWords(order.address, order.landmark, order.recipient, complete=bool(order.address))
    if order.address:
        found = order.address.startswith(PIN) or read_address(order.address, places_of(card)).complete
        address = replace(address, complete=found)
    if kind is None and usual and not order.address:
        return replace(usual, name=order.recipient or usual.name)
    if kind is None:
        said = await ask("handover", handover_screen(visit, card, order), a_handover(card))
        kind, address = (
            said.handover or "deliver",
            AddressWords(said.address, said.landmark, said.recipient or address.recipient, complete=bool(said.address)),
        )
    if kind == "pickup":
        return Handover("pickup", address.recipient or visit.name)
    if usual and usual.kind == "deliver" and not address.address:
        return replace(usual, name=address.recipient or usual.name)
    return await brought(visit, card, address)


def handover_screen(visit: Visit, card: Card, order: OrderWords) -> Screen:
    wanted = counted(card, order.wanted)
    lines = [[quantity, variant.name, variant.price * quantity] for variant, quantity in wanted]
    goods = sum(variant.price * quantity for variant, quantity in wanted)
    facts = {"lines": lines, "goods": goods, "unit": card.product.unit, "currency": card.product.currency}
    screen = buyer.handover_asked(visit.t, facts)
    choices = (pick(visit.t("Deliver"), "handover", "deliver"), pick(visit.t("Pick up"), "handover", "pickup"))
    return replace(screen, choices=choices)


def a_handover(card: Card) -> Callable[[Answer], OrderWords]:
    def read(answer: Answer) -> OrderWords:
        if answer.choice in {"deliver", "pickup"}:
            return OrderWords((), answer.choice, None, None, None, None, ())  # type: ignore[arg-type]
        said = read_order(answer.text, [variant.name for variant in card.variants], places_of(card), card.product.name)
        if said.handover or said.address:
            return said
        raise Unclear("Shall we bring it, or will you pick it up?")

    return read


async def brought(visit: Visit, card: Card, known: AddressWords) -> Handover:
    """Where to, and to whom; the channel's own name will do when she gives none."""
    if known.address and known.complete:
        return Handover("deliver", known.recipient or visit.name, known.address, known.landmark)
    asked = visit.t(
        "Could I have the address and the recipient's name, {kak}? They are used to bring this order from {shop} only, "
        "and can be erased at any time.",
        shop=card.shop.name,
    )
    if not known.address:
        short = visit.t("Where to, and to whom?")
        known = await ask("address", Screen(asked, numbered=False), an_address(card), takes_anything=True, short=short)
    if not known.complete:
        house = visit.t("Which house is it? A block or house number helps the courier find the door.")
        known = await ask("house", Screen(house, numbered=False), a_house(card, known), takes_anything=True)
    return Handover("deliver", known.recipient or visit.name, known.address, known.landmark)


def an_address(card: Card) -> Callable[[Answer], AddressWords]:
    """An address, perhaps still without its house: that is asked next, and what was said is kept."""

    def read(answer: Answer) -> AddressWords:
        if answer.text.startswith(PIN):
            return AddressWords(answer.text, None, None, complete=True)
        said = read_address(answer.text, places_of(card))
        if not said.address or not any(sign.isalpha() for sign in said.address) or "?" in answer.text:
            raise Unclear("I need an address, for example {example}.", example=f"{card.shop.place} C2/5, an Sari")
        return said

    return read


def a_house(card: Card, known: AddressWords) -> Callable[[Answer], AddressWords]:
    """The rest of an address, put behind what was said before."""

    def read(answer: Answer) -> AddressWords:
        rest = read_address(answer.text, places_of(card))
        whole = read_address(f"{known.address} {rest.address or answer.text}", places_of(card))
        if not whole.complete:
            raise Unclear("A block or house number, please, for example <i>C2/5</i>.")
        return replace(whole, recipient=rest.recipient or known.recipient, landmark=rest.landmark or known.landmark)

    return read


def counted(card: Card, wanted: tuple[Wanted, ...]) -> tuple[tuple[Variant, int], ...]:
    """The variants themselves, each once, in the product's order."""
    sums: dict[int, int] = {}
    for one in wanted:
        variant = card.variant(one.variant)
        sums[variant.position] = sums.get(variant.position, 0) + one.quantity
    return tuple((variant, sums[variant.position]) for variant in card.variants if sums.get(variant.position))


@follows(PlaceOrder)
def place(db: Writer, visit: Visit, intent: PlaceOrder) -> Screen:
    """Place it; if she said how she pays, go straight to that."""
    placed = placing.place(db, visit.person_id, intent.card, intent.wish, visit.now)
    way = intent.way if intent.way in intent.card.ways and placed.order.total is not None else None
    if way:
        return pay(db, visit, placed.order.id, way, with_summary=True)
    return buyer.placed(visit.t, facts_of(placed), intent.card.ways)


def pay(db: Writer, visit: Visit, order_id: int, way: str, *, with_summary: bool = False) -> Screen:
    """Choose a way to pay and show how."""
    chosen = paying.choose(db, order_id, visit.person_id, way, visit.now)
    return how_to_pay(db, visit, chosen, with_summary=with_summary)


def how_to_pay(db: Writer, visit: Visit, w: Whole, *, with_summary: bool = False) -> Screen:
    if w.payment.method == "cod":
        return buyer.pay_by_cash(visit.t, facts_of(w), with_summary=with_summary)
    destination = paying.payable_to(db, w)
    facts: Facts = pay_facts(w, destination)
    number = shops.unsealed(db, destination)
    if w.payment.method == "qris":
        payload = qris.with_amount(number, w.order.total or 0, w.order.code)
        return buyer.pay_by_qris(visit.t, facts, payload, with_summary=with_summary)
    account = account_shown(Account(destination.kind, destination.brand, number, None))  # type: ignore[arg-type]
    return buyer.pay_by_transfer(visit.t, facts, account, with_summary=with_summary)
