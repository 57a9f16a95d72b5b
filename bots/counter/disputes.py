"""A payout that two disagree about: begun by either, answered by the other, decided by whoever runs the hub."""

from dataclasses import dataclass
from typing import Any

from bots.counter.buyer import a_number
from bots.counter.deals import some_words
from bots.dialogue import Screen, ask, look
from bots.screens import disputes as shown
from bots.visit import Begin, Outcome, Visit, action, follows, screen, script
from storefront.database import Reader, Writer
from storefront.earning import payouts
from storefront.models import Dispute, Payout
from storefront.refusals import NothingToDispute, NotYours
from storefront.selling import disputes


@dataclass(frozen=True)
class Disputed:
    payout: int
    words: str


@screen("dispute")
def dispute(db: Writer, visit: Visit, payout: str = "") -> Outcome:
    """One of the two says that it is not as the other says."""
    found = db.get(Payout, a_number(payout))
    if found is None or visit.person_id not in {found.creator_id, payouts.owner_of(db, found)}:
        raise NotYours
    if not disputes.may_open(found, visit.person_id, visit.now):
        raise NothingToDispute
    return Begin("disputing", {"payout": found.id})


@script("disputing")
async def disputing(visit: Visit, payout: int) -> Outcome:
    facts = await look(facts_of_payout, payout)
    asked = shown.words_asked(visit.t, facts, by_creator=facts["creator_id"] == visit.person_id)
    return Disputed(payout, await ask("words", asked, some_words, takes_anything=True))


def facts_of_payout(db: Reader, payout_id: int) -> dict[str, Any]:
    payout = db.get_one(Payout, payout_id)
    return {**payouts.facts_of(db, payout), "creator_id": payout.creator_id}


@follows(Disputed)
def disputed(db: Writer, visit: Visit, intent: Disputed) -> Screen:
    payout = db.get_one(Payout, intent.payout)
    begun = disputes.begin(db, payout, visit.person_id, intent.words, visit.now)
    return shown.begun(visit.t, disputes.facts_of(db, begun))


@action("dispute_agree")
def dispute_agree(db: Writer, visit: Visit, dispute: str) -> Screen:
    """She looked again, and the other one is right."""
    closed = disputes.agree(db, a_number(dispute), visit.person_id, visit.now)
    return shown.closed(visit.t, {**disputes.facts_of(db, closed), "to_seller": closed.creator_id != visit.person_id})


@dataclass(frozen=True)
class Answered:
    dispute: int
    words: str


@screen("dispute_answer")
def dispute_answer(db: Writer, visit: Visit, number: str = "") -> Outcome:
    return Begin("answering_dispute", {"dispute": disputes.for_answer(db, a_number(number), visit.person_id).id})


@script("answering_dispute")
async def answering_dispute(visit: Visit, dispute: int) -> Outcome:
    asked = Screen(visit.t("What do you see? The other side and the mediator read it."))
    return Answered(dispute, await ask("words", asked, some_words, takes_anything=True))


@follows(Answered)
def answered(db: Writer, visit: Visit, intent: Answered) -> Screen:
    disputes.answer(db, intent.dispute, visit.person_id, intent.words, visit.now)
    return Screen(visit.t("Passed on."))


@dataclass(frozen=True)
class Decided:
    dispute: int
    owed: int
    words: str


@screen("dispute_decide")
def dispute_decide(db: Writer, visit: Visit, number: str = "", owed: str = "1") -> Outcome:
    if db.get(Dispute, a_number(number)) is None or not visit.is_operator:
        raise NotYours
    return Begin("deciding_dispute", {"dispute": a_number(number), "owed": int(owed == "1")})


@script("deciding_dispute")
async def deciding_dispute(visit: Visit, dispute: int, owed: int) -> Outcome:
    asked = Screen(visit.t("Why? Both read your reason."))
    return Decided(dispute, owed, await ask("why", asked, some_words, takes_anything=True))


@follows(Decided)
def decided(db: Writer, visit: Visit, intent: Decided) -> Screen:
    outcome = "owed" if intent.owed else "received"
    disputes.decide(db, intent.dispute, visit.person_id, outcome, intent.words, visit.now)
    return Screen(visit.t("Decided; both were told why."))
