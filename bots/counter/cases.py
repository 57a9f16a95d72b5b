"""A case: opened by a buyer, answered by a seller, decided by whoever runs the hub where the two do not agree."""

from dataclasses import dataclass

from sqlalchemy import or_, select, update

from bots.counter.buyer import a_number
from bots.dialogue import Answer, Heard, Screen, Unclear, ask
from bots.screens import buyer
from bots.screens import cases as screens
from bots.scripts.small import an_amount
from bots.visit import Begin, Outcome, Visit, action, command, follows, screen, script
from storefront import media, people
from storefront.database import Reader, Writer
from storefront.models import Media, Order, Problem, Shop
from storefront.reading.noise import plain
from storefront.refusals import AlreadyDone, NotYours
from storefront.selling import cases
from storefront.selling.orders.views import buyer_facts, facts_of

WORDS_LONGEST = 500
SHOWN = 9


# -- a buyer opens it ------------------------------------------------------------------------------------


@action("problem")
def problem(db: Writer, visit: Visit, order: str) -> Screen:
    """*Ada masalah*: the case is open and the seller told with this tap; what is wrong is asked after it."""
    w = cases.report(db, a_number(order), visit.person_id, visit.now)
    found = cases.open_of(db, w.order.id)
    assert found, "it has just been opened"
    return screens.opened(visit.t, facts_of(w), found.id)


@action("not_arrived")
def not_arrived(db: Writer, visit: Visit, order: str) -> Screen:
    """*Belum sampai?* is a case whose kind is known."""
    w = cases.report(db, a_number(order), visit.person_id, visit.now, kind="not_arrived")
    return buyer.problem_noted(visit.t, facts_of(w))


@action("case_kind")
def case_kind(db: Writer, visit: Visit, case: str, kind: str) -> Outcome:
    """What is wrong. What is not safe to eat is more than a complaint."""
    found = cases.buyers(db, a_number(case), visit.person_id)
    if kind not in cases.KINDS or found.problem.settled_at is not None:
        raise AlreadyDone
    if kind == "unsafe":
        cases.report(db, found.w.order.id, visit.person_id, visit.now, kind="unsafe")
        return buyer.unsafe_noted(visit.t, facts_of(found.w))
    db.execute(update(Problem).where(Problem.id == found.problem.id).values(kind=kind))
    return Begin("case_words", {"case": found.problem.id})


@action("settled")
def settled(db: Writer, visit: Visit, order: str) -> Screen:
    w = cases.put_right(db, a_number(order), visit.person_id, visit.now)
    return Screen(visit.t("Good to hear, {kak}. {code} is settled.", code=w.order.code), about=w.order.code)


# -- what is said ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Said:
    """Words or a photo for a case."""

    case: int
    words: str
    media: int | None


@script("case_words")
async def case_words(visit: Visit, case: int) -> Outcome:
    words, photo = await ask("words", screens.words_asked(visit.t), some_words, takes_anything=True, wants_picture=True)
    return Said(case, words, photo)


def some_words(answer: Answer) -> tuple[str, int | None]:
    if not answer.text and not answer.media:
        raise Unclear("Tell it in a few words, or send a photo.")
    words = "" if plain(answer.text) in {"done", "selesai", "sudah", "udah", "cukup"} else answer.text[:WORDS_LONGEST]
    return words, answer.media


@follows(Said)
def say(db: Writer, visit: Visit, said: Said) -> Outcome:
    if not said.words and said.media is None:
        return case_screen(db, visit, str(said.case))
    if said.media is not None:
        media.publish(db, said.media)  # the other side sees it, under a name nobody can guess
    case = cases.note(db, said.case, visit.person_id, said.words, said.media, visit.now)
    if screens.roles(case, visit.person_id) == "buyer":
        return screens.words_kept(visit.t, facts_of(case.w))
    return case_screen(db, visit, str(said.case))


@screen("case_add")
def case_add(db: Writer, visit: Visit, case: str = "") -> Outcome:
    return Begin("case_words", {"case": cases.of(db, a_number(case), visit.person_id).problem.id})


# -- looking ---------------------------------------------------------------------------------------------


@command("cases")
def cases_said(db: Writer, visit: Visit, heard: Heard) -> Outcome:
    """*kasus*: those that are open and concern her."""
    found = open_for(db, visit)
    if len(found) == 1:
        return case_screen(db, visit, str(found[0][0]))
    return screens.listed(visit.t, found)


