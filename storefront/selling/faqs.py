"""Questions a seller has answered once and lets the shop answer by itself from then on; always with a way to her."""

import re
from collections.abc import Sequence
from datetime import datetime

from rapidfuzz.distance import Levenshtein
from sqlalchemy import select, update

from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import Faq, OutboxMessage
from storefront.reading.noise import plain, word_set
from storefront.reading.packs import SPOKEN
from storefront.refusals import NotYours

KEPT = 200
LONG_ENOUGH = 5  # letters; of shorter words one letter makes another
WORD = re.compile(r"[^\W_]+")
LOOKED_AT = 30


def keep(db: Writer, shop_id: int, question: str, answer: str, now: datetime) -> int:
    """Keep an answer, in the words its seller let stand."""
    return rows.add(db, Faq, shop_id=shop_id, question=question, answer=answer, used=0, at=now)


def of_shop(db: Reader, shop_id: int) -> Sequence[Faq]:
    """What a shop answers by itself, the newest first."""
    kept = (Faq.shop_id == shop_id, Faq.removed_at.is_(None))
    return db.scalars(select(Faq).where(*kept).order_by(Faq.id.desc()).limit(KEPT)).all()


def answering(db: Writer, shop_id: int, said: str) -> Faq | None:
    """The kept answer to the same question; None where none is the same, for then its seller is asked."""
    found = next((one for one in of_shop(db, shop_id) if is_same(said, one.question)), None)
    if found is not None:
        db.execute(update(Faq).where(Faq.id == found.id).values(used=Faq.used + 1))
    return found


IDLE = word_set(
    "di ya yah kalau kalo klo itu ini sih dong kok kah nya apa apakah kira buat untuk is are it the a an my for of"
    " in on does do can i please"
)


TURNS = word_set("tidak tdk bukan gak ga nggak enggak tanpa dari ke atau dan not no without from to or and")


def words_of(text: str) -> list[str]:
    """What a question is about: its words without greetings, politeness and particles."""
    idle = SPOKEN.particles | SPOKEN.addressing | IDLE
    return [word for word in WORD.findall(plain(text)) if word not in idle]


def is_same(one: str, other: str) -> bool:
    """Whether two questions have the same words, in any order and spelt as people spell; none too much, none missing.

    A near answer to a question about food may hurt somebody, so a number, a *not* or any other word more is another
    question. Where a word turns what follows it (*tidak*, *dari*, *ke*), the order has to be the same too.
    """
    left, right = words_of(one), words_of(other)
    if len(left) != len(right) or len(left) < 2:
        return False
    if TURNS & {*left, *right}:
        return all(spelt_alike(mine, hers) for mine, hers in zip(left, right, strict=True))
    for word in left:
        match = next((place for place, wanted in enumerate(right) if spelt_alike(word, wanted)), None)
        if match is None:
            return False
        right.pop(match)
    return True


def spelt_alike(one: str, other: str) -> bool:
    """The same word; of longer ones a letter may be missing or changed, of digits none."""
    if one == other:
        return True
    is_word = min(len(one), len(other)) >= LONG_ENOUGH and not any(sign.isdigit() for sign in one + other)
    return is_word and one[0] == other[0] and Levenshtein.distance(one, other) <= 1


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
