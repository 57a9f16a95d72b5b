"""Messages through a bad line: a fifth of all sends goes wrong, and everybody hears everything, once or labelled."""

import json
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from markupsafe import Markup
from sqlalchemy import func, select

from bots import hub as hubs
from bots.channel import Channel, Delivery, Later
from bots.dialogue import Choice, Screen
from bots.hub import Hub, MovableClock, real_clock
from storefront import migrations, outbox, people
from storefront import settings as environment
from storefront.models import Identity, OutboxMessage
from tests.faults.databases import shelf
from tests.faults.figures import Figure, Scale, secret, shortened
from tests.outside import Outside
from tests.outside.calllog import Json

CHANNELS = ("telegram", "whatsapp")
PEOPLE = 10  # on each channel
SENDS = {"telegram": "sendMessage", "whatsapp": "Messages.create"}
BESIDES = {"500": 0.2, "drop": 0.2}  # of the calls that have Twilio keep a structure
FAULTS = {"500": 0.04, "drop": 0.04, "ok_then_drop": 0.04, "ok_then_500": 0.04, "429:1": 0.04}
NOBODY = "http://127.0.0.1:9"  # the hub's own address: nothing comes in here
NUMBERED = re.compile(r"Kabar nomor (\d+)\.")
LABELS = re.compile(r"ulang|sekali lagi|again|once more", re.IGNORECASE)


@dataclass(frozen=True)
class Sending:
    """What the peers saw, set beside what was promised."""

    promised: int
    lost: int
    faults: int
    ambiguous: int
    repeats: int
    unlabelled: tuple[str, ...]
    disordered: int


def measure(scale: Scale, seed: int) -> Figure:
    count = scale.of(300, 5_000)
    with shelf() as shelf_:
        sending = sent(shelf_.new("sqlite"), shelf_.folder / "peers", count, seed)
    held = not (sending.lost or sending.unlabelled or sending.disordered) and sending.repeats <= sending.ambiguous
    return Figure(
        "outgoing",
        "With a fifth of all sends going wrong nothing is lost, and what comes twice says so.",
        sending.promised,
        f"messages on both channels, {sending.faults:,} faults in {', '.join(FAULTS)}",
        f"{sending.lost} lost, {sending.repeats} repeated after {sending.ambiguous} faults of which nobody could know, "
        f"{len(sending.unlabelled)} of them without a word about it, {sending.disordered} out of order",
        held,
        shortened(sending.unlabelled),
    )


def sent(url: str, folder: Path, count: int, seed: int, *, naive: bool = False) -> Sending:
    """Promise so many messages, deliver them through the faults, and ask the peers what came."""
    with Outside(folder, NOBODY) as outside, speaking(url, outside) as hub:
        addresses = greeted(outside, hub)
        for name in CHANNELS:
            outside.on(name).chance(SENDS[name], FAULTS, seed=seed)
        outside.twilio.chance("Contents.create", BESIDES, seed=seed)
        promise(hub, addresses, count, random.Random(seed))  # noqa: S311 - a repeatable chance
        if naive:
            for channel in hub.channels.values():
                make_careless(channel)
        deliver(hub)
        return compared(outside, count)


@contextmanager
def speaking(url: str, outside: Outside) -> Iterator[Hub]:
    """A hub with the real codecs towards the peers, without a pace, its clock moved by hand."""
    hub = hubs.connected(environment.read({**outside.env(), "DATABASE_URL": url, "SECRET_KEY": secret()}))
    hub.clock, hub.pace = MovableClock(real_clock()), hubs.UNPACED
    migrations.upgrade(hub.database)
    try:
        yield hub
    finally:
        hub.close()


def greeted(outside: Outside, hub: Hub) -> list[tuple[str, str]]:
    """Everybody has written to us once, so that we may write to her."""
    found: list[tuple[str, str]] = []
    outside.twilio.hold()
    for number in range(PEOPLE):
        outside.telegram.starts(f"buyer{number}")
        outside.twilio.says(f"buyer{number}", "halo")
        found.append(("telegram", str(outside.telegram.chat_id(f"buyer{number}"))))
        found.append(("whatsapp", f"whatsapp:{outside.twilio.number(f'buyer{number}')}"))
    with hub.database.write() as db:
        for channel, address in found:
            people.meet(db, channel, address, None, "Buyer", "id", hub.clock())
    return found


def promise(hub: Hub, addresses: list[tuple[str, str]], count: int, rng: random.Random) -> None:
    now = hub.clock()
    with hub.database.write() as db:
        known = {(who.channel, who.address): who.person_id for who in db.scalars(select(Identity))}
        rows: list[dict[str, Any]] = []
        for number in range(count):
            channel, address = rng.choice(addresses)
            screen = Screen(Markup("Kabar nomor {}.").format(number), choices=ways_on(number)).as_json()
            whom = {"person_id": known[channel, address], "channel": channel, "address": address}
            rows.append({**whom, "kind": "say", "screen": screen, "replaces": None})
        outbox.promise(db, rows, now)


def ways_on(number: int) -> tuple[Choice, ...]:
    """Every other message has buttons: two, or a list of four."""
    labels = {0: (), 1: ("Menu", "Batal"), 2: (), 3: ("Pesanan", "Jualan", "Rekap", "Komisi")}[number % 4]
    return tuple(Choice(label, "s:front") for label in labels)


def deliver(hub: Hub) -> None:
    """Deliver until nothing waits; where everything waits for a later try, the clock goes there."""
    assert isinstance(hub.clock, MovableClock)
    while True:
        while hub.deliver():
            pass
        with hub.database.read() as db:
            due = db.scalar(select(func.min(OutboxMessage.due_at)).where(OutboxMessage.state == "waiting"))
        if due is None:
            return
        hub.clock.set(max(due, hub.clock()) + timedelta(seconds=1))


def compared(outside: Outside, count: int) -> Sending:
    calls = [call for channel in CHANNELS for call in outside.on(channel).calls(SENDS[channel])]
    arrived: dict[int, list[str]] = defaultdict(list)
    line: dict[str, list[int]] = defaultdict(list)
    for call in calls:
        found = NUMBERED.search(call.get("text") or "")
        if call["accepted"] and found:
            number = int(found[1])
            if not arrived[number]:
                line[call["chat"]].append(number)
            arrived[number].append(call["text"])
    scripts = Counter(str(call["script"]).partition(":")[0] for call in calls if call["script"] not in {None, "ok"})
    repeats = [(number, text) for number, texts in arrived.items() for text in texts[1:]]
    return Sending(
        count,
        count - len([texts for texts in arrived.values() if texts]),
        scripts.total(),
        sum(number for name, number in scripts.items() if name.startswith("ok_then")),
        len(repeats),
        tuple(history(calls, number) for number, text in repeats if not LABELS.search(text)),
        sum(numbers != sorted(numbers) for numbers in line.values()),
    )


def history(calls: Sequence[Json], number: int) -> str:
    """All that happened to one message, as the peers tell it."""
    mine = [call for call in calls if f"Kabar nomor {number}." in json.dumps(call["fields"])]
    tries = [f"{call['method']} {call['script'] or 'ok'} ({call['status']}): {call.get('text')!r}" for call in mine]
    return f"message {number}: {', then '.join(tries)}"


# -- the naive way -----------------------------------------------------------------------------------


def make_careless(channel: Channel) -> None:
    """Let a channel take every send for a success, whatever was answered."""
    deliver_ = channel.deliver

    def try_once(delivery: Delivery) -> str | None:
        try:
            return deliver_(delivery)
        except Later:
            return None

    channel.deliver = try_once  # type: ignore[method-assign]
