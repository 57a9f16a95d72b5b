"""The hub put together: settings in, everything that runs out. Here, and only here, the rooms meet.

    inbox -> conversation -> outbox -> courier, and the timetable in between

The same parts run in three ways: all in one process (`run`), as separate processes over PostgreSQL
(`web`, `worker`, `telegram`), and with the phones on the other end of the wire (`demo`, `play`, tests).
"""

import itertools
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from flask import Flask
from structlog.contextvars import bound_contextvars

from bots import conversation, counter, courier, groups, inline, notices, scripts
from bots.channel import Channel, Later
from bots.contents import Contents
from bots.dialogue import Heard
from bots.intake import Flood, Intake
from bots.phones import Phones, TelegramPhones, WhatsAppPhones
from bots.telegram import Telegram
from bots.templates import TEMPLATES
from bots.visit import Place
from bots.whatsapp import WhatsApp
from bots.wires import TelegramWire, TwilioWire
from storefront import inbox, timetable
from storefront.database import Database, is_down
from storefront.earning import handovers
from storefront.models import InboxMessage
from storefront.providers import Keys, Provider
from storefront.providers.simulated import Simulated as SimulatedProvider
from storefront.providers.xendit import Xendit
from storefront.refusals import Refusal
from storefront.settings import Settings
from storefront.spool import Spool
from storefront.vault import Vault
from storefront.web.visits import Visits

log = structlog.get_logger()

ANNOUNCED = (
    counter,
    groups,
    inline,
    notices,
    scripts,
)  # importing them is what announces their commands, notices and scripts

SIMULATED_TOKEN = "700000001:" + "simulated-bot-token-for-the-phones"
SIMULATED_BOT = "getok_of_the_simulator_and_nobody_else"  # longer than any real name on Telegram may be
SIMULATED_SID = "AC" + "0" * 32
SIMULATED_AUTH = "simulated-auth-token"
OPERATORS_PHONES = ("operator", "mediator")  # whose phones in the simulator and in stories run the hub
SIMULATED_NUMBER = "+6280000000000"
ROUNDS = 200
RESTS_S = 0.5
SIGN_OF_LIFE_S = 180  # a round may wait for a channel that does not answer, some seconds a message
UNPACED = courier.Pace(per_second=0, per_chat=timedelta(0))


def real_clock() -> datetime:
    return datetime.now(UTC)


