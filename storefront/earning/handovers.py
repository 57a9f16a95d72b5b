"""A payout that a provider makes: written down, handed over, asked about until it is known what became of it.

The key and the body are in the books before anybody is asked, so that a crash or a silence is followed by the same
question and never by a new one. Asking happens outside of any transaction. Two workers may meet: each takes an attempt
by moving its next moment, and what it learns is written only if nobody has asked since.

A provider's *succeeded* means that the payout was sent. Whether it arrived is the creator's word, or her silence.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import delete, func, select, update

from storefront import freezing, outbox, people, rows
from storefront.database import Database, Reader, Writer, is_down
from storefront.earning import drafts, payouts, trail
from storefront.models import Destination, Payout, PayoutAttempt, ProviderAccount
from storefront.providers import ABSENT, FAILED, REQUESTED, REVERSED, SUCCEEDED, UNKNOWN, Answer, Keys, Opener, xendit
from storefront.refusals import AlreadyDone, NotByProvider, ProviderSaysSent

log = structlog.get_logger()
LEASE = timedelta(minutes=2)
AGAIN = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
LOOKED_AT_AGAIN = timedelta(days=1)  # what succeeded may still come back
LOOKS = 12  # about four days of asking; then a person looks
KEYS_KEPT = timedelta(hours=24)  # after that a provider may have forgotten a key, so nothing is posted again


# -- a seller's own provider -------------------------------------------------------------------------------


def use(db: Writer, shop_id: int, provider: str, keys: Keys, now: datetime) -> None:
    """From now on this shop may pay by its own provider; the keys are sealed."""
    where = f"provider:{shop_id}"
    sealed = {
        "sealed_key": db.vault.seal(keys.api_key, where),
        "sealed_token": db.vault.seal(keys.callback_token, where),
    }
    rows.put(db, ProviderAccount, {"shop_id": shop_id}, provider=provider, **sealed, at=now)


def account_of(db: Reader, shop_id: int) -> tuple[str, Keys] | None:
    """The provider of a shop, and its keys; None where she pays by hand."""
    found = db.get(ProviderAccount, shop_id, populate_existing=True)
    if found is None:
        return None
    where = f"provider:{shop_id}"
    return found.provider, Keys(db.vault.unseal(found.sealed_key, where), db.vault.unseal(found.sealed_token, where))


def forget(db: Writer, shop_id: int) -> None:
    """She pays by hand again."""
    db.execute(delete(ProviderAccount).where(ProviderAccount.shop_id == shop_id))


# -- handing over ----------------------------------------------------------------------------------------------


def hand_over(db: Writer, payout_id: int, by: int, now: datetime) -> Payout:
    """A provider shall pay this: set aside, written down, to be asked at once.

    Raises `AlreadyDone`, `NeedsSecondPerson`, `Frozen`, or `NotByProvider` where she is paid in cash or the provider
    does not know her bank.
    """
    freezing.refuse_while_frozen(db)
    payouts.refuse_unapproved(db, payout_id)
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    own, where = account_of(db, payout.shop_id), payouts.destination_of(db, payout.creator_id)
    if own is None or where is None or where.kind not in {"bank", "ewallet"} or where.brand not in xendit.CHANNELS:
        raise NotByProvider(creator=people.name_of(db, payout.creator_id))
    if was_sent_before(db, payout_id):
        raise ProviderSaysSent(creator=people.name_of(db, payout.creator_id))
    going = update(Payout).where(Payout.id == payout_id, Payout.state.in_(drafts.WAITING))
    if not rows.changed(db, going.values(state="sending")):
        raise AlreadyDone
    payout = db.get_one(Payout, payout_id, populate_existing=True)
    number = payouts.attempt(db, payout, own[0], by, now, status=REQUESTED, due_at=now)
    key = f"getok-{payout.shop_id}-{payout.id}-{number}-{mark_of(db, own[1])}-{mark_of_transfer(db, payout, where)}"
    asked = body_of(db, own[0], key, payout, where)
    mine = (PayoutAttempt.payout_id == payout.id, PayoutAttempt.number == number)
    db.execute(update(PayoutAttempt).where(*mine).values(key=key, body=db.vault.seal(asked, key).hex()))
    payouts.on_its_way(db, payout, number, now)
    trail.step(db, payout, "handed_over", by, now, how=own[0], attempt=number)
    return payout


def was_sent_before(db: Reader, payout_id: int) -> bool:
    """Whether a provider says that an earlier try arrived, though the creator does not see it."""
    said = (PayoutAttempt.payout_id == payout_id, PayoutAttempt.status == SUCCEEDED, PayoutAttempt.state != "reversed")
    return db.scalar(select(PayoutAttempt.id).where(*said).limit(1)) is not None


def mark_of(db: Reader, keys: Keys) -> str:
    """Which account of hers is asked, in a few signs of a key: under another one nothing is asked again."""
    return db.vault.digest("provider account", {"key": keys.api_key}).hex()[:8]


def mark_of_transfer(db: Reader, payout: Payout, where: Destination) -> str:
    """Where to and how much, in a few signs: row numbers come round again after a restore, and in another hub."""
    what: dict[str, object] = {"to": people.unsealed(db, where), "amount": str(payout.amount)}
    return db.vault.digest("transfer", what).hex()[:8]


def body_of(db: Reader, provider: str, key: str, payout: Payout, where: Destination) -> str:
    """What the provider is asked; it names an account, so it is kept sealed."""
    account = people.unsealed(db, where)
    if provider == "xendit":
        words = f"Getok {payout.id}"
        return xendit.body(key, where.brand, account, where.holder, payout.amount, payout.currency, words)
    return json.dumps({"number": account, "amount": payout.amount, "currency": payout.currency})


# -- asking ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Question:
    """One attempt that is to be asked about now. ``turn``: how often it had been asked when we took it."""

    attempt_id: int
    payout_id: int
    provider: str
    keys: Keys
    key: str
    body: str
    reference: str | None
    turn: int
    may_post: bool


def ask_due(database: Database, opener: Opener, clock: Callable[[], datetime]) -> int:
    """Ask about everything that is due; returns how much there was."""
    done = 0
    while (question := taken(database, clock())) is not None:
        answer = asked(question, opener)
        try:
            with database.write() as db:
                learned(db, question, answer, clock())
        except Exception as fault:
            if is_down(fault):
                raise
            log.exception("a provider's answer could not be written", attempt=question.attempt_id)
        done += 1
    return done


def taken(database: Database, now: datetime) -> Question | None:
    """Take the attempt that waits longest, for as long as a question takes. Nothing is asked while books are frozen."""
    with database.read() as db:
        due = (PayoutAttempt.due_at <= now, PayoutAttempt.key.is_not(None))
        if freezing.frozen_by(db) or not db.scalar(select(PayoutAttempt.id).where(*due).limit(1)):
            return None
    with database.write() as db:
        oldest = select(PayoutAttempt).where(*due).order_by(PayoutAttempt.due_at, PayoutAttempt.id).limit(1)
        found = db.scalar(oldest.with_for_update(skip_locked=True))
        if found is None:
            return None
        account, turn = account_of(db, found.shop_id), found.checks + 1
        mine = update(PayoutAttempt).where(PayoutAttempt.id == found.id)
        if account is None or f"-{mark_of(db, account[1])}-" not in (found.key or ""):
            db.execute(mine.values(due_at=None, error="NO_KEYS"))
            if found.state == "in_transit":
                hand_to_a_person(db, found, now)  # her keys are gone, or others: nobody may ask under those
            return None
        db.execute(mine.values(due_at=now + LEASE, checks=turn))
        assert found.key, "written before anybody is asked"
        body = db.vault.unseal(bytes.fromhex(found.body), found.key) if found.body else ""
        may_post = (
            bool(body) and found.reference is None and found.state == "in_transit" and now - found.sent_at < KEYS_KEPT
        )
        which = (found.id, found.payout_id, found.provider, account[1], found.key, body)
        return Question(*which, found.reference, turn, may_post)


def next_due(db: Reader) -> datetime | None:
    """When somebody is to be asked next, for a clock that is moved by hand."""
    if freezing.frozen_by(db):
        return None
    waits = (PayoutAttempt.due_at.is_not(None), PayoutAttempt.key.is_not(None))
    return db.scalar(select(func.min(PayoutAttempt.due_at)).where(*waits))


def asked(question: Question, opener: Opener) -> Answer:
    """Look it up, and only what nobody knows of is asked for, under the same key, while that is surely remembered.

    The first time too: these books may be older than what the provider knows, after a backup was put back.
    """
    provider = opener(question.provider, question.keys)
    if provider is None:
        return Answer(UNKNOWN, error="NO_PROVIDER")
    found = provider.find(question.key, question.reference)
    if found.status != ABSENT or not question.may_post:
        return found
    made = provider.create(question.key, question.body)
    if made.status == FAILED and question.turn > 1:
        # An earlier try may be under way still, and be the reason for the refusal of this one.
        return Answer(UNKNOWN, error=made.error)
    return made


def learned(db: Writer, question: Question, answer: Answer, now: datetime) -> None:
    """Write down what a provider said, unless somebody has asked it since."""
    mine = update(PayoutAttempt).where(PayoutAttempt.id == question.attempt_id, PayoutAttempt.checks == question.turn)
    attempt = db.get_one(PayoutAttempt, question.attempt_id, populate_existing=True)
    status = answer.status if answer.status not in {UNKNOWN, ABSENT} else UNKNOWN
    known: dict[str, Any] = {
        "status": status,
        "reference": answer.reference or attempt.reference,
        "error": answer.error,
    }
    if status in {SUCCEEDED, FAILED, REVERSED}:
        known["body"] = None  # it names an account, and is not needed again
    if not rows.changed(db, mine.values(**known, due_at=next_look(attempt, status, question.turn, now))):
        return
    ACTS[status](db, attempt, now)
    if status in {REQUESTED, UNKNOWN} and question.turn >= LOOKS and attempt.state == "in_transit":
        hand_to_a_person(db, attempt, now)


def next_look(attempt: PayoutAttempt, status: str, turn: int, now: datetime) -> datetime | None:
    """When it is asked about next; None for what is over, or for a person to look at."""
    if status in {FAILED, REVERSED} or turn >= LOOKS:
        return None
    if status == SUCCEEDED:
        return now + LOOKED_AT_AGAIN if attempt.sent_at + timedelta(days=7) > now else None
    return now + AGAIN[min(turn, len(AGAIN)) - 1]


def nothing(*_: Any) -> None:
    """Nothing is known that was not known before: the money may have moved, so it stays set aside."""


def hand_to_a_person(db: Writer, attempt: PayoutAttempt, now: datetime) -> None:
    """Our patience is over: the seller looks in her provider's own list, by the number we asked under."""
    payout = db.get_one(Payout, attempt.payout_id, populate_existing=True)
    facts = {**payouts.facts_of(db, payout), "reference": attempt.reference or attempt.key}
    outbox.tell(db, payouts.owner_of(db, payout), "payout_unknown", facts, now)