def open_for(db: Reader, visit: Visit) -> list[tuple[int, str, str]]:
    mine = or_(Order.buyer_id == visit.person_id, Shop.owner_id == visit.person_id)
    if visit.is_operator:
        mine = or_(mine, Problem.state == "mediating")
    query = (
        select(Problem.id, Order.code, Problem.kind)
        .join(Order, Order.id == Problem.order_id)
        .join(Shop, Shop.id == Problem.shop_id)
        .where(Problem.settled_at.is_(None), mine)
        .order_by(Problem.id.desc())
        .limit(SHOWN)
    )
    return [(number, code, kind) for number, code, kind in db.execute(query)]


@screen("case")
def case_screen(db: Writer, visit: Visit, case: str = "") -> Screen:
    found = cases.of(db, a_number(case), visit.person_id)
    names = {one.person_id: people.name_of(db, one.person_id) for one in found.notes}
    role = screens.roles(found, visit.person_id)
    return screens.shown(visit.t, found, buyer_facts(db, found.w), role, names)


@screen("case_photo")
def case_photo(db: Writer, visit: Visit, case: str = "", note: str = "") -> Screen:
    found = cases.of(db, a_number(case), visit.person_id)
    shown = next((one for one in found.notes if one.id == a_number(note) and one.media_id), None)
    picture = db.get(Media, shown.media_id) if shown else None
    if picture is None or not picture.content:
        raise NotYours
    return screens.photo(visit.t, picture.token, found.w.order.code, found.problem.id)


# -- offers and ends -------------------------------------------------------------------------------------


@action("case_offer")
def case_offer(db: Writer, visit: Visit, case: str, what: str) -> Screen:
    if what not in cases.OFFERS:
        raise NotYours
    cases.offer(db, a_number(case), visit.person_id, what, 0, visit.now)
    return case_screen(db, visit, case)


@dataclass(frozen=True)
class PartBack:
    """A part of the money, offered by the seller or decided by who runs the hub."""

    case: int
    amount: int


@screen("case_part")
def case_part(db: Writer, visit: Visit, case: str = "") -> Outcome:
    return Begin("case_part", {"case": cases.of(db, a_number(case), visit.person_id).problem.id})


@script("case_part")
async def part_of_it(visit: Visit, case: int) -> Outcome:
    asked = Screen(visit.t("How much of it goes back? For example <i>20rb</i>."), numbered=False)
    return PartBack(case, await ask("amount", asked, an_amount))


@follows(PartBack)
def part_back(db: Writer, visit: Visit, part: PartBack) -> Screen:
    case = cases.of(db, part.case, visit.person_id)
    if screens.roles(case, visit.person_id) == "operator":
        return decided(db, visit, part.case, "part", part.amount)
    cases.offer(db, part.case, visit.person_id, "part", part.amount, visit.now)
    return case_screen(db, visit, str(part.case))


@action("case_accept")
def case_accept(db: Writer, visit: Visit, case: str) -> Screen:
    cases.accept(db, a_number(case), visit.person_id, visit.now)
    return case_screen(db, visit, case)


@action("case_decline")
def case_decline(db: Writer, visit: Visit, case: str) -> Screen:
    cases.decline(db, a_number(case), visit.person_id, visit.now)
    return case_screen(db, visit, case)


@action("case_mediate")
def case_mediate(db: Writer, visit: Visit, case: str) -> Screen:
    cases.ask_mediator(db, a_number(case), visit.person_id, visit.now)
    return case_screen(db, visit, case)


@action("case_decide")
def case_decide(db: Writer, visit: Visit, case: str, outcome: str) -> Screen:
    if outcome not in cases.DECISIONS:
        raise NotYours
    return decided(db, visit, a_number(case), outcome, 0)


def decided(db: Writer, visit: Visit, case: int, outcome: str, amount: int) -> Screen:
    cases.decide(db, case, visit.person_id, outcome, amount, visit.now)
    return case_screen(db, visit, str(case))


# -- a photo out of the blue -----------------------------------------------------------------------------


def for_a_case(db: Writer, visit: Visit, heard: Heard) -> Outcome | None:
    """A photo from a buyer whose case is open belongs there."""
    mine = select(Problem.id).join(Order, Order.id == Problem.order_id)
    still = mine.where(Order.buyer_id == visit.person_id, Problem.settled_at.is_(None))
    found = db.scalars(still.order_by(Problem.id.desc()).limit(2)).all()
    if len(found) != 1 or heard.picture is None:
        return None
    kept = media.keep(db, visit.person_id, heard.picture, visit.now)
    return Said(found[0], heard.text[:WORDS_LONGEST], kept)
