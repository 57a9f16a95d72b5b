"""From a product's card to an order that is placed."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import and_, select

from bots.dialogue import Answer, Screen, Unclear, ask, choose, do, go, is_number, look, pick, same_words
from bots.screens import buyer, money
from bots.screens.buyer import Recommender
from bots.screens.wording import Facts
from bots.visit import Outcome, Visit, follows, script
from referral.attribution import Claim
from storefront import people, qris
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Deal, Person, Profile, Slot, UsualAddress, Variant
from storefront.phrases import Voice, marked
from storefront.reading import promising, words
from storefront.reading.destinations import Destination as Account
from storefront.reading.destinations import shown as account_shown
from storefront.reading.lines import Line
from storefront.reading.messages import read_message
from storefront.reading.noise import clean, plain
from storefront.reading.orders import AddressWords, OrderWords, Wanted, read_address, read_order
from storefront.reading.shelf import Ware
from storefront.refusals import AnotherDay, BatchClosed, NothingFree
from storefront.selling import batches, catalogue, hours, resellers, shops, slots
from storefront.selling import waiting as places
from storefront.selling.batches import called
from storefront.selling.catalogue import Card
from storefront.selling.delivery import PIN, Handover
from storefront.selling.orders import paying, placing
from storefront.selling.orders.placing import Basket, Wish
from storefront.selling.orders.views import Whole, facts_of, pay_facts


@dataclass(frozen=True)
class PlaceOrder:
    """The buyer has said everything an order needs. ``way`` is how she will pay, if she said so."""

    card: Card
    wish: Wish
    way: str | None
    waiting: int = 0  #: the place on the waiting list that was held for her
    through: int = 0  #: the deal of who recommended it, where she said so by name


@script("buying", restarts=True)
async def buying(visit: Visit, product: int, deal: int = 0, waiting: int = 0) -> Outcome:
    """Ask how many, how it reaches her, and where; what was said at once is not asked again."""
    t = visit.t
    card, shelf = await look(catalogue.counter, product, visit.person_id)
    if card.is_resale:
        card = resellers.at_her_price(card)
    if waiting:
        card = replace(card, held=await look(places.held_for, waiting, visit.person_id))
    if card.shop.owner_id == visit.person_id or not can_be_had(card, visit):
        return buyer.not_for_sale(t, card, visit.now, is_own=card.shop.owner_id == visit.person_id)
    opens_at = hours.opens_at(card.shop, visit.now, visit.place.zone) if card.batch.kind == "ready" else None
    if opens_at:
        return buyer.resting(t, card, opens_at)
    usual, recommender = await look(known_of, card.shop.id, visit.person_id, deal)
    first = offered_handover(t, buyer.card(t, card, recommender, usual))
    if card.more_photos:
        first = replace(first, choices=(*first.choices, go(t("More photos"), "photos", card.product.id, 0)))
    order = await ask("order", first, an_order(card, shelf), short=buyer.how_many(t, card, usual))
    order = await fitting(visit, card, order)
    through = await thanked(visit, card, order)
    baskets = await filled(visit, card, order)
    handover = await handed_over(visit, baskets, order, usual)
    main, *more = baskets
    return PlaceOrder(main.card, Wish(main.wanted, handover, tuple(more)), order.way, waiting, through)


async def thanked(visit: Visit, card: Card, order: OrderWords) -> int:
    """Somebody mentioned by name with the order: if she recommends this shop, whether it is hers; her deal, or 0."""
    if not order.sent_by:
        return 0
    deal = await look(deals.named_in, card.shop.id, order.sent_by, visit.person_id, visit.now)
    if deal is None:
        return 0
    name = await look(people.name_of, deal.creator_id)
    asked = Screen(visit.t("Did {creator} recommend it to you? Then the order thanks her.", creator=name))
    said = await choose("through", asked, {"yes": visit.t("Yes, {name}", name=name), "no": visit.t("No")})
    return deal.id if said == "yes" else 0


def can_be_had(card: Card, visit: Visit) -> bool:
    """Whether somebody who asks now can order it."""
    return card.is_open(visit.now) and card.left != 0 and not card.is_paused(visit.now) and not card.product.is_hidden


async def filled(visit: Visit, card: Card, order: OrderWords) -> list[Basket]:
    """What was named, product by product; where one has to be chosen among kinds, which."""
    wanted = {card.product.id: order.wanted} if order.wanted else {}
    for line in order.more:
        wanted[line.product_id] = (*wanted.get(line.product_id, ()), Wanted(line.option, line.quantity))
    others = tuple(product_id for product_id in wanted if product_id != card.product.id)
    beside = await look(catalogue.cards, others)
    if card.is_resale:
        beside = tuple(resellers.at_her_price(one) for one in beside)
    cards = {card.product.id: card, **{one.product.id: one for one in beside}}
    together([cards[product_id] for product_id in wanted], visit)
    return [Basket(cards[one], await chosen(visit, cards[one], what)) for one, what in wanted.items()]


def together(cards: list[Card], visit: Visit) -> None:
    """Raises `BatchClosed` or `AnotherDay` for what cannot go with the rest."""
    days = {one.batch.delivers_on for one in cards} - {None}
    for one in cards[1:]:
        if not one.is_open(visit.now):
            raise BatchClosed(product=one.product.name)
        if len(days) > 1 and one.batch.delivers_on != cards[0].batch.delivers_on:
            raise AnotherDay(product=one.product.name)


async def chosen(visit: Visit, card: Card, wanted: tuple[Wanted, ...]) -> tuple[tuple[Variant, int], ...]:
    """The variants themselves. Without a plain one, whoever named none is asked which."""
    if card.product.mix_kinds:
        return await boxes(visit, card, wanted)
    if card.has_plain or all(one.variant for one in wanted):
        return counted(card, wanted)
    open_ = sum(one.quantity for one in wanted if not one.variant)
    names = [variant.name for variant in card.variants]
    facts = {"product": card.product.name, "n": open_, "options": ", ".join(names)}
    asked = visit.t("Which {product}, {kak}? {n} of: {options}.", **facts)
    key = f"kind{card.product.id}"
    choices = tuple(pick(name, key, name) for name in names[:KINDS_SHOWN])
    kinds = await ask(key, Screen(asked, choices=choices), kinds_of(card, open_))
    return counted(card, (*(one for one in wanted if one.variant), *kinds))


async def boxes(visit: Visit, card: Card, wanted: tuple[Wanted, ...]) -> tuple[tuple[Variant, int], ...]:
    """Boxes that are mixed: so many, and which kinds go into each. Whoever named kinds at once is not asked again."""
    most = card.product.mix_kinds or 1
    named = tuple(dict.fromkeys(one.variant for one in wanted if one.variant))
    many = wanted[0].quantity if named else quantity_of(wanted)
    names = [variant.name for variant in card.variants]
    if not 0 < len(named) <= most:
        asked = visit.t(
            "Which kinds go into the box, {kak}? Up to {most} of: {options}.", most=most, options=", ".join(names)
        )
        named = await ask(f"mix{card.product.id}", Screen(asked, numbered=False), a_mix(names, most))
    stand_in = replace_name(card, named)
    return ((stand_in, many),)


def a_mix(names: list[str], most: int) -> Callable[[Answer], tuple[str, ...]]:
    """The kinds that are named, each once; "campur" or "mix" is the first ones."""

    def read(answer: Answer) -> tuple[str, ...]:
        said = f" {same_words(answer.text)} "
        found = tuple(name for name in names if f" {same_words(name)} " in said)
        if not found and MIXED_UP.search(answer.text):
            return tuple(names[:most])
        if not found:
            raise Unclear("Please choose among these: {options}.", options=", ".join(names))
        if len(found) > most:
            raise Unclear("Up to {most} kinds go into one box. Which ones?", most=most)
        return found

    return read


MIXED_UP = re.compile(r"\b(?:campur|mix|bebas|terserah|random|any|mixed)\b", re.IGNORECASE)


def replace_name(card: Card, kinds: tuple[str, ...]) -> Variant:
    """A variant that stands for a mix until it is ordered; it costs what its dearest kind does."""
    chosen_ = [variant for variant in card.variants if variant.name in kinds]
    first = chosen_[0]
    name = batches.MIXED.join(variant.name for variant in chosen_)
    return Variant(
        id=first.id,
        shop_id=first.shop_id,
        product_id=first.product_id,
        position=first.position,
        name=name,
        price=max(variant.price for variant in chosen_),
        currency=first.currency,
        is_offered=False,
    )


def kinds_of(card: Card, quantity: int) -> Callable[[Answer], tuple[Wanted, ...]]:
    """One kind for all of them, or so many of each."""
    names = [variant.name for variant in card.variants]
    ware = Ware(card.product.id, card.product.name, None, card.product.unit, tuple(names))

    def read(answer: Answer) -> tuple[Wanted, ...]:
        said = next((name for name in names if same_words(name) == same_words(plain(answer.text))), answer.choice)
        if said in names:
            return (Wanted(said, quantity),)
        lines = read_message(answer.text, (ware,), ware.id).lines
        if not lines or not all(line.option for line in lines):
            raise Unclear("Please choose one of these.")
        if len(lines) == 1:
            return (Wanted(lines[0].option, quantity),)
        return tuple(Wanted(line.option, line.quantity) for line in lines)

    return read


def offered_handover(t: Voice, screen: Screen) -> Screen:
    """The card's buttons: one of it, brought or picked up."""
    return replace(screen, choices=(pick(t("Deliver"), "order", "deliver"), pick(t("Pick up"), "order", "pickup")))


