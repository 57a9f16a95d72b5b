"""*Belajar*: the cards, shown when they matter or on request; and the two questions that bring one by themselves."""

import re

from bots.dialogue import Heard, Screen
from bots.screens import lessons as screens
from bots.visit import Outcome, Visit, action, aside, command, screen
from storefront.database import Reader, Writer
from storefront.earning import deals, lessons
from storefront.earning.lessons import LESSONS, Lesson
from storefront.reading.noise import clean
from storefront.refusals import NotYours
from storefront.selling import shops

TAX = re.compile(r"\b(?:pajak|pajaknya|pph|npwp|tax|taxes|taxed)\b", re.IGNORECASE)
ABOUT_PAY = re.compile(r"\b(?:komisi\w*|commission|rekomendasi\w*|recommend\w*)\b", re.IGNORECASE)
TIED = re.compile(r"\b(?:eksklusif|ekslusif|exclusive|exclusivity|eksklusivitas)\b", re.IGNORECASE)
ASKED_LONGEST = 80


@command("lessons")
def lessons_said(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    return all_cards(db, visit) if deals.takes_part(db, visit.person_id) else None


@screen("lessons")
def all_cards(db: Writer, visit: Visit) -> Screen:
    return screens.all_cards(visit.t, lessons.done(db, visit.person_id))


@screen("lesson")
def lesson(db: Writer, visit: Visit, name: str = "") -> Screen:
    return screens.card(visit.t, known(name), sells=sells(db, visit))


@action("lesson_answer")
def lesson_answer(db: Writer, visit: Visit, name: str, said: str) -> Screen:
    one, is_right = known(name), said == "right"
    lessons.answer(db, visit.person_id, one, visit.now, is_right=is_right)
    return screens.answered(visit.t, one, is_right=is_right)


def known(name: str) -> Lesson:
    found = next((one for one in LESSONS if one == name), None)
    if found is None:
        raise NotYours
    return found


def ordering(db: Reader, visit: Visit) -> bool:
    """Whether she stands at somebody's counter, where she recommends nothing."""
    shop_id = visit.shop_id
    if shop_id is None or deals.of(db, shop_id, visit.person_id) is not None:
        return False
    return shop_id not in {shop.id for shop in shops.owned_by(db, visit.person_id)}


def sells(db: Reader, visit: Visit) -> bool:
    return bool(shops.owned_by(db, visit.person_id))


@aside(86)
def asked_about(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """*komisinya kena pajak nggak?*, *boleh eksklusif?*, of who sells or recommends; not at somebody's counter, where
    *eksklusif* is said of hampers.
    """
    said = clean(heard.text) if heard.kind == "text" else ""
    if not said or len(said) > ASKED_LONGEST or not (TAX.search(said) or TIED.search(said)):
        return None
    if not deals.takes_part(db, visit.person_id) or (ordering(db, visit) and not ABOUT_PAY.search(said)):
        return None
    if TAX.search(said):
        return lesson(db, visit, "tax")
    return lesson(db, visit, "exclusive") if TIED.search(said) else None