def looked_up(db: Writer, payout_id: int, by: int, now: datetime, *, was_sent: bool) -> Payout:
    """The seller has looked herself. Raises `AlreadyDone` where the provider has answered, or still is asked."""
    if db.scalar(select(Payout.state).where(Payout.id == payout_id)) != "sending":
        raise AlreadyDone
    attempt = payouts.newest_attempt(db, payout_id)
    waits = update(PayoutAttempt).where(PayoutAttempt.id == attempt.id, PayoutAttempt.state == "in_transit")
    quiet = (PayoutAttempt.due_at.is_(None), PayoutAttempt.key.is_not(None))
    seen = {"status": SUCCEEDED if was_sent else FAILED, "error": f"looked up by {by}"}
    if not rows.changed(db, waits.where(*quiet).values(**seen)):
        raise AlreadyDone
    (succeeded if was_sent else failed)(db, attempt, now)
    return db.get_one(Payout, payout_id, populate_existing=True)


def succeeded(db: Writer, attempt: PayoutAttempt, now: datetime) -> None:
    """It says that it is there: the creator is asked."""
    arrived = update(Payout).where(Payout.id == attempt.payout_id, Payout.state == "sending")
    if attempt.state != "in_transit" or not rows.changed(db, arrived.values(state="sent")):
        return
    payout = db.get_one(Payout, attempt.payout_id, populate_existing=True)
    trail.step(db, payout, "sent", None, now, how=attempt.provider, attempt=attempt.number)
    facts = {**payouts.facts_of(db, payout), "cash": False, "mask": attempt.mask}
    outbox.tell(db, payout.creator_id, "payout_sent", facts, now)
    payouts.ask_again_later(db, payout, attempt.number, now)