async def fitting(visit: Visit, card: Card, order: OrderWords) -> OrderWords:
    """More than there is, or not as many as an order takes: ask how many again, and only that."""
    wrong = unfitting(card, order.wanted)
    if wrong is None:
        return order
    sentence, facts = wrong
    wanted = quantity_of(order.wanted)
    waits = card.left is not None and wanted > card.left
    wait = do(visit.t("Wait for {n}", n=wanted), "wait", card.product.id, wanted)
    asked = Screen(visit.t(sentence, **facts), choices=(wait,) if waits else (), numbered=False)
    return replace(order, wanted=await ask("quantity", asked, a_fitting_quantity(card)))


def unfitting(card: Card, wanted: tuple[Wanted, ...]) -> tuple[str, dict[str, object]] | None:
    """Why so many cannot be had, as a question; None where they can."""
    product, many = card.product, quantity_of(wanted)
    if wanted and product.min_order and many < product.min_order:
        least = marked("{product} is sold from {least} on. How many would you like?")
        return least, {"product": product.name, "least": product.min_order}
    if product.max_order and many > product.max_order:
        most = marked("At most {most} of {product} an order, {kak}. How many would you like?")
        return most, {"product": product.name, "most": product.max_order}
    if card.left is not None and many > card.left:
        return ONLY_LEFT, {"left": card.left, "product": product.name}
    for variant, quantity in counted(card, wanted):
        left = card.limits.get(variant.id)
        if left is not None and quantity > left:
            return ONLY_LEFT, {"left": left, "product": f"{product.name} {variant.name}".strip()}
    return None


