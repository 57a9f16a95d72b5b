"""Captions and messages as people write them, each beside what a careful neighbour reads in it."""

import json
from pathlib import Path

import pytest

from bots import reads
from storefront.reading.messages import read_message
from tests import scoring
from tests.scoring import OWN, cases, differences

SHELVES = reads.catalogues_in(OWN / "shelves.json")
LABELLED = scoring.labelled()
needs_labels = pytest.mark.skipif(LABELLED is None, reason="GETOK_SPECS names no folder with labelled language")


@pytest.mark.parametrize("case", cases(OWN / "captions.jsonl"), ids=lambda case: case["caption"][:50])
def test_a_caption(case: scoring.Case) -> None:
    read = json.loads(json.dumps(reads.caption(case)))

    assert list(differences(case, read, case["expect"])) == []


@pytest.mark.parametrize("case", cases(OWN / "orders.jsonl"), ids=lambda case: case["message"][:50])
def test_a_message(case: scoring.Case) -> None:
    read = reads.ordered(read_message(case["message"], SHELVES[case["catalogue_id"]]))

    assert {name: read[name] for name in case["expect"]} == case["expect"]


def test_the_score_sees_a_wrong_price_and_an_order_out_of_a_question(tmp_path: Path) -> None:
    """Else the figures would be nothing to go by."""
    caption = {"caption": "nastar 85rb", "expect": {**reads.caption({"caption": "nastar 85rb"}), "price": 80_000}}
    (tmp_path / "captions.jsonl").write_text(json.dumps(caption), encoding="utf-8")
    asked = {
        "catalogue_id": "toples",
        "message": "nastar 2",
        "expect": {"intent": "other", "lines": [], "ambiguous": []},
    }
    (tmp_path / "orders.jsonl").write_text(json.dumps(asked), encoding="utf-8")

    captions = scoring.of_captions(tmp_path / "captions.jsonl")
    orders = scoring.of_orders(tmp_path / "orders.jsonl", SHELVES)

    assert (captions.whole.right, captions.price.right, captions.wrongly_sure) == (0, 0, 1)
    assert (orders.intent.right, orders.whole.right, orders.out_of_nothing) == (0, 0, 1)


@needs_labels
def test_captions_somebody_else_labelled() -> None:
    assert LABELLED
    found = scoring.of_captions(LABELLED / "captions.jsonl")

    assert found.whole.share >= 0.95, found.whole.wrong
    assert found.price.share >= 0.99, found.price.wrong
    assert found.wrongly_sure == 0


@needs_labels
def test_orders_somebody_else_labelled() -> None:
    assert LABELLED
    found = scoring.of_orders(LABELLED / "orders.jsonl", reads.catalogues_in(LABELLED / "catalogues.json"))

    assert found.intent.share >= 0.98, found.intent.wrong
    assert found.whole.share >= 0.96, found.whole.wrong
    assert found.out_of_nothing == 0
