"""What a buyer writes when nothing was asked: an order, a price, whether it is there, a person, please.

The shop is the one in view. Whatever is not sure becomes one short question with the answers as buttons.
"""

from bots import buttons
from bots.counter import buyer
from bots.counter.entrances import at_shop
from bots.dialogue import Choice, Heard, Screen, go
from bots.screens import buyer as screens
from bots.screens import together as answers
from bots.screens.wording import paragraphs
from bots.visit import COMMANDS, Begin, Outcome, Visit, aside, screen
from storefront import outbox
from storefront.database import Reader, Writer
from storefront.models import Shop
from storefront.reading.inquiries import Inquiry, inquiry, is_named
from storefront.reading.messages import Message, read_message, spoken_of
from storefront.reading.searching import search
from storefront.reading.searching import searched_for as searched_for_words
from storefront.reading.shelf import Ware
from storefront.selling import catalogue, faqs, relays
from storefront.selling.orders import finding

SHOWN = 9
TOLD = 5
ECHOED = 60
QUOTED = 300
FOLLOWED = {"human": "talk_to_seller", "pay_proof": "paid_claim", "cancel": "cancel", "greet": "greeting"}


@aside(44)
def searched_for(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*cari coklat*: in the shop in view, spelt as people spell."""
    what = searched_for_words(heard.text) if heard.kind == "text" else None
    shop = db.get(Shop, visit.shop_id) if visit.shop_id and what else None
    if what is None or shop is None:
        return None
    found = search(what, catalogue.searched(db, shop.id), SHOWN)
    if not found:
        text = visit.t("{shop} has nothing like “{what}”, {kak}. What there is:", shop=shop.name, what=what[:ECHOED])
        return Screen(text, choices=shelf(db, shop))
    names = {one.id: one.name for one in catalogue.shelf(db, shop.id)}
    choices = tuple(go(names[number], "product", number) for number in found if number in names)
    return Screen(visit.t("Found at {shop}:", shop=shop.name), choices=choices)


@aside(70)
def said_at_the_counter(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """Free words at a shop's counter."""
    shop = db.get(Shop, visit.shop_id) if visit.shop_id and heard.kind == "text" else None
    if shop is None or shop.owner_id == visit.person_id:
        return None
    wares = catalogue.wares(db, shop.id)
    message = read_message(heard.text, wares)
    if message.intent == "order" and visit.is_asked:
        return None  # the question that is open knows better what was unclear about it
    if message.intent == "order":
        return ordered(db, visit, shop, wares, message, heard.text)
    spoken = spoken_of(heard.text, wares) or tuple(ware.id for ware in wares)
    asked = inquiry(heard.text, wares)
    if asked:
        return food_asked(db, visit, shop, spoken, asked, heard.text)
    kept = faqs.answering(db, shop.id, heard.text) if message.intent in {"other", "human"} else None
    if kept is not None:
        return answers.faq_said(visit.t, shop.name, shop.id, kept)
    if message.intent in {"ask_price", "ask_stock"}:
        return told_about(db, visit, shop, spoken)
    if message.intent == "status":
        return buyer.already(db, visit, [order for order, _ in finding.open_of_buyer(db, visit.person_id)])
    if message.intent == "thanks":
        return Screen(visit.t("You are welcome, {kak}!"))
    return COMMANDS[FOLLOWED[message.intent]](db, visit, heard) if message.intent in FOLLOWED else None


# -- an order ------------------------------------------------------------------------------------------


def ordered(
    db: Reader, visit: Visit, shop: Shop, wares: tuple[Ware, ...], message: Message, said: str
) -> Outcome | None:
    """What is clear is taken on; what is not is asked, and nothing of it is ordered meanwhile."""
    if message.ambiguous:
        return which(visit, wares, message)
    if message.strangers:
        return not_here(db, visit, shop, message)
    if message.lines:
        product = message.lines[0].product_id
        return Begin("buying", {"product": product}, shop_id=shop.id, answers={"order": said})
    return at_shop(visit, shop, list(catalogue.shelf(db, shop.id)))


def which(visit: Visit, wares: tuple[Ware, ...], message: Message) -> Screen:
    named = [ware for ware in wares if ware.id in message.ambiguous][:SHOWN]
    choices = tuple(go(ware.name, "want", ware.id, message.asked_for) for ware in named)
    return Screen(visit.t("Which one do you mean, {kak}?"), choices=choices)


@screen("want")
def want(db: Writer, visit: Visit, product: str = "", quantity: str = "0") -> Outcome:
    """The one that was meant; how many is asked where it was not sure."""
    card = catalogue.card(db, buyer.a_number(product))
    many = buyer.a_number(quantity)
    answers = {"order": str(many)} if many else None
    return Begin("buying", {"product": card.product.id}, shop_id=card.shop.id, answers=answers)


def not_here(db: Reader, visit: Visit, shop: Shop, message: Message) -> Screen:
    """Somebody asks for what nobody here sells: said kindly, with what there is."""
    what = " ".join(dict.fromkeys(message.strangers))[:ECHOED]
    what = what[:1].upper() + what[1:]
    text = visit.t("{shop} does not have {what}, {kak}. What there is:", shop=shop.name, what=what)
    return Screen(text, choices=shelf(db, shop))


def shelf(db: Reader, shop: Shop) -> tuple[Choice, ...]:
    return tuple(go(one.name, "product", one.id) for one in catalogue.shelf(db, shop.id)[:SHOWN])


# -- a question ----------------------------------------------------------------------------------------


def told_about(db: Reader, visit: Visit, shop: Shop, product_ids: tuple[int, ...]) -> Screen | None:
    """Price and what is left of the products that were asked about, or of everything."""
    asked = [catalogue.card(db, product_id) for product_id in product_ids[:TOLD]]
    if not asked:
        return None
    on_sale = [card for card in asked if card.is_open(visit.now) and not card.is_paused(visit.now)]
    gone = [card for card in asked if card not in on_sale]
    said = [screens.offer(visit.t, card) for card in on_sale]
    closed = [screens.not_for_sale(visit.t, card, visit.now, is_own=False).text for card in gone]
    choices = tuple(go(card.product.name, "product", card.product.id) for card in on_sale)
    return Screen(paragraphs(*said, *closed), choices=choices)


def food_asked(
    db: Writer, visit: Visit, shop: Shop, product_ids: tuple[int, ...], asked: Inquiry, said: str
) -> Screen | None:
    """What the seller wrote of it; what she did not write is hers to answer, and she is asked."""
    cards = catalogue.cards(db, product_ids[:TOLD])
    known = [screens.told(visit.t, card, asked.facts) for card in cards]
    left_open = [card.product.name for card in cards if is_left_open(card, asked)]
    if not left_open:
        return Screen(paragraphs(*known))
    pass_on(db, visit, shop, left_open, asked, said)
    return Screen(paragraphs(*known, screens.not_written(visit.t, left_open, shop.name)))


def is_left_open(card: catalogue.Card, asked: Inquiry) -> bool:
    """Whether the seller's words leave it open. A food she does not name may be in it all the same."""
    written = {fact: getattr(card.product, fact) for fact in asked.facts}
    unnamed = [food for food in asked.foods if not is_named(food, written["allergens"] or "")]
    return not all(written.values()) or bool(unnamed)


def pass_on(db: Writer, visit: Visit, shop: Shop, products: list[str], asked: Inquiry, said: str) -> None:
    """The question to the seller, in the buyer's words; asked again within the hour it is still one question."""
    this_hour = f"asked:{visit.person_id}:{shop.id}:{visit.now:%Y%m%d%H}:{','.join(asked.facts)}"
    if buttons.use(db, this_hour, visit.person_id, visit.now):
        relay = relays.opened(db, shop.id, visit.person_id, None, visit.now)
        facts = {"buyer": visit.name, "products": products, "said": said[:QUOTED], "relay": relay.id}
        outbox.tell(db, shop.owner_id, "food_asked", facts, visit.now)