ONLY_LEFT = marked("Sorry, only {left} of {product} left. How many would you like?")


def quantity_of(wanted: tuple[Wanted, ...]) -> int:
    """Of the product in view."""
    return sum(one.quantity for one in wanted)


def a_fitting_quantity(card: Card) -> Callable[[Answer], tuple[Wanted, ...]]:
    def read(answer: Answer) -> tuple[Wanted, ...]:
        said = read_order(answer.text, variant_names(card), (), card.product.name)
        wrong = unfitting(card, said.wanted)
        if wrong is not None:
            raise Unclear(wrong[0], **wrong[1])
        if not said.wanted:
            raise Unclear("How many would you like? Just a number is fine.")
        return said.wanted

    return read


def known_of(db: Reader, shop_id: int, visitor: int, deal_id: int) -> tuple[Handover | None, Recommender | None]:
    """Where her things go as a rule, and who recommends; on her own link nobody does, her own order earns nothing."""
    usual = and_(UsualAddress.shop_id == shop_id, UsualAddress.person_id == visitor)
    found = db.execute(
        select(Person.id, UsualAddress, Profile.name, Deal.gift_bp)
        .select_from(Person)
        .outerjoin(UsualAddress, usual)
        .outerjoin(Deal, and_(Deal.id == deal_id, Deal.creator_id != visitor))
        .outerjoin(Profile, Profile.person_id == Deal.creator_id)
        .where(Person.id == visitor)
    ).one()
    at = found.UsualAddress
    handover = Handover(at.handover, at.name, at.address, at.landmark) if at else None
    return handover, Recommender(found.name, found.gift_bp) if found.name else None


