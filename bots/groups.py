"""A group chat: a live post, and a tap on *+1* that is an order where we know everything it needs.

What is private stays private. In the group stands how much is taken, and a short word to whoever taps, which only she
sees; her order, her address and how to pay are in her own chat.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from bots import buttons, conversation
from bots.dialogue import Heard, Screen, is_number
from bots.screens import buyer, group
from bots.screens.wording import counted
from bots.scripts.buying import can_be_had
from bots.visit import Begin, Outcome, Place, Visit, entrance, outside
from referral import links
from referral.attribution import Claim
from storefront import outbox, people
from storefront.database import Reader, Writer
from storefront.earning import deals, touches
from storefront.models import Deal, GroupPost, Order, OrderLine, Product, Shop, Variant
from storefront.people import Met
from storefront.phrases import Voice
from storefront.refusals import NotYours
from storefront.selling import catalogue, delivery, hours, posts, staff
from storefront.selling.orders import placing
from storefront.selling.orders.views import facts_of


@outside("group")
def heard_in_a_group(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """Somebody put us up in a group, or tapped a button there."""
    if heard.button:
        one_more(db, place, heard, now)
    elif heard.start:
        put_up(db, place, heard, now)


@outside("left")
def put_out(db: Writer, place: Place, heard: Heard, now: datetime) -> None:  # noqa: ARG001 - every room is called alike
    """We were put out of a group, or blocked by a person."""
    if heard.group:
        posts.chat_is_gone(db, heard.group, now)
    else:
        outbox.unreachable(db, heard.channel, heard.address, now)


@outside("moved")
def moved(db: Writer, place: Place, heard: Heard, now: datetime) -> None:  # noqa: ARG001 - every room is called alike
    """A group has another number now."""
    assert heard.group, "only groups move"
    outbox.readdress(db, heard.channel, heard.group, heard.text)
    posts.chat_moved(db, heard.group, heard.text, now)


# -- a post --------------------------------------------------------------------------------------------


def put_up(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """``/start po_DR1`` of the seller, ``/start g_DEWI7-1`` of a creator: the post, live from now on."""
    met = people.known(db, heard.channel, heard.address, heard.external_id)
    kind, _, value = (heard.start or "").partition("_")
    product = deal = None
    if met and kind == "po":
        product = of_her_shop(db, catalogue.by_reference(db, value), met.person.id)
    elif met and kind == "g" and (known := deals.known(db, value)) and known.deal.creator_id == met.person.id:
        deal = known.deal
        number = known.product_number
        product = catalogue.numbered(db, deal.shop_id, number) if number else db.get(Product, deal.product_id)
    if met is None or product is None or not heard.group:
        say_in(db, place, heard, now)
        return
    posts.put_up(db, product, heard.group, met.person.id, deal, now)


def of_her_shop(db: Reader, product: Product | None, person_id: int) -> Product | None:
    """A product of a shop she owns or works in."""
    if product is None or product.is_hidden:
        return None
    is_hers = db.scalar(select(Shop.id).where(Shop.id == product.shop_id, Shop.owner_id == person_id))
    return product if is_hers or staff.works_at(db, product.shop_id, person_id) else None


def say_in(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """Whoever may not post is told so in the group she tried it in, once an hour."""
    this_hour = f"refused:{heard.group}:{now:%Y%m%d%H}"
    met = people.known(db, heard.channel, heard.address, heard.external_id)
    if met is None or not buttons.use(db, this_hour, met.person.id, now):
        return
    t = Voice(conversation.spoken_language(heard), place.zone)
    words = t("Only its seller, or a neighbour who recommends it, can post that here.")
    row = {"channel": heard.channel, "address": heard.group, "kind": "say"}
    outbox.promise(db, [{**row, "screen": Screen(words).as_json()}], now)


# -- one more ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Tap:
    """A tap on a live post: what it is of."""

    post: GroupPost
    shop: Shop
    variant: Variant

    @property
    def start(self) -> str:
        return f"q_{self.post.id}_{self.variant.id}"


def one_more(db: Writer, place: Place, heard: Heard, now: datetime) -> None:
    """*+1*: placed at once for whom we know, a door to her own chat for whom we do not."""
    tap = of_button(db, heard.button or "")
    met = people.known(db, heard.channel, heard.address, heard.external_id)
    language = met.person.language if met else conversation.spoken_language(heard)
    t = Voice(language, place.zone)
    if tap is None:
        conversation.answer(db, heard, t("That button is from an earlier version. Here is where we are."), now)
        return
    card, _ = catalogue.counter(db, tap.post.product_id, met.person.id if met else 0)
    if met and card.shop.owner_id == met.person.id:
        conversation.answer(db, heard, t("This is your own shop."), now)
    elif card.batch.kind == "ready" and (opens_at := hours.opens_at(card.shop, now, place.zone)):
        conversation.answer(db, heard, buyer.resting(t, card, opens_at).text, now)
    elif card.batch.id != tap.post.batch_id or not can_be_had(card, a_visit(met, t, place, tap, now)):
        conversation.answer(db, heard, buyer.not_for_sale(t, card, now, is_own=False).text, now)
    elif met and (open_ := already_in(db, met, tap)):
        code, many = open_
        words = t("You are on the list already: {code}, {n}. More? Write it in our own chat.", code=code, n=many)
        conversation.answer(db, heard, words, now)
    elif met and (handover := known_handover(db, met, card)):
        ordered(db, place, heard, met, tap, card, handover, now)
    else:
        door = links.telegram(place.bot, tap.start)
        conversation.answer(db, heard, t("One moment, in our own chat."), now, door)


def a_visit(met: Met | None, t: Voice, place: Place, tap: Tap, now: datetime) -> Visit:
    person_id = met.person.id if met else 0
    return Visit(person_id, met.name if met else "", t, posts.CHANNEL, tap.shop.id, place, now)


def of_button(db: Reader, data: str) -> Tap | None:
    """``g:post:variant``: what a button on a post means; anybody may carry anything."""
    kind, *numbers = data.split(":")
    if kind != "g" or len(numbers) != 2 or not all(is_number(one) for one in numbers):
        return None
    post = db.get(GroupPost, int(numbers[0]))
    variant = db.get(Variant, int(numbers[1]))
    if post is None or variant is None or variant.product_id != post.product_id or not variant.is_offered:
        return None
    return Tap(post, db.get_one(Shop, post.shop_id), variant)


def already_in(db: Reader, met: Met, tap: Tap) -> tuple[str, str] | None:
    """Her open order of this batch, so that an impatient second tap buys nothing twice."""
    mine = (Order.buyer_id == met.person.id, Order.is_open, OrderLine.batch_id == tap.post.batch_id)
    found = db.execute(
        select(Order.code, OrderLine).join(OrderLine, OrderLine.order_id == Order.id).where(*mine).limit(1)
    ).first()
    return (found[0], counted(found[1].quantity, found[1].variant_name, found[1].unit)) if found else None


def known_handover(db: Reader, met: Met, card: catalogue.Card) -> delivery.Handover | None:
    """How it reached her the last time; None where something would have to be asked all the same."""
    product = card.product
    must_ask = (
        card.is_resale or card.shop.has_slots or product.mix_kinds or product.deposit_bp or (product.min_order or 1) > 1
    )
    if must_ask or met.identity.unreachable_at is not None:
        return None
    return delivery.usual(db, card.shop.id, met.person.id)


def ordered(
    db: Writer,
    place: Place,
    heard: Heard,
    met: Met,
    tap: Tap,
    card: catalogue.Card,
    handover: delivery.Handover,
    now: datetime,
) -> None:
    """One of it for her, as the last time; the rest of the talk is in her own chat."""
    t = Voice(met.person.language, place.zone, met.person.is_bunda)
    remember_touch(db, tap, met.person.id, now)
    placed = placing.place(db, met.person.id, card, placing.Wish(((tap.variant, 1),), handover), now)
    facts = facts_of(placed)
    conversation.answer(db, heard, group.noted(t, facts), now)
    screen = buttons.signed(buyer.placed(t, facts, card.ways), met.person.id, db.vault)
    row: dict[str, Any] = {"person_id": met.person.id, "channel": heard.channel, "address": met.identity.address}
    outbox.promise(db, [{**row, "kind": "say", "screen": screen.as_json(), "shop_id": tap.shop.id}], now)


def remember_touch(db: Writer, tap: Tap, person_id: int, now: datetime) -> None:
    """A post a creator put up is her link."""
    deal = db.get(Deal, tap.post.deal_id) if tap.post.deal_id else None
    if deal and deal.creator_id != person_id:
        touches.remember(db, deal, person_id, Claim.LINK, now)


@entrance("plus_one")
def from_a_group(db: Writer, visit: Visit, value: str) -> Outcome:
    """The hand-over: she has pressed Start, and only what we do not know is asked."""
    post, _, variant = value.partition("_")
    tap = of_button(db, f"g:{post}:{variant}")
    if tap is None:
        raise NotYours
    remember_touch(db, tap, visit.person_id, visit.now)
    deal = {"deal": tap.post.deal_id} if tap.post.deal_id else {}
    words = f"1 {tap.variant.name}".strip()
    return Begin("buying", {"product": tap.post.product_id, **deal}, shop_id=tap.shop.id, answers={"order": words})
