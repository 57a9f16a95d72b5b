"""The log's tree against the published roots, and every proof against every change of it."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral.transparency import (
    Span,
    complete,
    consistency,
    folded,
    inclusion,
    is_grown,
    is_included,
    leaf_hash,
    root,
)

# The eight leaves that implementations of RFC 6962 are tried with, and the roots after each of them.
INPUTS = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
PUBLISHED = [leaf_hash(bytes.fromhex(one)) for one in INPUTS]
SIZES = some.integers(1, 130)


def leaves(size: int) -> list[bytes]:
    return [leaf_hash(str(number).encode()) for number in range(size)]


def hashes(spans: Sequence[Span], held: Sequence[bytes]) -> list[bytes]:
    """What a keeper of the log answers a proof with."""
    return [root(held[span.begin : span.end]) for span in spans]


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots(size: int) -> None:
    assert root(PUBLISHED[:size]).hex() == ROOTS[size]


@given(SIZES)
def test_a_root_is_folded_from_its_complete_subtrees(size: int) -> None:
    held = leaves(size)
    parts = complete(Span(0, size))

    assert folded(hashes(parts, held)) == root(held)
    assert sum(part.size for part in parts) == size
    assert all(part.size & (part.size - 1) == 0 for part in parts)
    assert folded([]) == root([])


@given(SIZES, some.data())
def test_a_leaf_proves_its_place_and_no_other(size: int, data: some.DataObject) -> None:
    held, index = leaves(size), data.draw(some.integers(0, size - 1))
    spans = inclusion(index, size)
    proof, top = hashes(spans, held), root(held)

    assert len(spans) <= size.bit_length()
    assert is_included(held[index], index, size, proof, top)
    other = data.draw(some.integers(-1, size))
    assert other == index or not is_included(held[index], other, size, proof, top)
    assert not is_included(leaf_hash(b"another"), index, size, proof, top)
    assert not is_included(held[index], index, size, [*proof, top], top)
    assert not proof or not is_included(held[index], index, size, proof[:-1], top)
    assert not is_included(held[index], index, size, proof, leaf_hash(b"another"))


@given(SIZES, some.data())
def test_a_log_that_has_grown_proves_it_and_one_that_was_changed_cannot(new: int, data: some.DataObject) -> None:
    held, old = leaves(new), data.draw(some.integers(1, new))
    proof, before, after = hashes(consistency(old, new), held), root(held[:old]), root(held)

    assert is_grown(old, new, proof, before, after)
    changed = [*held]
    changed[data.draw(some.integers(0, old - 1))] = leaf_hash(b"another")
    assert not is_grown(old, new, hashes(consistency(old, new), changed), before, root(changed))
    assert not is_grown(old, new, [*proof, after], before, after)
    assert not proof or not is_grown(old, new, proof[:-1], before, after)
    assert not is_grown(old, new, proof, leaf_hash(b"another"), after)
    assert not is_grown(new + 1, new, proof, before, after)


@pytest.mark.parametrize("old", [0, -1, 9, 3])
def test_what_is_no_earlier_size_proves_nothing(old: int) -> None:
    assert not is_grown(old, 8, [], root([]), root(PUBLISHED))