def an_order(card: Card, shelf: tuple[Ware, ...]) -> Callable[[Answer], OrderWords]:
    """Read quantities, options, handover, address, way to pay, and who may have recommended it."""
    order_in = order_words(card, shelf)

    def read(answer: Answer) -> OrderWords:
        names = promising.sent_by(answer.text)
        if not names:
            return order_in(answer)
        return replace(order_in(replace(answer, text=promising.without_sender(answer.text))), sent_by=names)

    return read


def order_words(card: Card, shelf: tuple[Ware, ...]) -> Callable[[Answer], OrderWords]:
    """What we do not sell is asked about.

    Where the words do not fit this product alone, they are read against everything its shop sells.
    """
    names = variant_names(card)
    one = (Wanted(names[0], 1),)

    def read(answer: Answer) -> OrderWords:
        if answer.choice in {"deliver", "pickup"}:
            return OrderWords(one, answer.choice, None, None, None, None, ())  # type: ignore[arg-type]
        if answer.choice and answer.choice.startswith(CART):
            return from_a_cart(answer.choice.removeprefix(CART), card, shelf)
        if answer.text.startswith(PIN):
            return OrderWords(one, "deliver", answer.text, None, None, None, ())
        said = read_order(answer.text, names, places_of(card), card.product.name)
        if said.unclear or not said.wanted:
            said = read_widely(answer.text, card, shelf, said)
        if card.left is not None and any(is_number(word) and int(word) > card.left for word in said.unclear):
            raise Unclear("How many would you like? At most {left}.", left=card.left)
        if said.unclear:
            raise Unclear(
                "I am not sure about {what}. How many would you like? We have: {options}.", **offered(card, said)
            )
        if said.wanted or said.more:
            return said
        is_plain = "?" not in answer.text and not answer.text.strip()[:1].isdigit()
        if is_plain and (said.handover or said.address or words.yes(answer.text)):
            return replace(said, wanted=one)
        raise Unclear("How many would you like? Just a number is fine.")

    return read


def from_a_cart(picked: str, card: Card, shelf: tuple[Ware, ...]) -> OrderWords:
    """What was put together on the page, by product and variant: nothing in it has to be guessed."""
    lines = [(int(product), str(option), int(quantity)) for product, option, quantity in json.loads(picked)]
    sold = {ware.id for ware in shelf}
    wanted = tuple(Wanted(option, quantity) for product, option, quantity in lines if product == card.product.id)
    more = tuple(
        Line(product, quantity, option or None)
        for product, option, quantity in lines
        if product != card.product.id and product in sold
    )
    return OrderWords(wanted, None, None, None, None, None, (), more)


def read_widely(text: str, card: Card, shelf: tuple[Ware, ...], said: OrderWords) -> OrderWords:
    """The same words against everything the shop sells; what is nowhere on the shelf stays unclear."""
    message = read_message(text, shelf, card.product.id)
    if message.intent != "order" or message.strangers or message.ambiguous or not message.lines:
        return said
    fields = dict(message.fields)
    base = variant_names(card)[0]
    wanted = tuple(
        Wanted(line.option or base, line.quantity) for line in message.lines if line.product_id == card.product.id
    )
    more = tuple(line for line in message.lines if line.product_id != card.product.id)
    if said.unclear and not (more or fields):
        return said  # "1e3" of this product stays unclear
    found = replace(said, wanted=wanted, more=more, unclear=())
    return from_a_form(found, fields, card) if fields else found


