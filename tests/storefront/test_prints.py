"""Proofs known again: the same, squeezed, cut and edited ones, and never because two banks' receipts look alike."""

import random
from dataclasses import replace

import pytest

from storefront import pictures, prints
from tests.storefront.receipts_drawn import drawn, edited, jpeg, some_receipt, squeezed

EACH = 50
KINDS = ("same", "squeezed", "edited", "other")
SEED = 20261128


def pair(kind: str, number: int) -> tuple[bytes, bytes]:
    """Two proofs as we keep them."""
    chance = random.Random(f"{SEED} {kind} {number}")  # noqa: S311 - the same pairs every time
    receipt = some_receipt(chance)
    first = pictures.tidy(jpeg(drawn(receipt)))
    if kind == "same":
        return first, first
    if kind == "squeezed":
        return first, pictures.tidy(jpeg(squeezed(drawn(receipt), chance)))
    if kind == "edited":
        return first, pictures.tidy(jpeg(edited(receipt, chance)))
    other = some_receipt(chance, receipt.style if number < 40 else None)  # most of them of the same bank
    if number % 2:
        other = replace(other, recipient=receipt.recipient, account=receipt.account)  # two who pay one shop
    if number % 4 == 3:
        other = replace(other, sender=receipt.sender)  # one who pays it twice
    return first, pictures.tidy(jpeg(squeezed(drawn(other), chance)))


def test_two_hundred_pairs_come_out_right() -> None:
    """At least 95 of 100, no exact copy missed and no merely squeezed one."""
    right = dict.fromkeys(KINDS, 0)
    for kind in KINDS:
        for number in range(EACH):
            one, other = (prints.of(picture) for picture in pair(kind, number))
            right[kind] += prints.looks_like(one, other) == (kind != "other")

    assert right["same"] == EACH
    assert right["squeezed"] == EACH
    assert sum(right.values()) >= 0.95 * EACH * len(KINDS), right


@pytest.mark.parametrize("number", range(3))
def test_a_print_of_nothing_is_like_nothing(number: int) -> None:
    receipt, _ = (prints.of(picture) for picture in pair("same", number))
    from PIL import Image

    white = prints.of(pictures.tidy(jpeg(Image.new("RGB", (1080, 2000), "white"))))

    assert not prints.looks_like(receipt, white)
    assert prints.looks_like(white, white)


def test_what_is_no_picture_has_no_print() -> None:
    with pytest.raises(OSError, match="cannot identify"):
        prints.of(b"%PDF-1.4 /JavaScript")