def failed(db: Writer, attempt: PayoutAttempt, now: datetime) -> None:
    """Nothing moved, and nothing will under this key: the seller may try again, or pay by hand."""
    over = update(Payout).where(Payout.id == attempt.payout_id, Payout.state.in_(["sending", "sent"]))
    if attempt.state == "in_transit" and rows.changed(db, over.values(state="missing")):
        why = db.scalar(select(PayoutAttempt.error).where(PayoutAttempt.id == attempt.id)) or ""
        payout = payouts.came_back(db, attempt.payout_id, None, "failed", now, why=why or None)
        outbox.tell(
            db, payouts.owner_of(db, payout), "payout_failed", {**payouts.facts_of(db, payout), "why": why}, now
        )


def reversed_(db: Writer, attempt: PayoutAttempt, now: datetime) -> None:
    """It had moved and came back, whatever anybody has said since."""
    if attempt.state == "in_transit":
        failed(db, attempt, now)
    elif attempt.state == "succeeded" or was_received_after_all(db, attempt):
        payout = payouts.reverse(db, attempt.payout_id, None, now, how=attempt.provider)
        for person_id in (payout.creator_id, payouts.owner_of(db, payout)):
            outbox.tell(db, person_id, "payout_reversed", payouts.facts_of(db, payout), now)


