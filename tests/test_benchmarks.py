"""The benchmark measures what it says: each part once, quickly, and without a word about how fast it was."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from benchmarks import crowd, floor, messages, processes, rooms, table, usecases, windows
from benchmarks.crowd import Rush
from benchmarks.messages import KINDS, Kind
from benchmarks.parts import Part, message_row, use_case_row
from benchmarks.samples import Pairs, percentile
from benchmarks.subject import Subject
from tests.faults.databases import Shelf, shelf
from tests.faults.running import answers
from tests.faults.table import replaced


@pytest.fixture
def place() -> Iterator[Shelf]:
    with shelf() as one:
        yield one


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    before = structlog.get_config()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
    yield
    structlog.configure(**before)


# -- the figures -------------------------------------------------------------------------------------


def test_a_ratio_is_that_of_the_medians_and_lies_in_its_interval() -> None:
    pairs = Pairs([3.0, 4.0, 50.0], [1.0, 2.0, 2.0])
    low, high = pairs.interval(resamples=200)

    assert pairs.ratio == 2.0
    assert low <= pairs.ratio <= high


def test_the_interval_keeps_a_pair_together() -> None:
    """A machine that is ten times slower for half of the pairs changes no ratio that is taken pair by pair."""
    floors = [1.0, 10.0] * 25

    assert Pairs([3 * one for one in floors], floors).interval(resamples=200) == (3.0, 3.0)


def test_a_percentile_is_one_of_the_values() -> None:
    assert [percentile([4, 1, 3, 2], part) for part in (0.0, 0.5, 0.95)] == [1, 3, 4]


# -- a message and its floor -------------------------------------------------------------------------


def test_subject_and_floor_take_turns_and_commit_as_often(engine: str, place: Shelf) -> None:
    kinds = messages.measured(place, engine, rounds=2, warm_up=0)

    assert list(kinds) == list(KINDS)
    for kind in kinds.values():
        assert kind.order == ["subject", "floor"] * 2
        assert kind.commits == kind.floor_commits
        assert min(kind.commits) >= 5  # the door, the talk, and three for each delivery
        assert len(kind.pairs.subject) == len(kind.pairs.floor) == 2
        assert min(kind.statements) > min(kind.commits)


def test_each_kind_sends_what_its_name_says(place: Shelf) -> None:
    sent: dict[str, list[str]] = {}
    subject = Subject(place.new("sqlite"), 1)

    def work(name: str, body: bytes) -> messages.Worked:
        worked = subject.work(body)
        sent[name] = sorted(call.method for call in worked.calls)
        return worked

    messages.walked(subject, 0, work)
    subject.close()

    assert sent == {
        "menu": ["sendMessage"],
        "open": ["sendPhoto"],
        "place": ["sendPhoto"],
        "edit": ["answerCallbackQuery", "editMessageCaption"],
        "confirm": ["answerCallbackQuery", "editMessageText", "sendMessage", "sendMessage"],
    }


def test_the_floor_sends_the_very_words(place: Shelf) -> None:
    subject, bottom = Subject(place.new("sqlite"), 1), floor.Floor(place.new("sqlite"))

    def work(name: str, body: bytes) -> messages.Worked:
        worked = subject.work(body)
        bottom.work(body, worked.calls, commits=1)
        assert [shown(call) for call in bottom.wire.calls] == [shown(call) for call in worked.calls], name
        return worked

    messages.walked(subject, 0, work)
    bottom.close()
    subject.close()


def shown(call: floor.Call) -> tuple[object, ...]:
    """What a person would see of a call; the number of a new message is the wire's own."""
    fields = {name: str(value) for name, value in call.fields.items() if name != "photo"}
    return call.method, fields.get("text"), fields.get("caption"), call.buttons, call.picture


# -- the other parts ---------------------------------------------------------------------------------


def test_a_use_case_is_counted_with_its_statements(place: Shelf) -> None:
    found = usecases.measured(place, "sqlite", rounds=2)

    assert list(found) == ["open", "place", "confirm"]
    for name, alone in found.items():
        assert len(alone.seconds) == len(alone.statements) == 2
        assert len(use_case_row("sqlite", name, alone)) == 4


def test_the_rooms_make_up_the_whole(place: Shelf) -> None:
    for kind, shares in rooms.measured(place, rounds=1, warm_up=0).items():
        assert sum(shares.values()) == pytest.approx(1), kind
        assert "SQLAlchemy" in shares


def test_a_hub_is_started_weighed_and_written_to(place: Shelf) -> None:
    [outcome] = crowd.measured(place, [Rush(10, 1, 5)])

    assert outcome.refused == 0
    assert len(outcome.acknowledged) == len(outcome.heard) == len(outcome.delivered) == 10
    assert outcome.before is None or outcome.before > 1


def test_the_simulator_is_started(place: Shelf) -> None:
    with processes.simulator(place) as hub:
        assert processes.started(hub) > 0
        assert answers(f"{hub.url}/simulator")


def test_the_imports_are_told_by_package() -> None:
    told = processes.imports()

    assert told[0][0] == "everything"
    assert len(told) == processes.TOP + 1
    assert sum(seconds for _, seconds in told[1:]) <= told[0][1] + 0.001


# -- the table ---------------------------------------------------------------------------------------


def test_every_row_is_as_wide_as_its_head(place: Shelf) -> None:
    kind = Kind("menu", Pairs([3.0], [1.0]), Pairs([2.0], [1.0]), [(1.0, 1.0, 1.0)], [5], [5], [21], [1])
    rows = [message_row("sqlite", kind)]
    part = Part("A message", tuple("abcdefghi"), rows, "A note.", (0.1, 0.2))
    text = table.written([part], is_quick=True)

    assert len({line.count("|") for line in text.splitlines() if line.startswith("|")}) == 1
    assert "**3.0 (3.0 to 3.0)**" in text
    assert "2000.00, 1000.00, 2.0 (2.0 to 2.0)" in text
    assert "before and after: 0.1, 0.2" in text


def test_the_figures_come_between_their_markers(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    page.write_text("# Ours\n\n<!-- figures -->\nold\n<!-- /figures -->\n\nMore.\n", encoding="utf-8")

    replaced(page, "new\n")

    assert page.read_text(encoding="utf-8") == "# Ours\n\n<!-- figures -->\nnew\n<!-- /figures -->\n\nMore.\n"


def test_the_page_has_a_place_for_them() -> None:
    text = table.PAGE.read_text(encoding="utf-8")

    assert text.index("<!-- figures -->") < text.index("<!-- /figures -->")


def test_a_machine_that_was_busy_is_told() -> None:
    busy = Part("A message", ("a",), [("b",)], load=(99.0, 99.0))

    assert "busy with something else" in table.circumstances([busy], is_quick=False)


@pytest.mark.skipif(windows.chromium() is None, reason="there is no Chromium on this machine")
def test_a_window_is_painted_beside_its_floor(place: Shelf) -> None:
    found = windows.measured(place.new("sqlite"), 1)

    assert found.keys() == windows.PAGES.keys()
    assert all(len(pairs.subject) == len(pairs.floor) == 1 for pairs in found.values())
    assert all(seconds > windows.THERE_AND_BACK_MS / 1_000 for pairs in found.values() for seconds in pairs.subject)
