"""The books as text that somebody else's program adds up again, and finds the same."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from storefront.database import Database
from storefront.earning import exporting, payouts
from storefront.models import Account
from storefront.selling.orders import refunding
from tests.builders import NOW
from tests.storefront.test_payouts import DAY, Pair


def checked(text: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """What beancount's own checker says of it."""
    file = folder / "books.beancount"
    file.write_text(text, encoding="utf-8")
    checker = Path(sys.executable).with_name("bean-check")
    return subprocess.run([checker, "--no-cache", file], capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.both
def test_beancounts_own_checker_agrees(database: Database, tmp_path: Path) -> None:
    with database.write() as db:
        pair = Pair(db)
        first = pair.sold(db)
        pair.paid(db)
        refunding.part(db, first.id, pair.shop.owner_id, 140_000, NOW + 5 * DAY)
        pair.sold(db, "Budi")
        payouts.reverse(db, pair.paid(db, 6).id, None, NOW + 8 * DAY, how="simulated")
        text = "".join(exporting.beancount(db))
        standing = {exporting.account_name(one.name): one.debits - one.credits for one in db.scalars(select(Account))}

    done = checked(text, tmp_path)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert text.count(" balance ") == len(standing)
    assert "Dewi" not in text
    assert "Rina" not in text
    for name, amount in standing.items():
        assert f"balance {name}  {amount} IDR" in text


def test_a_rupiah_more_is_found(database: Database, tmp_path: Path) -> None:
    """The control: a balance that is not what the transfers come to is named."""
    with database.write() as db:
        pair = Pair(db)
        pair.sold(db)
        pair.paid(db)
        text = "".join(exporting.beancount(db))
    wrong = text.replace("balance Assets:Seller:N2:Owes  0 IDR", "balance Assets:Seller:N2:Owes  1 IDR")
    assert wrong != text

    done = checked(wrong, tmp_path)
    assert done.returncode == 1
    assert "Assets:Seller:N2:Owes" in done.stderr + done.stdout


def test_empty_books_are_an_empty_text(database: Database) -> None:
    with database.read() as db:
        assert "".join(exporting.beancount(db)) == ""
