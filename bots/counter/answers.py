"""Answers a shop gives by itself, because its seller gave them once and let them stand."""

from dataclasses import dataclass, replace

from bots.counter.afterwards import some_words
from bots.counter.buyer import a_number
from bots.counter.seller import mine, which_shop
from bots.dialogue import Answer, Heard, Screen, Unclear, ask, go, pick
from bots.screens import together as screens
from bots.visit import Begin, Outcome, Visit, action, command, follows, screen, script
from storefront.database import Writer
from storefront.models import Relay, Shop
from storefront.reading.inquiries import inquiry
from storefront.reading.messages import read_message
from storefront.reading.noise import clean
from storefront.refusals import NotYours
from storefront.selling import catalogue, faqs

QUESTION_LONGEST = 200


@dataclass(frozen=True)
class Keep:
    """An answer of hers the shop gives by itself from now on."""

    shop: int
    question: str
    answer: str


@screen("keep_faq")
def keep_faq(db: Writer, visit: Visit, relay: str = "") -> Outcome:
    """*Simpan jawabannya*: the last question and answer of a talk, for her to look at once more."""
    found = db.get(Relay, a_number(relay))
    if found is None or db.get_one(Shop, found.shop_id).owner_id != visit.person_id:
        raise NotYours
    said = faqs.of_talk(db, found.id, found.buyer_id)
    if said is None:
        return Screen(visit.t("There is no question and answer in this talk yet, {kak}."))
    question, answer = (clean(words)[:QUESTION_LONGEST] for words in said)
    wares = catalogue.wares(db, found.shop_id)
    if inquiry(question, wares) or read_message(question, wares).intent in {"ask_price", "ask_stock", "order"}:
        text = visit.t(
            "Prices, what is left and what food contains come from your shelf, {kak}, so that they stay true."
        )
        return Screen(text, choices=(go(visit.t("Shelf"), "goods", found.shop_id),))
    return Begin("keeping_faq", {"shop": found.shop_id}, answers={"question": question, "answer": answer})


@script("keeping_faq")
async def keeping_faq(visit: Visit, shop: int) -> Outcome:
    """The question in her own words if she likes; a buyer's name has no business in it."""
    question = await ask("question", Screen(visit.t("What is asked?")), some_words, takes_anything=True)
    answer = await ask("answer", Screen(visit.t("And what do you answer?")), some_words, takes_anything=True)
    ways = (pick(visit.t("Keep it"), "wording", "yes"), pick(visit.t("No"), "wording", "no"))
    asked = replace(screens.faq_asked(visit.t, question, answer), choices=ways)
    wording = await ask("wording", asked, a_wording)
    if wording == "no":
        return Screen(visit.t("All right, it is not kept."))
    return Keep(shop, question if wording == "yes" else wording, answer)


def a_wording(answer: Answer) -> str:
    if answer.choice in {"yes", "no"}:
        return answer.choice
    said = clean(answer.text)[:QUESTION_LONGEST]
    if len(said) < 6:
        raise Unclear("The question in a few words, please, or <i>Keep it</i>.")
    return said


@follows(Keep)
def keep(db: Writer, visit: Visit, intent: Keep) -> Screen:
    shop = db.get(Shop, intent.shop)
    if shop is None or shop.owner_id != visit.person_id:
        raise NotYours
    faqs.keep(db, shop.id, intent.question, intent.answer, visit.now)
    text = visit.t("Kept. Whoever asks this is answered at once, and can still ask you.")
    return Screen(text, choices=(go(visit.t("All answers"), "faqs", shop.id),))


@command("faqs")
def faqs_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return faqs_shown(db, visit) if mine(db, visit, "0") else None


@screen("faqs")
def faqs_shown(db: Writer, visit: Visit, shop: str = "0", page: str = "0") -> Screen:
    found = mine(db, visit, shop)
    if len(found) != 1:
        return which_shop(visit, found, "faqs")
    return screens.faqs(visit.t, found[0].name, found[0].id, faqs.of_shop(db, found[0].id), a_number(page))


@action("faq_drop")
def faq_drop(db: Writer, visit: Visit, faq: str) -> Screen:
    faqs.drop(db, faqs.of_seller(db, a_number(faq), [one.id for one in mine(db, visit, "0")]), visit.now)
    return faqs_shown(db, visit)
