"""WhatsApp's own buttons: what fits, what is written out instead, and nothing Twilio would refuse."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.dialogue import Choice
from bots.interactive import BODY_LONGEST, Interactive, interactive

PLACE = re.compile(r"\{\{(\w+)\}\}")


def shaped(text: str, *labels: str, language: str = "id") -> Interactive | None:
    return interactive(text, [Choice(label, f"s:{number}") for number, label in enumerate(labels)], language)


def kind_of(shape: Interactive | None) -> str:
    return next(iter(shape.types)).removeprefix("twilio/") if shape else "lines"


@pytest.mark.parametrize(
    ("labels", "kind"),
    [
        ((), "lines"),
        (("Ya",), "quick-reply"),
        (("Antar", "Ambil"), "quick-reply"),
        (("Enak banget 5⭐", "Enak 4⭐", "Kurang"), "quick-reply"),
        (("a" * 20,), "quick-reply"),
        (("a" * 21,), "list-picker"),
        (("🍰" * 10,), "quick-reply"),
        (("🍰" * 11,), "list-picker"),
        (("Sama", "Sama"), "list-picker"),
        (("1", "2", "3", "4"), "list-picker"),
        (tuple(map(str, range(10))), "list-picker"),
        (tuple(map(str, range(11))), "lines"),
        (("a" * 72, "b"), "list-picker"),
        (("a" * 73, "b"), "lines"),
    ],
)
def test_what_becomes_of_so_many_choices(labels: tuple[str, ...], kind: str) -> None:
    assert kind_of(shaped("Mau yang mana?", *labels)) == kind


@pytest.mark.parametrize(("length", "kind"), [(BODY_LONGEST, "quick-reply"), (BODY_LONGEST + 1, "lines")])
def test_a_long_text_is_written_out(length: int, kind: str) -> None:
    assert kind_of(shaped("a" * length, "Ya")) == kind


def test_the_same_structure_with_other_words_is_the_same() -> None:
    one, other = shaped("Halo Sari", "Ya", "Tidak"), shaped("Halo Budi", "Ya", "Tidak")
    more = shaped("Halo Sari\nApa kabar?", "Ya", "Tidak")

    assert one
    assert other
    assert more
    assert one.digest == other.digest
    assert one.variables != other.variables
    assert one.digest != more.digest


def test_a_long_label_begins_a_row_and_stands_whole_under_it() -> None:
    shape = shaped("Ubah?", "DR-0001: 1 loyang (-Rp65.000)", language="id")

    assert shape
    picker = shape.types["twilio/list-picker"]
    assert picker["button"] == "Pilih"
    assert shape.variables["i1"] == "DR-0001: 1 loyang…"
    assert shape.variables["d1"] == "DR-0001: 1 loyang (-Rp65.000)"


WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=60)


@given(st.lists(WORDS, max_size=12).map("\n".join), st.lists(WORDS.filter(str.strip), min_size=1, max_size=12))
def test_whatever_is_said_twilio_takes_it(text: str, labels: list[str]) -> None:
    """The published limits: lengths, counts, and no line break, tab or long gap in any variable."""
    shape = shaped(text, *labels)
    if shape is None:
        return
    assert 1 <= len(shape.variables) <= 100
    assert all(value.strip() and not re.search(r"[\n\t\r]| {5}", value) for value in shape.variables.values())
    said = PLACE.sub(lambda place: shape.variables[place[1]], next(iter(shape.types.values()))["body"])
    assert said == shape.body
    assert len(said) <= BODY_LONGEST
    for action in shape.types.get("twilio/quick-reply", {}).get("actions", []):
        assert 1 <= len(action["title"]) <= 20
    for item in shape.types.get("twilio/list-picker", {}).get("items", []):
        filled = {name: PLACE.sub(lambda place: shape.variables[place[1]], value) for name, value in item.items()}
        assert 1 <= len(filled["item"]) <= 24
        assert len(filled.get("description", "")) <= 72