def from_a_form(said: OrderWords, fields: dict[str, str], card: Card) -> OrderWords:
    """What a pasted form says of the door, the name and the money; the rest is still asked."""
    told = read_order(", ".join(fields.get(name, "") for name in ("payment", "handover")), [""], (), "")
    where = read_address(fields.get("address", ""), places_of(card))
    handover = "deliver" if where.address else told.handover or said.handover
    return replace(
        said,
        handover=handover,
        address=where.address or said.address,
        landmark=fields.get("landmark") or where.landmark or said.landmark,
        recipient=clean(fields.get("name", "")).title() or where.recipient or said.recipient,
        way=told.way or said.way,
    )


def variant_names(card: Card) -> list[str]:
    """The names one may say, the plain one first; where there is none, saying nothing leaves it to be asked."""
    names = [variant.name for variant in card.variants]
    return names if card.has_plain else ["", *names]


CART = "cart:"
KINDS_SHOWN = 9
SLOTS_SHOWN = 9
ECHOED = 60  # of somebody's words in an answer


def offered(card: Card, said: OrderWords) -> dict[str, object]:
    options = ", ".join(variant.name for variant in card.variants if variant.name) or card.product.unit
    return {"what": ", ".join(said.unclear)[:ECHOED], "options": options}


def places_of(card: Card) -> list[str]:
    labels = [area.label for area in shops.areas_of(card.shop) if area.kind != "outside"]
    return [place for place in (card.shop.place, card.shop.city, *labels) if place]


async def handed_over(visit: Visit, baskets: list[Basket], order: OrderWords, usual: Handover | None) -> Handover:
    """How it reaches her: as said, as last time, or asked."""
    card = baskets[0].card
    kind = order.handover
    address = AddressWords(order.address, order.landmark, order.recipient, complete=bool(order.address))
    if order.address:
        found = order.address.startswith(PIN) or read_address(order.address, places_of(card)).complete
        address = replace(address, complete=found)
    if kind is None and usual and not order.address:
        return replace(usual, name=order.recipient or usual.name)
    if kind is None:
        said = await ask("handover", handover_screen(visit, baskets), a_handover(card))
        kind, address = (
            said.handover or "deliver",
            AddressWords(said.address, said.landmark, said.recipient or address.recipient, complete=bool(said.address)),
        )
    if kind == "pickup":
        return await in_hours(visit, card, await picked_up(visit, card, address, usual))
    return await in_hours(visit, card, await delivered(visit, card, address, usual))


async def picked_up(visit: Visit, card: Card, address: AddressWords, usual: Handover | None) -> Handover:
    """By whom, and where the shop has several places for it, at which."""
    points = [str(point) for point in card.shop.pickup_points]
    name = address.recipient or visit.name
    if usual and usual.kind == "pickup" and usual.address in points:
        return replace(usual, name=name)
    if len(points) < 2:
        return Handover("pickup", name, points[0] if points else None)
    options = {str(place): point for place, point in enumerate(points)}
    point = await choose("point", Screen(visit.t("Where would you like to pick it up, {kak}?")), options)
    return Handover("pickup", name, points[int(point)])


async def in_hours(visit: Visit, card: Card, handover: Handover) -> Handover:
    """The hours of the day it comes, where the shop has such: those with room for one more."""
    if not card.shop.has_slots:
        return handover
    today = visit.now.astimezone(visit.place.zone).date()
    found = await look(slots.of_day, card.shop.id, card.batch.delivers_on, today, handover.kind)
    free = [one for one in found if one.taken < one.capacity]
    if found and not free and card.batch.kind == "po":
        raise NothingFree
    if not free:
        return handover  # ready stock comes whenever the two agree
    options = {str(one.id): slot_label(visit, one) for one in free[:SLOTS_SHOWN]}
    chosen = await choose("slot", Screen(visit.t("At what time suits you, {kak}?"), numbered=True), options)
    return replace(handover, slot_id=int(chosen))


def slot_label(visit: Visit, slot: Slot) -> str:
    """``Sabtu 09.00-11.00``."""
    return f"{visit.t.weekday(slot.day)} {slots.label(slot)}"


