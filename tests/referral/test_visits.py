"""Who looked: ten thousand looks with their truth, no person lost, and what nobody may be counted as."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.visits import CLASSES, SAME_VISIT, Look, classed
from tests.referral.looks import BEGAN, BOTS, PREVIEWS, labelled

CHROME = "Mozilla/5.0 (Linux; Android 14; CUBOT P80) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Mobile"


def test_ten_thousand_looks_are_told_apart() -> None:
    found = Counter((one.truth, classed(one.look, one.at)) for one in labelled(10_000, seed=9))
    right = sum(many for (truth, said), many in found.items() if truth == said)

    assert right >= 9_900, found
    lost = {pair: many for pair, many in found.items() if pair[0] in {"person", "repeat"} and pair[1] != pair[0]}
    assert lost == {}, "a neighbour was taken for a program"
    believed = {pair: many for pair, many in found.items() if pair[0] in {"preview", "bot"} and pair[1] == "person"}
    assert believed == {}, "a program was taken for a neighbour"


@pytest.mark.parametrize("agent", PREVIEWS)
def test_no_preview_is_a_person(agent: str) -> None:
    assert classed(Look("GET", agent), BEGAN) == "preview"


@pytest.mark.parametrize("agent", BOTS)
def test_no_program_is_a_person(agent: str) -> None:
    assert classed(Look("GET", agent), BEGAN) == "bot"


@pytest.mark.parametrize(
    ("look", "expected"),
    [
        (Look("GET", CHROME), "person"),
        (Look("GET", CHROME, "", "document"), "person"),
        (Look("HEAD", CHROME), "bot"),
        (Look("POST", CHROME), "bot"),
        (Look("GET", CHROME, "", "iframe"), "bot"),
        (Look("GET", CHROME, "prefetch"), "preview"),
        (Look("GET", CHROME, "prefetch;anonymous-client-ip"), "preview"),
        (Look("GET", "   "), "bot"),
        (Look("GET", CHROME, seen_at=BEGAN - SAME_VISIT), "person"),
        (Look("GET", CHROME, seen_at=BEGAN), "repeat"),
    ],
)
def test_the_edges(look: Look, expected: str) -> None:
    assert classed(look, BEGAN) == expected


@given(some.text(max_size=300), some.text(max_size=30), some.text(max_size=30))
def test_whatever_a_header_says_it_is_one_of_four(agent: str, purpose: str, destination: str) -> None:
    assert classed(Look("GET", agent, purpose, destination), BEGAN) in CLASSES
