"""Questions a seller has answered once and lets the shop answer by itself from then on; always with a way to her."""

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz
from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Faq, OutboxMessage
from storefront.reading.noise import plain
from storefront.reading.packs import SPOKEN
from storefront.refusals import NotYours

KEPT = 50
ALIKE = 82  # of 100; below it the seller is asked
LOOKED_AT = 30


def keep(db: Writer, shop_id: int, question: str, answer: str, now: datetime) -> int:
    """Keep an answer, in the words its seller let stand."""
    return rows.add(db, Faq, shop_id=shop_id, question=question, answer=answer, used=0, at=now)


def of_shop(db: Reader, shop_id: int) -> Sequence[Faq]:
    """What a shop answers by itself, what is asked most first."""
    kept = (Faq.shop_id == shop_id, Faq.removed_at.is_(None))
    return db.scalars(select(Faq).where(*kept).order_by(Faq.used.desc(), Faq.id.desc()).limit(KEPT)).all()


def answering(db: Writer, shop_id: int, said: str) -> Faq | None:
    """The kept answer to a question that asks the same; None where none is near enough."""
    asked = words_of(said)
    if len(asked) < 2:
        return None
    found = [(alike(asked, words_of(one.question)), one) for one in of_shop(db, shop_id)]
    score, best = max(found, key=lambda pair: pair[0], default=(0.0, None))
    if best is None or score < ALIKE:
        return None
    db.execute(update(Faq).where(Faq.id == best.id).values(used=Faq.used + 1))
    return best


def words_of(text: str) -> list[str]:
    """What a question is about: its words without greetings, politeness and particles."""
    idle = SPOKEN.particles | SPOKEN.addressing
    return [word for word in plain(text).replace("?", " ").split() if word not in idle]


def alike(one: Sequence[str], other: Sequence[str]) -> float:
    """How much two questions are the same, whatever the order of their words (0 to 100)."""
    return float(fuzz.token_sort_ratio(" ".join(one), " ".join(other)))


def of_talk(db: Reader, relay_id: int, buyer_id: int) -> tuple[str, str] | None:
    """The last question and the last answer of a talk, as they were carried; None once they are forgotten."""
    carried = OutboxMessage.facts["relay"].as_integer() == relay_id
    newest = select(OutboxMessage).where(carried, OutboxMessage.notice.in_(["relayed", "food_asked"]))
    found = db.scalars(newest.order_by(OutboxMessage.id.desc()).limit(LOOKED_AT)).all()
    questions = [one for one in found if one.person_id != buyer_id]
    answers = [one for one in found if one.person_id == buyer_id]
    if not questions or not answers:
        return None
    question = questions[0].facts.get("words") or questions[0].facts.get("said") or ""
    answer = answers[0].facts.get("words") or ""
    return (str(question), str(answer)) if question and answer else None


def of_seller(db: Reader, faq_id: int, shop_ids: Sequence[int]) -> Faq:
    """One of these shops' answers. Raises `NotYours`."""
    found = db.get(Faq, faq_id)
    if found is None or found.shop_id not in shop_ids:
        raise NotYours
    return found


def drop(db: Writer, faq: Faq, now: datetime) -> None:
    db.execute(update(Faq).where(Faq.id == faq.id).values(removed_at=now))