async def delivered(visit: Visit, card: Card, address: AddressWords, usual: Handover | None) -> Handover:
    if usual and usual.kind == "deliver" and not address.address:
        return replace(usual, name=address.recipient or usual.name)
    return await brought(visit, card, address)


def handover_screen(visit: Visit, baskets: list[Basket]) -> Screen:
    alone = len(baskets) == 1
    wanted = [(one.card.product, variant, quantity) for one in baskets for variant, quantity in one.wanted]
    lines = [
        [quantity, called(product.name, variant.name, alone=alone), variant.price * quantity]
        for product, variant, quantity in wanted
    ]
    product = baskets[0].card.product
    unit = product.unit if alone else ""
    goods = sum(variant.price * quantity for _, variant, quantity in wanted)
    facts = {"lines": lines, "goods": goods, "unit": unit, "currency": product.currency}
    screen = buyer.handover_asked(visit.t, facts)
    choices = (pick(visit.t("Deliver"), "handover", "deliver"), pick(visit.t("Pick up"), "handover", "pickup"))
    return replace(screen, choices=choices)


def a_handover(card: Card) -> Callable[[Answer], OrderWords]:
    def read(answer: Answer) -> OrderWords:
        if answer.choice in {"deliver", "pickup"}:
            return OrderWords((), answer.choice, None, None, None, None, ())  # type: ignore[arg-type]
        said = read_order(answer.text, variant_names(card), places_of(card), card.product.name)
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
    if intent.waiting:
        places.take_up(db, intent.waiting, visit.person_id)
    if intent.through:
        touches.remember(db, db.get_one(Deal, intent.through), visit.person_id, Claim.CODE, visit.now)
    placed = placing.place(db, visit.person_id, intent.card, with_mixes(db, intent), visit.now)
    way = intent.way if intent.way in intent.card.ways and placed.order.total is not None else None
    if way:
        return pay(db, visit, placed.order.id, way, with_summary=True)
    return buyer.placed(visit.t, facts_of(placed), intent.card.ways)


def with_mixes(db: Writer, intent: PlaceOrder) -> Wish:
    """Boxes that are mixed get the variant that is this very mix."""

    def real(card: Card, wanted: placing.Wanted) -> placing.Wanted:
        if not card.product.mix_kinds:
            return wanted
        return tuple((catalogue.mixed(db, card, one.name.split(batches.MIXED)), quantity) for one, quantity in wanted)

    more = tuple(Basket(one.card, real(one.card, one.wanted)) for one in intent.wish.more)
    return replace(intent.wish, wanted=real(intent.card, intent.wish.wanted), more=more)


def pay(db: Writer, visit: Visit, order_id: int, way: str, *, with_summary: bool = False) -> Screen:
    """Choose a way to pay and show how."""
    chosen = paying.choose(db, order_id, visit.person_id, way, visit.now)
    return how_to_pay(db, visit, chosen, with_summary=with_summary)


def how_to_pay(db: Writer, visit: Visit, w: Whole, *, with_summary: bool = False) -> Screen:
    if w.payment.method == "cod" and w.payment.part == "balance":
        return money.balance_in_cash(visit.t, facts_of(w))
    if w.payment.method == "cod":
        return buyer.pay_by_cash(visit.t, facts_of(w), with_summary=with_summary)
    destination = paying.payable_to(db, w)
    facts: Facts = pay_facts(w, destination)
    number = people.unsealed(db, destination)
    if w.payment.method == "qris" and w.shop.qris_check == "fails":
        return by_sticker(db, visit, w)
    if w.payment.method == "qris":
        payload = qris.with_amount(number, facts["to_find"] or 0, w.order.code)
        return buyer.pay_by_qris(visit.t, facts, payload, with_summary=with_summary)
    account = account_shown(Account(destination.kind, destination.brand, number, None))  # type: ignore[arg-type]
    return buyer.pay_by_transfer(visit.t, facts, account, with_summary=with_summary)


def by_sticker(db: Writer, visit: Visit, w: Whole) -> Screen:
    """The seller's own code as she gave it, for an app that takes no other."""
    destination = paying.payable_to(db, w)
    return buyer.pay_by_sticker(visit.t, pay_facts(w, destination), people.unsealed(db, destination))
