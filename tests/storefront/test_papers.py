"""The lists as files: they hold what the chat's lists hold, whatever is in a name; a link is for half an hour."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest

from bots.hub import Simulated
from storefront.database import Database, Writer
from storefront.drawing import papers as drawn
from storefront.phrases import Voice
from storefront.selling import batches
from storefront.selling.delivery import Handover
from storefront.selling.orders import confirming, paying, placing
from storefront.selling.orders.placing import Basket, Wish
from storefront.web import papers, tokens
from tests.builders import NOW, a_person, a_product, a_shop, a_wish, trusted
from tests.conftest import JAKARTA

NASTY = "=HYPERLINK(0) Ånne 张伟 🌸 عائشة " + "x" * 90


def ordered(db: Writer, card: Any, name: str, address: str, *, cash: bool = False) -> None:
    wish = a_wish(card, 1, 1, Handover("deliver", name, address, "dekat pos"))
    placed = placing.place(db, a_person(db, name), card, wish, NOW)
    paying.choose(db, placed.order.id, placed.order.buyer_id, "cod" if cash else "qris", NOW)
    if cash:
        paying.accept_cod(db, placed.order.id, card.shop.owner_id, NOW)
    else:
        paying.claim(db, placed.order.id, placed.order.buyer_id, None, NOW)
        confirming.confirm(db, placed.order.id, card.shop.owner_id, NOW)


def batch_of(db: Writer, many: int = 3) -> tuple[Any, dict[str, Any]]:
    card = a_product(db, trusted(db, a_shop(db)), quota=None)
    doors = [f"Griya Asri C{1 + number % 9}/{number}" for number in range(many, 0, -1)]
    for number, door in enumerate(doors):
        ordered(db, card, NASTY if number == 0 else f"Bu {number}", door, cash=number % 2 == 0)
    return card, batches.lists(db, card.batch.id)


def test_a_table_holds_every_line_and_no_formula(database: Database) -> None:
    with database.write() as db:
        _, facts = batch_of(db, 5)

    table = list(csv.DictReader(io.StringIO(papers.as_csv(facts).removeprefix("\ufeff"))))

    assert sum(int(row["quantity"]) for row in table) == sum(quantity for quantity, _ in facts["cook"]) == 10
    assert sum(int(row["total"]) for row in table if row["total"]) == sum(stop["total"] for stop in facts["road"])
    assert not [cell for row in table for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]
    assert [row["address"] for row in table if row["total"]] == [stop["address"] for stop in facts["road"]]


def test_a_table_names_the_product_of_every_line(database: Database) -> None:
    with database.write() as db:
        shop = trusted(db, a_shop(db))
        card, other = a_product(db, shop), a_product(db, shop, name="Nastar", options=())
        more = (Basket(other, ((other.variants[0], 3),)),)
        wish = Wish(((card.variants[0], 2),), Handover("deliver", "Sari", "Griya Asri C2/5", None), more)
        placed = placing.place(db, a_person(db, "Sari"), card, wish, NOW)
        paying.choose(db, placed.order.id, placed.order.buyer_id, "qris", NOW)
        paying.claim(db, placed.order.id, placed.order.buyer_id, None, NOW)
        facts = batches.lists(db, card.batch.id)

    table = list(csv.DictReader(io.StringIO(papers.as_csv(facts).removeprefix("\ufeff"))))

    assert [(row["product"], row["quantity"]) for row in table] == [("Brownies Kukus Pandan", "2"), ("Nastar", "3")]
    assert [row["total"] for row in table] == [str(placed.order.total), ""]


def test_two_hundred_doors_take_several_pages(database: Database) -> None:
    with database.write() as db:
        _, facts = batch_of(db, 4)
    tall = [{**stop, "landmark": "dekat pos satpam " * 30} for stop in facts["road"]]

    paper = drawn.lists(Voice("id", JAKARTA), {**facts, "road": tall * 50}, "Dapur Rina", "")

    assert paper.count(b"/Type /Page\n") >= 20


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_paper_is_made_of_any_name_and_of_many(language: str, database: Database) -> None:
    with database.write() as db:
        _, facts = batch_of(db, 60)

    paper = drawn.lists(Voice(language, JAKARTA), facts, "Dapur Rina", "Sabtu 20 Juni pagi")

    assert paper.startswith(b"%PDF-")
    assert paper.count(b"/Type /Page\n") >= 5


@pytest.mark.parametrize(
    ("amount", "change"), [(50_000, 0), (83_000, 17_000), (100_000, 0), (145_000, 5_000), (1, 49_999), (150_000, 0)]
)
def test_the_change_to_have_ready(amount: int, change: int) -> None:
    assert drawn.change_for(amount) == change


def test_a_link_is_for_half_an_hour_and_for_one_batch(hub: Simulated) -> None:
    with hub.database.write() as db:
        card, _ = batch_of(db)
    vault, page = hub.database.vault, hub.client
    link = tokens.lists_link(vault, "", card.batch.id, "id", "pdf", hub.now())

    assert page.get(link).mimetype == "application/pdf"
    assert page.get(link.replace(".pdf", ".csv")).get_data(as_text=True).startswith("\ufeffcode,")
    assert page.get(link.replace(".pdf", ".exe")).status_code == 404
    assert page.get("/lists/forged.pdf").status_code == 404
    assert page.get(link.replace(".pdf", "x.pdf")).status_code == 404
    hub.clock.set(hub.now() + timedelta(minutes=31))
    assert page.get(link).status_code == 404
