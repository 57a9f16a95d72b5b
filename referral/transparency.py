"""A log that can only grow: its tree, and the short proofs that a row is in it and that nothing before was changed.

RFC 6962, section 2.1, with the checks of RFC 9162, 2.1.3.2 and 2.1.4.2. Which hashes a proof needs is told as ranges of
leaves, so that whoever keeps the log may keep the hash of every complete subtree and reads a few rows for a proof,
however long the log is.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256
from typing import NamedTuple

LEAF, NODE = b"\x00", b"\x01"  # no leaf can pass for a node (RFC 6962, 2.1)
EMPTY = sha256(b"").digest()


class Span(NamedTuple):
    """The leaves from ``begin`` up to ``end``, which is not in it."""

    begin: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.begin


def leaf_hash(content: bytes) -> bytes:
    return sha256(LEAF + content).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(NODE + left + right).digest()


def split(size: int) -> int:
    """The largest power of two smaller than a size of two or more: where its tree is cut."""
    return 1 << (size - 1).bit_length() - 1


def complete(span: Span) -> list[Span]:
    """The complete subtrees a span consists of, the largest first; their hashes are all it takes to hash the span.

    The span has to begin where its tree does: at 0, or where a proof cuts it.
    """
    found = []
    begin = span.begin
    while begin < span.end:
        size = 1 << (span.end - begin).bit_length() - 1
        found.append(Span(begin, begin + size))
        begin += size
    return found


def folded(hashes: Sequence[bytes]) -> bytes:
    """The hash of a span from those of its complete subtrees, the largest first."""
    if not hashes:
        return EMPTY
    *rest, top = hashes
    for one in reversed(rest):
        top = node_hash(one, top)
    return top


def root(leaves: Sequence[bytes]) -> bytes:
    """The root over leaf hashes, for a log short enough to be held."""
    if len(leaves) < 2:
        return leaves[0] if leaves else EMPTY
    cut = split(len(leaves))
    return node_hash(root(leaves[:cut]), root(leaves[cut:]))


# -- proofs ----------------------------------------------------------------------------------------------


def inclusion(index: int, size: int) -> list[Span]:
    """The spans whose hashes prove that leaf ``index`` is in a log of ``size``, from the leaf upwards."""
    assert 0 <= index < size, "a leaf of this log"
    return list(_beside(index, Span(0, size)))


def _beside(index: int, span: Span) -> Iterator[Span]:
    if span.size == 1:
        return
    cut = span.begin + split(span.size)
    left, right = Span(span.begin, cut), Span(cut, span.end)
    here, other = (left, right) if index < cut else (right, left)
    yield from _beside(index, here)
    yield other


def consistency(old: int, new: int) -> list[Span]:
    """The spans whose hashes prove that the first ``old`` leaves of a log of ``new`` are what they were."""
    assert 0 < old <= new, "an earlier size of this log"
    return list(_grown(old, Span(0, new), is_known=True))


def _grown(old: int, span: Span, *, is_known: bool) -> Iterator[Span]:
    if old == span.size:
        if not is_known:
            yield span
        return
    cut = split(span.size)
    left, right = Span(span.begin, span.begin + cut), Span(span.begin + cut, span.end)
    if old <= cut:
        yield from _grown(old, left, is_known=is_known)
        yield right
    else:
        yield from _grown(old - cut, right, is_known=False)
        yield left


# -- checks, by whoever holds a receipt -------------------------------------------------------------------


def is_included(leaf: bytes, index: int, size: int, proof: Sequence[bytes], top: bytes) -> bool:
    """Whether a leaf hash stands at ``index`` of the log of this size and root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for one in proof:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = node_hash(one, found)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = node_hash(found, one)
        number, last = number >> 1, last >> 1
    return last == 0 and found == top


def is_grown(old: int, new: int, proof: Sequence[bytes], old_top: bytes, new_top: bytes) -> bool:
    """Whether the log of size ``new`` begins with that of size ``old`` (RFC 9162, 2.1.4.2)."""
    if old == new:
        return not proof and old_top == new_top
    if not 0 < old < new:
        return False
    path = [old_top, *proof] if old & (old - 1) == 0 else list(proof)
    if not path:
        return False
    number, last = old - 1, new - 1
    while number & 1:
        number, last = number >> 1, last >> 1
    before = after = path[0]
    for one in path[1:]:
        if last == 0:
            return False
        if number & 1 or number == last:
            before, after = node_hash(one, before), node_hash(one, after)
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            after = node_hash(after, one)
        number, last = number >> 1, last >> 1
    return last == 0 and before == old_top and after == new_top