class Hub:
    """Everything that runs, around one database."""

    def __init__(self, settings: Settings, clock: Callable[[], datetime] = real_clock) -> None:
        self.settings = settings
        self.clock = clock
        vault, zone = Vault(settings.secret_key), settings.zone
        self.database = Database(settings.database_url, vault, zone, settings.keeps, settings.log_channel)
        self.channels: dict[str, Channel] = {}
        self.place = Place(settings.public_url, "", "", settings.zone, settings.operator, settings.operators)
        self.intake = Intake(self.database, Spool(settings.spool, self.database.vault), None)
        self.pace = UNPACED
        self.bells: dict[str, threading.Event] = {}
        self.beats: dict[str, float] = {}
        self.app: Flask | None = None
        self.visits = Visits(self.database)
        self.providers: dict[Keys, Xendit] = {}

    @property
    def telegram_token(self) -> str:
        """What Telegram signs with whatever it hands to a page of ours."""
        return self.settings.telegram_token

    # -- the work --------------------------------------------------------------------------------

    def work(self) -> int:
        """Do everything that waits, once round; returns how much there was."""
        return self.hear_all() + self.ask_providers() + self.deliver() + self.visits.flush()

    def hear_all(self) -> int:
        """Take in what waited on disk, hear one message of each sender, and do what is due."""
        now = self.clock()
        return self.intake.empty_spool() + self.hear_waiting(now) + timetable.run_due(self.database, now)

    def ask_providers(self) -> int:
        """Ask whoever moves money for a shop what is to be asked now."""
        return handovers.ask_due(self.database, self.provider, self.clock)

    def provider(self, name: str, keys: Keys) -> Provider | None:
        """Who moves a shop's money, on its own keys."""
        if name != "xendit":
            return None
        if keys not in self.providers:  # a client costs a moment to make
            self.providers[keys] = Xendit(keys, self.settings.xendit_api_url)
        return self.providers[keys]

    def deliver(self, only: Collection[str] | None = None) -> int:
        name = voice_of(*only) if only else ""

        def clock() -> datetime:
            self.beat(name)  # every message asks for the time, so a long line shows that it is alive
            return self.clock()

        return courier.deliver_due(self.database, self.channels, self.place, clock, self.pace, only)

    def hear_waiting(self, now: datetime) -> int:
        """Work on the first waiting message of each sender."""
        with self.database.read() as db:
            waiting = [message.id for message in inbox.waiting(db, now, tuple(self.channels))]
        for message_id in waiting:
            self.beat("ears")
            try:
                with bound_contextvars(inbox=message_id):
                    self.hear(message_id, now)
            except Exception as fault:
                if is_down(fault):
                    raise
                self.note_failure(message_id, now)
        return len(waiting)

    def hear(self, message_id: int, now: datetime) -> None:
        """Understand one message and answer it, whatever it is; nothing it says can stop the next one."""
        heard = None
        try:
            heard = self.understood(message_id)
            self.converse(message_id, heard, now)
        except Refusal as no:
            assert heard, "only something understood can be refused"
            self.speak_refusal(message_id, heard, no, now)
        except Later as wait:
            self.try_later(message_id, wait, now)
        except Exception as fault:
            if is_down(fault):
                raise  # the message is not to blame, and waits for the database
            self.note_failure(message_id, now)

    def understood(self, message_id: int) -> Heard | None:
        """Turn the raw event into something heard; its picture is fetched here, outside of any transaction."""
        with self.database.read() as db:
            message = db.get(InboxMessage, message_id)
            channel = self.channels.get(message.source) if message else None
        return channel.understand(message.raw) if channel and message else None

    def converse(self, message_id: int, heard: Heard | None, now: datetime) -> None:
        """One message, one transaction."""
        with self.database.write() as db:
            message = inbox.take(db, message_id)
            if message is None:
                return
            if heard is not None:
                conversation.hear(db, self.place, heard, now)
            inbox.done(db, message, now)

    def speak_refusal(self, message_id: int, heard: Heard, no: Refusal, now: datetime) -> None:
        """The try was rolled back whole; a transaction of its own says why."""
        with self.database.write() as db:
            message = inbox.take(db, message_id)
            if message is None:
                return
            conversation.refuse(db, self.place, heard, no, now)
            inbox.done(db, message, now)

    def try_later(self, message_id: int, wait: Later, now: datetime) -> None:
        """What the message points at cannot be had yet; on the last try its sender is asked to send it again."""
        with self.database.write() as db:
            is_last = inbox.failed(db, message_id, f"later: {wait.seconds}s", now)
        if is_last:
            self.apologise(message_id, "media", now)

    def note_failure(self, message_id: int, now: datetime) -> None:
        """A mistake of ours: logged with a number, told calmly once we give up, and nobody else waits for it."""
        incident = uuid.uuid4().hex[:8]
        log.exception("message failed", inbox=message_id, incident=incident)
        with self.database.write() as db:  # counted by itself, so that a failing apology cannot undo the count
            is_last = inbox.failed(db, message_id, incident, now)
        if is_last:
            self.apologise(message_id, incident, now)

    def apologise(self, message_id: int, incident: str, now: datetime) -> None:
        """Say that something went wrong, to whoever wrote the message, as far as it says who that was."""
        with self.database.write() as db:
            message = db.get_one(InboxMessage, message_id)
            channel = self.channels.get(message.source)
            who = channel.wrote(message.raw) if channel else None
            if who:
                conversation.apologise(db, self.place, who, incident, now)

    # -- running ---------------------------------------------------------------------------------

    def start(self, stop: threading.Event) -> list[threading.Thread]:
        """Work until stopped: one pair of ears, and a voice for each channel, so that none waits for another."""
        tasks: dict[str, Callable[[], int]] = {"ears": self.hear_all, "looks": self.visits.flush}
        tasks["payouts"] = self.ask_providers
        for name in self.channels:
            tasks[voice_of(name)] = lambda name=name: self.deliver({name})  # type: ignore[misc]
        self.bells = {name: threading.Event() for name in tasks}
        self.beats |= dict.fromkeys(tasks, time.monotonic())
        threads = [
            threading.Thread(target=self.repeat, args=(name, task, stop), name=name, daemon=True)
            for name, task in tasks.items()
        ]
        for thread in threads:
            thread.start()
        return threads

    def repeat(self, name: str, task: Callable[[], int], stop: threading.Event) -> None:
        """Do one task round after round; a fault is logged and the next round comes."""
        bell = self.bells[name]
        while not stop.is_set():
            self.beat(name)
            busy = tried(name, task)
            if busy:
                self.ring()
            else:
                bell.wait(RESTS_S)
                bell.clear()

    def ring(self) -> None:
        """Something has come in or been promised: whoever rests need not."""
        for bell in list(self.bells.values()):
            bell.set()

    def beat(self, name: str) -> None:
        """A sign of life of something that was started."""
        if name in self.beats:
            self.beats[name] = time.monotonic()

    def ailing(self) -> list[str]:
        """Whose last sign of life is too long ago."""
        oldest = time.monotonic() - SIGN_OF_LIFE_S
        return [name for name, at in self.beats.items() if at < oldest]

    def hang_up(self) -> None:
        """Stop waiting for what people may still say."""
        for channel in self.channels.values():
            if isinstance(channel, Telegram):
                channel.hang_up()

    def close(self) -> None:
        for channel in self.channels.values():
            if isinstance(channel, Telegram):
                channel.close()
        self.database.close()