def was_received_after_all(db: Reader, attempt: PayoutAttempt) -> bool:
    """Whether a try that the creator did not see at first is the one that she, or the mediator, found after all."""
    later = payouts.newest_attempt(db, attempt.payout_id)
    is_next = later.number == attempt.number + 1 and later.key is None and later.provider == attempt.provider
    return attempt.state == "failed" and is_next and later.state == "succeeded"


ACTS: dict[str, Callable[[Writer, PayoutAttempt, datetime], None]] = {
    REQUESTED: nothing,
    SUCCEEDED: succeeded,
    FAILED: failed,
    REVERSED: reversed_,
    UNKNOWN: nothing,
}


def hinted(db: Writer, shop_id: int, token: str, reference: str, now: datetime) -> bool:
    """A webhook says that something has happened: a hint, so the provider is asked again. False for a stranger's."""
    own = account_of(db, shop_id)
    if own is None or not own[1].callback_token or not db.vault.same(own[1].callback_token, token):
        return False
    named = (PayoutAttempt.reference == reference) | (PayoutAttempt.key == reference)
    over = ("failed", "reversed")
    mine = update(PayoutAttempt).where(PayoutAttempt.shop_id == shop_id, named, PayoutAttempt.state.not_in(over))
    db.execute(mine.values(due_at=now))
    return True
