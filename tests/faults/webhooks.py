"""Webhooks as they really come: more than once, in any order, many at a time, and some of them forged."""

import itertools
import random
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from twilio.request_validator import RequestValidator

from bots.__main__ import story_settings
from bots.hub import SIMULATED_AUTH, SIMULATED_NUMBER, SIMULATED_SID, MovableClock, Simulated
from storefront import inbox
from storefront import settings as environment
from storefront.models import InboxMessage, OutboxMessage
from tests.conftest import START
from tests.faults.databases import SPOKEN, reachable, shelf
from tests.faults.figures import Figure, Scale, secret, shortened

THREADS = 16
PEOPLE = 20
FORGED = 0.05
TELEGRAM_SECRET = "a-webhook-secret_of-the-measurements"
STATUSES = ("sent", "delivered", "read", "failed")

Send = Callable[[FlaskClient], int]


@dataclass(frozen=True)
class Delivery:
    """One post of one event."""

    key: str
    is_forged: bool
    send: Send


@dataclass(frozen=True)
class Rush:
    """What became of one provider's events."""

    provider: str
    events: int
    deliveries: int
    kept: int
    answered: int
    forged_kept: int
    statuses: Counter[int]
    forged_statuses: Counter[int]
    wrong: tuple[str, ...]

    @property
    def held(self) -> bool:
        fine = set(self.statuses) == {200} and set(self.forged_statuses) <= {403}
        return fine and self.kept == self.answered == self.events and not self.forged_kept and not self.wrong

    def __str__(self) -> str:
        return (
            f"{self.provider}: {self.deliveries:,} deliveries of {self.events:,} events, {self.kept:,} kept, "
            f"{self.answered:,} answered, {self.forged_kept} of bad signatures, answers {dict(self.statuses)}, "
            f"to forgeries {dict(self.forged_statuses)}"
        )


def measure(scale: Scale, seed: int) -> Figure:
    rng = random.Random(seed)  # noqa: S311 - a repeatable chance
    engines, missing = reachable()
    events = scale.of(100, 1_000)
    rushes: list[Rush] = []
    strays: list[str] = []
    with shelf() as shelf_:
        for number, engine in enumerate(engines):
            with receiving(shelf_.new(engine)) as hub:
                providers = PROVIDERS if scale.is_full else PROVIDERS[number : number + 1] or PROVIDERS
                rushes += [rush(hub, f"{name} ({SPOKEN[engine]})", make, events, rng) for name, make in providers]
                if engine == "sqlite":
                    strays = straying(hub, sequences(scale, rng))
    return Figure(
        "webhooks",
        "Every event of a provider has its effect once, however often and in whatever order it comes.",
        sum(one.deliveries for one in rushes),
        f"deliveries of {sum(one.events for one in rushes):,} events; {len(sequences(scale, rng))} orders of statuses",
        f"{sum(one.answered for one in rushes):,} effects, {sum(one.forged_kept for one in rushes)} of bad signatures, "
        f"{sum(n for one in rushes for status, n in one.statuses.items() if status >= 500)} answers of 5xx; "
        f"{len(strays)} orders of statuses end otherwise",
        all(one.held for one in rushes) and not strays and not missing,
        shortened([*missing, *map(str, rushes), *strays]),
    )


@contextmanager
def receiving(url: str) -> Iterator[Simulated]:
    """A hub whose webhooks are open, with the simulator's phones behind it."""
    with tempfile.TemporaryDirectory(prefix="getok-faults-spool-") as spool:
        given = {"DATABASE_URL": url, "SECRET_KEY": secret(), "GETOK_SPOOL": spool}
        public = {"PUBLIC_URL": story_settings(url).public_url, "TELEGRAM_WEBHOOK_SECRET": TELEGRAM_SECRET}
        hub = Simulated(environment.read({**given, **public}), MovableClock(START))
        try:
            yield hub
        finally:
            hub.close()


# -- the events --------------------------------------------------------------------------------------


def telegram_event(hub: Simulated, number: int, *, is_forged: bool) -> Delivery:
    """An update with a greeting; a forged one carries a secret of somebody's own."""
    person = hub.phones.telegram.person(f"buyer{number % PEOPLE}")
    person.started = True
    message = {"message_id": 5_000 + number, "date": int(START.timestamp()), "chat": person.chat()}
    update = {"update_id": 9_000_000 + number, "message": {**message, "from": person.user(), "text": "halo"}}
    given = "somebody-elses-secret" if is_forged else TELEGRAM_SECRET
    headers = {"X-Telegram-Bot-Api-Secret-Token": given}

    def send(client: FlaskClient) -> int:
        return client.post("/telegram/webhook", json=update, headers=headers, base_url=hub.public_url).status_code

    return Delivery(str(update["update_id"]), is_forged, send)


def whatsapp_event(hub: Simulated, number: int, *, is_forged: bool) -> Delivery:
    """A message with a greeting, signed as Twilio signs; a forged one is signed with another token."""
    person = hub.phones.whatsapp.person(f"buyer{number % PEOPLE}")
    person.wrote_at = hub.now()
    form = {
        "MessageSid": f"SM{number:032x}",
        "AccountSid": SIMULATED_SID,
        "From": person.address,
        "To": f"whatsapp:{SIMULATED_NUMBER}",
        "Body": "halo",
        "NumMedia": "0",
        "ProfileName": person.profile_name,
    }
    return Delivery(form["MessageSid"], is_forged, signed(hub, "/whatsapp/webhook", form, is_forged=is_forged))