class PhonesOf:
    """The addresses of some people's simulated phones, as far as they have one yet."""

    def __init__(self, phones: Phones, names: Collection[str]) -> None:
        self.phones, self.names = phones, names

    def __iter__(self) -> Iterator[str]:
        telegram, whatsapp = self.phones.telegram.people, self.phones.whatsapp.people
        yield from (f"telegram:{telegram[name].chat_id}" for name in self.names if name in telegram)
        yield from (whatsapp[name].address for name in self.names if name in whatsapp)


def voice_of(channel: str) -> str:
    return f"voice of {channel}"


def tried(name: str, task: Callable[[], int]) -> int:
    """One round of a task; returns how much there was to do."""
    try:
        return task()
    except Exception as fault:
        if is_down(fault):
            log.warning("the database does not answer", task=name, fault=type(fault).__name__)
        else:
            log.exception("a round of work failed", task=name)
        return 0


def connected(settings: Settings) -> Hub:
    """A hub on the real channels it has credentials for: paced, and with a limit for who floods it."""
    hub = Hub(settings)
    hub.pace = courier.Pace()
    hub.intake.flood = Flood()
    bot = settings.telegram_username
    if settings.has_telegram:
        telegram = Telegram(settings.telegram_token, settings.telegram_api_url)
        hub.channels[telegram.name] = telegram
        bot = telegram.username
    if settings.has_whatsapp:
        hub.channels["whatsapp"] = WhatsApp(
            settings.twilio_sid,
            settings.twilio_token,
            settings.twilio_from,
            settings.public_url,
            settings.twilio_api_url,
            templates=settings.whatsapp_templates,
            contents=Contents(hub.database, hub.clock) if settings.has_buttons else None,
        )
    named = (settings.operator, settings.operators, settings.prices)
    hub.place = Place(settings.public_url, bot, settings.twilio_from, settings.zone, *named)
    return hub


