"""The order in which one walks: by complex, block and house, with numbers as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storefront.reading.walking import home_of, walking_key


@pytest.mark.parametrize(
    "walk",
    [
        ["Griya Asri C2/5", "Griya Asri C2/12", "Griya Asri C10/1", "Griya Asri D1/1"],
        ["Griya Asri blok C2 no 5", "Griya Asri blok c2 no 12", "Griya Asri blok D1 no 2"],
        ["griya asri A3", "Griya Asri A12", "griya asri B1"],
        ["Griya Asri A-3", "Griya Asri blok A 4", "Griya Asri A5", "Griya Asri A no 12"],
        ["Griya Asri C2-5", "Griya Asri C2/6", "Griya Asri c2-12", "Griya Asri C10-1"],
        ["Jl. Melati RT 04/02 no 9", "Jl. Melati RT. 04 RW 02 no 10"],
        ["Jl. Melati no 3", "Jl. Melati no 4/2"],
        ["Griya Asri C2/5", "-6.40250, 106.79420"],
        ["Griya Asri C2/5", "https://maps.app.goo.gl/x9"],
        ["Jl. Melati no 3", "Jalan Melati no 3a", "jl melati 20"],
        ["Griya Asri A1/10 RT 10", "Griya Asri A2/1 RT 02"],
        ["Jl. Melati RT 02 no 9", "Jl. Melati RT 10 no 1"],
        ["Griya Asri C2/5", "Pesona Depok A1/1", "pin -6.40250,106.79420"],
        ["Griya Asri C2/5", "Griya Asri, rumah pojok", "", "pin -6.40250,106.79420"],
    ],
)
def test_walks(walk: list[str]) -> None:
    mixed = [*walk[1:], walk[0]]

    assert sorted(mixed, key=walking_key) == walk


def test_a_door_without_its_complex_is_among_the_others() -> None:
    walk = ["Griya Asri C2/5", "C2/6", "Griya Asri C2/12", "Pesona Depok A1/1"]
    home = home_of(walk)

    assert sorted([walk[1], walk[3], walk[0], walk[2]], key=lambda door: walking_key(door, home)) == walk


def test_two_spellings_of_one_door() -> None:
    assert walking_key("griya asri blok C2 no 5") == walking_key("Griya Asri C2/5")
    assert walking_key("Griya Asri blok A 12") == walking_key("Griya Asri A-12") == walking_key("griya asri A12")


@given(st.lists(st.text(max_size=60) | st.none()))
def test_any_addresses_can_be_sorted(addresses: list[str | None]) -> None:
    assert len(sorted(addresses, key=walking_key)) == len(addresses)