PROVIDERS: tuple[tuple[str, Callable[..., Delivery]], ...] = (
    ("WhatsApp", whatsapp_event),
    ("Telegram", telegram_event),
)


def signed(hub: Simulated, path: str, form: dict[str, str], *, is_forged: bool = False) -> Send:
    """A post to one of our addresses, with Twilio's own signature on it."""
    validator = RequestValidator("somebody else's token" if is_forged else SIMULATED_AUTH)
    headers = {"X-Twilio-Signature": validator.compute_signature(hub.public_url + path, form)}

    def send(client: FlaskClient) -> int:
        return client.post(path, data=form, headers=headers, base_url=hub.public_url).status_code

    return send


# -- many at once ------------------------------------------------------------------------------------


def rush(hub: Simulated, provider: str, make: Callable[..., Delivery], events: int, rng: random.Random) -> Rush:
    """Every event one to ten times and at least five times on average, with forgeries between them."""
    real = [make(hub, number, is_forged=False) for number in range(events)]
    copies = real * 5 + [one for one in real for _ in range(rng.randint(0, 5))]
    forged = [make(hub, events + number, is_forged=True) for number in range(round(FORGED * len(copies)))]
    deliveries = copies + forged
    rng.shuffle(deliveries)
    answers = posted(hub, deliveries)
    hub.settle()
    by_kind = {kind: Counter(status for one, status in answers if one.is_forged == kind) for kind in (False, True)}
    kept = keys_kept(hub)
    return Rush(
        provider,
        events,
        len(deliveries),
        len(kept & {one.key for one in real}),
        replies(hub, provider),
        len(kept & {one.key for one in forged}),
        by_kind[False],
        by_kind[True],
        tuple(hub.verdict()),
    )


def posted(hub: Simulated, deliveries: Sequence[Delivery]) -> list[tuple[Delivery, int]]:
    """Post them all by sixteen threads, while the hub is at work on what has come in."""
    assert hub.app
    line, answers = iter(deliveries), []
    turn, done = threading.Lock(), threading.Event()

    def post() -> None:
        client = hub.app.test_client()  # type: ignore[union-attr]
        while True:
            with turn:
                one = next(line, None)
            if one is None:
                return
            answers.append((one, one.send(client)))

    def work() -> None:
        while not done.wait(0.01):
            hub.work()

    worker = threading.Thread(target=work)
    threads = [threading.Thread(target=post) for _ in range(THREADS)]
    for thread in (worker, *threads):
        thread.start()
    for thread in threads:
        thread.join(600)
    done.set()
    worker.join(60)
    return answers


def keys_kept(hub: Simulated) -> set[str]:
    with hub.database.read() as db:
        return set(db.scalars(select(InboxMessage.event_key)))


def replies(hub: Simulated, provider: str) -> int:
    """How many greetings were answered: one reply each."""
    channel = provider.partition(" ")[0].lower()
    said = (OutboxMessage.channel == channel, OutboxMessage.kind == "say")
    with hub.database.read() as db:
        return db.scalar(select(func.count(OutboxMessage.id)).where(*said)) or 0


# -- statuses ----------------------------------------------------------------------------------------


def sequences(scale: Scale, rng: random.Random) -> list[tuple[str, ...]]:
    """Every order of the statuses, with every subset of them told once more at the end."""
    every = [
        (*order, *twice)
        for order in itertools.permutations(STATUSES)
        for size in range(len(STATUSES) + 1)
        for twice in itertools.combinations(STATUSES, size)
    ]
    return every if scale.is_full else rng.sample(every, 60)


def straying(hub: Simulated, every: Sequence[tuple[str, ...]]) -> list[str]:
    """The orders after which a message does not stand at *failed*, which is its last word."""
    client = hub.client
    for number, statuses in enumerate(every):
        sent_message(hub, f"SM{number:030x}ff")
        for status in statuses:
            form = {"MessageSid": f"SM{number:030x}ff", "MessageStatus": status, "AccountSid": SIMULATED_SID}
            answer = signed(hub, "/whatsapp/status", form)(client)
            assert answer < 300, answer
    with hub.database.read() as db:
        found = dict(db.execute(select(OutboxMessage.provider_id, OutboxMessage.delivery_status)).all())
    ends = [found[f"SM{number:030x}ff"] for number in range(len(every))]
    return [f"{' '.join(told)} ends as {end}" for told, end in zip(every, ends, strict=True) if end != "failed"]


def sent_message(hub: Simulated, provider_id: str) -> None:
    """A message that Twilio took, of which the statuses tell."""
    at = hub.now() - timedelta(seconds=1)
    moments = {"created_at": at, "due_at": at, "sent_at": at}
    row = {"channel": "whatsapp", "address": "whatsapp:+6281", "kind": "say", "facts": {}, "attempts": 1, **moments}
    with hub.database.write() as db:
        db.execute(insert(OutboxMessage).values(**row, state="sent", provider_id=provider_id, screen={"text": "x"}))


# -- the naive way -----------------------------------------------------------------------------------


def doubled(url: str, events: int) -> Rush:
    """What becomes of the events when every copy is taken for a new one."""
    once, numbers = inbox.admit, itertools.count()

    def admit(db: Any, source: str, event_key: str, *more: Any) -> bool:
        return once(db, source, f"{event_key}/{next(numbers)}", *more)

    inbox.admit = admit  # type: ignore[assignment]
    try:
        with receiving(url) as hub:
            return rush(hub, "WhatsApp", whatsapp_event, events, random.Random(1))  # noqa: S311 - a repeatable chance
    finally:
        inbox.admit = once