class Simulated(Hub):
    """A hub whose channels end in phones of our own, in this process: the simulator, stories, tests."""

    def __init__(self, settings: Settings, clock: "MovableClock") -> None:
        from bots.web import create_app

        super().__init__(settings, clock)
        self.movable = clock
        self.pretended = SimulatedProvider()
        self.busy = threading.RLock()
        self.app = create_app(self)
        self.client = self.app.test_client()
        seq = itertools.count(1)
        telegram = TelegramPhones(SIMULATED_TOKEN, SIMULATED_BOT, clock, seq)
        whatsapp = WhatsAppPhones(
            SIMULATED_SID,
            SIMULATED_AUTH,
            SIMULATED_NUMBER,
            self.post,
            settings.public_url,
            fetch=self.fetch,
            now=clock,
            seq=seq,
        )
        self.phones = Phones(telegram, whatsapp)
        self.bot = Telegram(SIMULATED_TOKEN, "https://api.telegram.org", TelegramWire(telegram))
        wire = TwilioWire(whatsapp)
        twilio = WhatsApp(
            SIMULATED_SID,
            SIMULATED_AUTH,
            SIMULATED_NUMBER,
            settings.public_url,
            http_client=wire,
            fetch=wire.fetch,
            templates=approved(whatsapp),
            contents=Contents(self.database, self.clock) if settings.has_buttons else None,
        )
        self.channels = {"telegram": self.bot, "whatsapp": twilio}
        named = (settings.operator, PhonesOf(self.phones, OPERATORS_PHONES), settings.prices)
        self.place = Place(settings.public_url, SIMULATED_BOT, SIMULATED_NUMBER, settings.zone, *named)

    @property
    def telegram_token(self) -> str:
        return SIMULATED_TOKEN

    def provider(self, name: str, keys: Keys) -> Provider | None:
        return self.pretended if name == "simulated" else super().provider(name, keys)

    # -- what a story and the simulator need ---------------------------------------------------------

    @property
    def zone(self) -> ZoneInfo:
        return self.settings.zone

    @property
    def public_url(self) -> str:
        return self.settings.public_url

    def now(self) -> datetime:
        return self.movable()

    def settle(self) -> None:
        """Take in, work and deliver until it is quiet."""
        with self.busy:
            for _ in range(ROUNDS):
                taken = self.bot.poll(self.database, self.clock())
                if taken + self.work():
                    continue
                if not self.phones.whatsapp.flush_statuses() or not self.work():
                    return  # what became of a message may be something to say
        raise AssertionError("the hub does not come to rest")

    def move_to(self, moment: datetime) -> None:
        """Move the clock; what is due on the way happens at its own time."""
        with self.busy:
            for due in stops_before(self.database, moment):
                self.movable.set(max(due, self.movable()))
                self.settle()
            self.movable.set(moment)
            self.settle()

    def page(self, url: str) -> str:
        path = url.removeprefix(self.public_url)
        return self.client.get(path, base_url=self.public_url).get_data(as_text=True)

    def post(self, path: str, form: Mapping[str, str], headers: Mapping[str, str]) -> int:
        """What Twilio posts to us."""
        answer = self.client.post(path, data=dict(form), headers=dict(headers), base_url=self.public_url)
        return answer.status_code

    def fetch(self, url: str) -> tuple[int, str, bytes]:
        """What Twilio fetches from us: the pictures of outgoing messages."""
        answer = self.client.get(url.removeprefix(self.public_url), base_url=self.public_url)
        return answer.status_code, answer.mimetype or "", answer.get_data()

    def verdict(self) -> Any:
        """What `getok verify` says about this hub's database."""
        from storefront import verifying

        with self.database.read() as db:
            return list(verifying.problems(db))


def stops_before(database: Database, moment: datetime) -> Iterator[datetime]:
    """The moments up to this one at which something is due, each found after the one before has been seen to."""
    while True:
        with database.read() as db:
            due = min((one for one in (timetable.next_due(db), handovers.next_due(db)) if one), default=None)
        if due is None or due > moment:
            return
        yield due


def approved(phones: WhatsAppPhones) -> dict[str, str]:
    """The templates as if WhatsApp had approved them: their content ids by name."""
    sids = {name: f"HX{number:032x}" for number, name in enumerate(TEMPLATES, start=1)}
    phones.templates.update({sids[name]: body for name, body in TEMPLATES.items()})
    return sids


class MovableClock:
    """A clock that stands until it is moved, or runs on from where it was put."""

    def __init__(self, moment: datetime, *, runs: bool = False) -> None:
        self.offset = moment - real_clock()
        self.moment = None if runs else moment

    def __call__(self) -> datetime:
        return self.moment or real_clock() + self.offset

    def set(self, moment: datetime) -> None:
        if self.moment is not None:
            self.moment = moment
        self.offset = moment - real_clock()

    def run(self) -> None:
        """From now on the clock runs with the real one."""
        self.moment, self.offset = None, timedelta(0)
