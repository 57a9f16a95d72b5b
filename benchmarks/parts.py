"""The parts of the benchmark, each with how much of it is asked for, and what it says in the table."""

import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks import crowd, messages, processes, reading, rooms, usecases, windows
from benchmarks.crowd import Outcome, Rush, spread
from benchmarks.messages import KINDS, Kind
from benchmarks.samples import Pairs, ms, percentile
from benchmarks.usecases import Alone
from tests.faults.databases import SPOKEN, Shelf, reachable, shelf

AIM_RATIO, AIM_MIB, AIM_START_S, AIM_PAINT_S = 3.0, 120, 2.5, 1.5
Row = Sequence[str]


@dataclass(frozen=True)
class Scale:
    """How much is asked: a look in seconds, or enough to publish."""

    is_quick: bool = False

    def of(self, quick: int, full: int) -> int:
        return quick if self.is_quick else full


@dataclass(frozen=True)
class Part:
    """One table, and how busy the machine was before and after it was measured."""

    title: str
    head: Row
    rows: Sequence[Row]
    note: str = ""
    load: tuple[float, float] = (0.0, 0.0)


def taken(name: str, scale: Scale) -> list[Part]:
    """Measure one part, with progress on standard error."""
    print(f"{name} ...", end=" ", file=sys.stderr, flush=True)
    began, before = time.monotonic(), os.getloadavg()[0]
    with shelf() as place:
        found = list(PARTS[name](place, scale))
    print(f"{time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return [Part(one.title, one.head, one.rows, one.note, (before, os.getloadavg()[0])) for one in found]


# -- messages ----------------------------------------------------------------------------------------


def message_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    engines, missing = reachable()
    found = {engine: messages.measured(place, engine, scale.of(3, 200)) for engine in engines}
    rows = [message_row(engine, kind) for engine in engines for kind in found[engine].values()]
    note = f"The aim is at most {AIM_RATIO:g} times the floor."
    yield Part("A message end to end, beside its floor", MESSAGE_HEAD, rows, " ".join([note, *missing]))
    stages = [stage_row(engine, kind) for engine in engines for kind in found[engine].values()]
    yield Part("Its stages (ms, median)", ("message", "database", "kept", "answered", "delivered"), stages)


MESSAGE_HEAD = (
    "message",
    "database",
    "Getok ms, median (p95)",
    "floor ms, median (p95)",
    "times the floor (95 %)",
    "of a processor: ms, floor ms, times (95 %)",
    "commits",
    "statements",
    "calls out",
)


def message_row(engine: str, kind: Kind) -> Row:
    counts = (middle(kind.commits), middle(kind.statements), middle(kind.calls))
    times = (timing(kind.pairs.subject), timing(kind.pairs.floor), f"**{ratio(kind.pairs)}**")
    burnt = [ms(statistics.median(one)) for one in (kind.cpu.subject, kind.cpu.floor)]
    return (KINDS[kind.name], SPOKEN[engine], *times, ", ".join([*burnt, ratio(kind.cpu)]), *counts)


def ratio(pairs: Pairs) -> str:
    low, high = pairs.interval()
    return f"{pairs.ratio:.1f} ({low:.1f} to {high:.1f})"


def stage_row(engine: str, kind: Kind) -> Row:
    stages = [ms(statistics.median(one)) for one in zip(*kind.stages, strict=True)]
    return (KINDS[kind.name], SPOKEN[engine], *stages)


def timing(seconds: Sequence[float]) -> str:
    return f"{ms(statistics.median(seconds))} ({ms(percentile(seconds, 0.95))})"


def middle(numbers: Sequence[int]) -> str:
    return f"{statistics.median_low(numbers)}"


# -- where the time goes -----------------------------------------------------------------------------


def room_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    found = rooms.measured(place, scale.of(3, 100))
    whole: Counter[str] = Counter()
    for shares in found.values():
        whole.update(shares)
    rows = [(name, *(f"{100 * found[kind][name]:.0f} %" for kind in found)) for name, _ in whole.most_common()]
    note = "Shares under a profiler, on SQLite: good for comparing rooms, not for adding up times."
    yield Part("Where the time goes", ("whose code", *found), rows, note)


# -- use cases ---------------------------------------------------------------------------------------


def use_case_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    engines, missing = reachable()
    found = {engine: usecases.measured(place, engine, scale.of(3, 300)) for engine in engines}
    rows = [use_case_row(engine, name, alone) for engine in engines for name, alone in found[engine].items()]
    yield Part("Use cases alone", ("use case", "database", "ms, median (p95)", "statements"), rows, " ".join(missing))


def use_case_row(engine: str, name: str, alone: Alone) -> Row:
    return (name, SPOKEN[engine], timing(alone.seconds), middle(alone.statements))


# -- reading -----------------------------------------------------------------------------------------


def reading_parts(_: Shelf, scale: Scale) -> Iterator[Part]:
    rows: list[Row] = []
    for whose, captions, orders in reading.scores():
        rows += [
            (whose, "captions, all fields right", str(captions.whole), "at least 95 %"),
            (whose, "captions, price right", str(captions.price), "at least 99 %"),
            (whose, "captions, a wrong price told", str(captions.wrongly_sure), "0"),
            (whose, "messages, what they are about", str(orders.intent), "at least 98 %"),
            (whose, "messages, that and all lines right", str(orders.whole), "at least 96 %"),
            (whose, "messages, an order out of something else", str(orders.out_of_nothing), "0"),
        ]
    yield Part("What is understood", ("cases", "figure", "found", "aim"), rows)
    speeds = [
        (one.what, ms(statistics.median(one.seconds)), ms(percentile(one.seconds, 0.99)), ms(max(one.seconds)))
        for one in reading.speeds(scale.of(1, 10))
    ]
    note = "Of a processor. The aims: a message in 2 ms at the median and 8 ms at p99; nothing takes more than 50 ms."
    yield Part("Reading", ("what", "ms, median", "p99", "most"), speeds, note)


# -- weight, crowd, start ------------------------------------------------------------------------------


def weight_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    rest = scale.of(1, 10)
    rows = [(weight.name, mib(weight.mib)) for weight in processes.weights(place, rest)]
    note = f"Resident, {rest} s after it was ready. The aim is at most {AIM_MIB} MiB."
    yield Part("Memory at rest", ("`getok run`, SQLite", "MiB"), rows, note)


def crowd_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    quick, full = [Rush(10, 2, 10)], [Rush(20, 30, 200), Rush(100, 30, 200)]
    rows = [crowd_row(outcome) for outcome in crowd.measured(place, quick if scale.is_quick else full)]
    yield Part("A crowd (both channels configured, SQLite)", CROWD_HEAD, rows, CROWD_NOTE)


CROWD_HEAD = (
    "messages",
    "acknowledged, s (p50 / p95 / p99)",
    "most that waited to be heard",
    "all heard after the last, s",
    "kept to heard, s",
    "kept to delivered, s",
    "delivered within 10 s",
    "MiB before, after (most)",
)
CROWD_NOTE = (
    "Delivery is limited on purpose: 25 messages a second in all and one a second to a chat. At 100 messages a "
    "second the answers therefore queue for about four times as long as the rush lasted; what is measured there is "
    "the way in and hearing. *Kept to heard* counts up to the beginning of the round in which a message was heard, "
    "as the database notes it."
)


def crowd_row(outcome: Outcome) -> Row:
    rush = outcome.rush
    return (
        f"{rush.per_second} a second for {rush.seconds} s by {rush.people}",
        spread(outcome.acknowledged) + (f", {outcome.refused} refused" if outcome.refused else ""),
        str(outcome.backlog),
        f"{outcome.caught_up:.1f}",
        f"{spread(outcome.heard)} ({len(outcome.heard)})",
        f"{spread(outcome.delivered)} ({len(outcome.delivered)})",
        f"{outcome.soon} of {rush.posts}",
        f"{mib(outcome.before)}, {mib(outcome.after)} ({mib(outcome.peak)})",
    )


def start_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    found = processes.starts(place, scale.of(1, 5))
    rows = [(name, f"{statistics.median(s):.2f}", f"{min(s):.2f} to {max(s):.2f}") for name, s in found.items()]
    note = f"From starting the process to its first 200 on `/healthz`. The aim is at most {AIM_START_S:g} s."
    yield Part("Start", ("`getok run`, empty SQLite", "s, median", "from, to"), rows, note)
    imported = [(f"`{name}`" if name != "everything" else name, ms(seconds)) for name, seconds in processes.imports()]
    note = "Each package's own modules, under `-X importtime`, which itself takes time."
    yield Part("What a start imports", ("package", "ms"), imported, note)


def window_parts(place: Shelf, scale: Scale) -> Iterator[Part]:
    head = ("page", "Largest Contentful Paint, s, median (p95)", "floor, s, median (p95)", "times the floor (95 %)")
    if windows.chromium() is None:
        yield Part("A shop window on a cheap phone", head, (), "There is no Chromium here to measure with.")
        return
    found = windows.measured(place.new("sqlite"), scale.of(1, 15))
    rows = [
        (f"`{windows.PAGES[name]}`", seconds_of(pairs.subject), seconds_of(pairs.floor), f"**{ratio(pairs)}**")
        for name, pairs in found.items()
    ]
    line = f"{windows.BITS_A_SECOND / 1e6:g} Mbit/s, {windows.THERE_AND_BACK_MS} ms there and back"
    note = f"{line}, a processor {windows.SLOWER} times slower, nothing cached. The aim is at most {AIM_PAINT_S:g} s."
    yield Part("A shop window on a cheap phone", head, rows, note)


def seconds_of(measured: Sequence[float]) -> str:
    return f"{statistics.median(measured):.2f} ({percentile(measured, 0.95):.2f})"


def mib(weight: float | None) -> str:
    return "not told here" if weight is None else f"{weight:.0f}"


PARTS: dict[str, Callable[[Shelf, Scale], Iterator[Part]]] = {
    "messages": message_parts,
    "rooms": room_parts,
    "use-cases": use_case_parts,
    "reading": reading_parts,
    "start": start_parts,
    "memory": weight_parts,
    "crowd": crowd_parts,
    "window": window_parts,
}
