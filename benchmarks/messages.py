"""Messages end to end beside their floor, in alternation: the subject, its floor, the subject, its floor.

One round is one buyer's way from a menu to *LUNAS*; each kind of message is measured once in it. The floor is given
the very update the subject has just worked on, the calls that went out for it, and the number of times it committed.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from benchmarks.floor import Floor
from benchmarks.people import SELLER
from benchmarks.samples import Pairs
from benchmarks.subject import Subject, Worked, counted
from tests.faults.databases import Shelf

ORDER = "2, 1 keju, antar griya asri C2/5, Sari, qris"
KINDS = {
    "menu": "*menu*, a text that shows a screen",
    "open": "a product's link is opened (photo)",
    "edit": "a tap that edits (*Ganti cara*)",
    "place": "an order in one line (QR picture)",
    "confirm": "*Uang masuk* (four calls out)",
}
WARM_UP = 5


@dataclass
class Kind:
    """What one kind of message was found to take."""

    name: str
    pairs: Pairs = field(default_factory=Pairs)
    cpu: Pairs = field(default_factory=Pairs)
    stages: list[tuple[float, float, float]] = field(default_factory=list)
    commits: list[int] = field(default_factory=list)
    floor_commits: list[int] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)
    calls: list[int] = field(default_factory=list)
    order: list[str] = field(default_factory=list)


Sent = Callable[[str, bytes], Worked]


def measured(shelf: Shelf, engine: str, rounds: int, warm_up: int = WARM_UP) -> dict[str, Kind]:
    """All kinds, on one database."""
    subject = Subject(shelf.new(engine), rounds + warm_up)
    floor = Floor(shelf.new(engine))  # beside the hub's, on the same disk or server
    kinds = {name: Kind(name) for name in KINDS}
    try:
        for number in range(warm_up):
            walked(subject, number, lambda _, body: subject.work(body))
        for number in range(warm_up, warm_up + rounds):
            walked(subject, number, lambda name, body: paired(subject, floor, kinds[name], body))
    finally:
        floor.close()
        subject.close()
    return kinds


def walked(subject: Subject, number: int, work: Sent) -> None:
    """One buyer's way; the claim in the middle (*Sudah bayar*) is worked on and not measured."""
    chat = subject.street.chat(number)
    work("menu", subject.said(chat, "menu"))
    work("open", subject.said(chat, f"/start {subject.street.code}"))
    bill = work("place", subject.said(chat, ORDER))
    work("edit", subject.tapped(chat, bill, "Ganti cara"))
    claimed = subject.work(subject.tapped(chat, bill, "Sudah bayar"))
    work("confirm", subject.tapped(SELLER, claimed, "Uang masuk"))


def paired(subject: Subject, floor: Floor, kind: Kind, body: bytes) -> Worked:
    """The subject and then its floor, with as many commits and the same calls."""
    with counted(subject.hub) as found:
        worked = subject.work(body)
    before = floor.notebook.commits
    seconds, cpu = floor.work(body, worked.calls, found.commits)
    kind.pairs.add(worked.seconds, seconds)
    kind.cpu.add(worked.cpu, cpu)
    kind.stages.append(worked.stages)
    kind.commits.append(found.commits)
    kind.floor_commits.append(floor.notebook.commits - before)
    kind.statements.append(len(found.statements))
    kind.calls.append(len(worked.calls))
    kind.order += ["subject", "floor"]
    assert len(floor.wire.calls) == len(worked.calls), kind.name
    return worked
