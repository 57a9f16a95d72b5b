"""The public log: it grows in order, proves every row it has, forgets on request, and names whatever was changed."""

import importlib.util
import random
import subprocess
import sys
from base64 import b64encode
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy import insert, select, text

from bots.hub import Simulated
from referral import checkpoints
from referral.checkpoints import Unreadable
from referral.transparency import is_grown, leaf_hash, root
from storefront import people, privacy, timetable, verifying, verifying_log
from storefront.database import Database, Writer
from storefront.earning import log, papers, payouts
from storefront.models import (
    Commitment,
    LogEntry,
    OutboxMessage,
    Payout,
    PayoutReceipt,
    PayoutStep,
    Transfer,
    Unlogged,
)
from storefront.selling.orders import fulfilling
from tests.builders import NOW, a_deal, a_person, a_product, a_shop, an_order
from tests.conftest import JAKARTA, vault

DAY = timedelta(days=1)
VERIFIER = Path(log.__file__).parents[1] / "web" / "static" / "verify.py"


def verifier() -> ModuleType:
    """The file that people download, as it is."""
    spec = importlib.util.spec_from_file_location("getok_verify", VERIFIER)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def paid(db: Writer, *, confirmed: bool = True) -> PayoutReceipt | None:
    """A shop that paid a creator, in cash."""
    shop = a_shop(db)
    card = a_product(db, shop)
    deal = a_deal(db, shop, card)
    order = an_order(db, card, through=deal, sent=True).order
    fulfilling.release_commission(db, order.id, NOW + 2 * DAY)
    payout = payouts.draft(db, shop, deal.creator_id, NOW + 3 * DAY, by_hand=True)
    payouts.send(db, payout.id, shop.owner_id, None, NOW + 3 * DAY)
    if confirmed:
        payouts.confirm(db, payout.id, deal.creator_id, NOW + 4 * DAY)
    return papers.of_payout(db, payout.id)


@pytest.mark.both
def test_every_row_that_is_written_once_is_numbered_once(database: Database) -> None:
    with database.write() as db:
        paid(db)
        found = log.extend(db, NOW + 5 * DAY)

        entries = db.scalars(select(LogEntry).order_by(LogEntry.id)).all()
        assert [one.id for one in entries] == list(range(found.size))
        assert db.scalar(select(Unlogged.id).limit(1)) is None
        for table in (Transfer, Commitment, PayoutStep, PayoutReceipt):
            logged = {one.source_id for one in entries if one.source == table.__tablename__}
            assert logged == set(db.scalars(select(table.id)))
        assert found.root == root([leaf_hash(one.leaf.encode()) for one in entries])
        assert log.extend(db, NOW + 6 * DAY) == found, "nothing new, nothing signed"
        assert list(verifying.problems(db)) == []


def test_a_long_backlog_is_numbered_in_steps_and_then_signed(database: Database) -> None:
    """After a hub was brought to today's schema: each step is a commit of its own, and nobody waits for all of it."""
    with database.write() as db:
        many = [{"kind": "frozen", "subject_id": n, "digest": b"x", "at": NOW} for n in range(2_500)]
        db.execute(insert(Commitment), many)
        log.note_down(db, Commitment, db.scalars(select(Commitment.id)).all())
        log.begin(db, NOW)
        paid(db)
        early = log.newest(db)
        assert early is not None, "the first one is signed with all there is"
        log.note_down(db, Commitment, [commitment(db, n) for n in range(700)])
        assert log.extend(db, NOW, most=500) == early, "that is left to the evening"
    timetable.run_due(database, NOW.replace(hour=20))
    with database.read() as db:
        newest = log.newest(db)
        assert newest
        assert newest.size == log.size_of(db) >= early.size + 700
        assert list(verifying_log.problems(db)) == []


@pytest.mark.both
def test_a_log_that_has_grown_begins_with_what_it_was(database: Database) -> None:
    with database.write() as db:
        paid(db)
        early = log.newest(db)
        assert early
        for number in range(40):
            payouts.trail.log.note_down(db, Commitment, [commitment(db, number)])
            late = log.extend(db, NOW + DAY)

            assert is_grown(early.size, late.size, log.consistency(db, early.size, late.size), early.root, late.root)
        assert list(verifying_log.problems(db)) == []


def commitment(db: Writer, number: int) -> int:
    row = insert(Commitment).values(kind="frozen", subject_id=number, digest=number.to_bytes(4, "big"), at=NOW)
    return int(db.execute(row.returning(Commitment.id)).scalar_one())


def test_a_leaf_names_nobody(database: Database) -> None:
    with database.write() as db:
        paid(db)
        leaves = "\n".join(db.scalars(select(LogEntry.leaf)))

    for name in ("Dewi", "Rina", "Sari", "Dapur", "shop_id", "creator_id", "key"):
        assert name not in leaves


# -- receipts ------------------------------------------------------------------------------------------------


def test_a_creator_checks_her_receipt_without_us(database: Database, tmp_path: Path) -> None:
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        paper = papers.paper(db, receipt, NOW + 5 * DAY)
    assert paper.proof
    file = tmp_path / "receipt.txt"
    file.write_text(f"Bukti dari Getok:\n\n{paper.proof.text}\n", encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-I", str(VERIFIER), str(file)], capture_output=True, text=True, timeout=60, check=False
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "COCOK" in done.stdout
    for said in ("BK-DR-00001", "14000", "Dapur Rina", "creator", paper.check):
        assert said in done.stdout
    assert checkpoints.checked(checkpoints.read_proof(file.read_text(encoding="utf-8"))).code == paper.check


def test_both_checkers_say_the_same_of_any_changed_receipt(database: Database) -> None:
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        proof = papers.paper(db, receipt, NOW + 5 * DAY).proof
    assert proof
    own, dice = verifier(), random.Random(11)  # noqa: S311 - a repeatable chance
    text_ = proof.text

    for _ in range(150):
        place, sign = dice.randrange(len(text_)), dice.choice("AZaz09+/=\n \u2014x-")
        changed = text_[:place] + sign + text_[place + 1 :]
        assert holds(changed) == holds_alone(own, changed), (place, sign)
    assert holds(text_)
    assert holds_alone(own, text_)


def holds(said: str) -> bool:
    try:
        checkpoints.checked(checkpoints.read_proof(said))
    except Unreadable:
        return False
    return True


def holds_alone(own: ModuleType, said: str) -> bool:
    try:
        own.check(said)
    except own.Wrong:
        return False
    return True


@pytest.mark.parametrize("said", ["", "halo", checkpoints.PROOF, f"{checkpoints.PROOF}\nextra e30=\nindex 0\n\nx\n"])
def test_the_file_says_kindly_what_is_no_receipt(said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "receipt.txt"
    file.write_text(said, encoding="utf-8")

    assert verifier().main(["verify.py", str(file)]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out


def test_who_is_erased_can_be_opened_by_nobody_and_no_root_changes(database: Database) -> None:
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        before = log.newest(db)
        kept = papers.paper(db, receipt, NOW + 5 * DAY).proof
        privacy.erase(db, receipt.creator_id, NOW + 6 * DAY)

        assert log.proof(db, PayoutReceipt, receipt.id) is None
        assert papers.paper(db, receipt, NOW + 7 * DAY).proof is None
        assert before
        assert log.root_of(db, before.size) == before.root
        assert list(verifying.problems(db)) == []
    assert kept
    assert holds(kept.text), "what she kept herself still holds"


def test_who_was_erased_before_she_was_paid_is_opened_by_nobody_either(database: Database) -> None:
    with database.write() as db:
        paid(db, confirmed=False)
        payout = db.scalars(select(Payout)).one()
        privacy.erase(db, payout.creator_id, NOW + 4 * DAY)
        payouts.silence(db, payout.id, NOW + 11 * DAY)

        receipt = papers.of_payout(db, payout.id)
        assert receipt
        assert log.proof(db, PayoutReceipt, receipt.id) is None
        assert list(verifying.problems(db)) == []


def test_a_receipt_signed_by_somebody_else_is_not_of_this_hub(hub: Simulated) -> None:
    """Anybody can make a log of her own, and name it after her own key."""
    from tests.referral.test_checkpoints import proof_of

    answer = hub.client.post("/verify", data={"receipt": proof_of(0, 1).text}).get_data(as_text=True)

    assert "dari hub lain" in answer


@pytest.mark.parametrize("row", ['{"n": 9007199254740993}', '{"a": NaN}', "[" * 5_000, '{"a": "\\ud800"}', "7"])
def test_no_receipt_makes_the_page_stumble(row: str, hub: Simulated) -> None:
    packed = b64encode(f'{{"kind":"x","day":"x","salt":"00","key":"x","row":{row}}}'.encode()).decode()
    text_ = f"{checkpoints.PROOF}\nextra {packed}\nindex 0\n\ngetok/x\n1\nAAAA\n\n\u2014 getok/x AAAA\n"

    assert hub.client.post("/verify", data={"receipt": text_}).status_code == 422


def test_a_receipt_copied_from_a_paper_holds_without_its_blank_lines(database: Database) -> None:
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        proof = papers.paper(db, receipt, NOW + 5 * DAY).proof
    assert proof
    copied = "\ufeffBukti:\n" + proof.text.replace("\n\n", "\n").replace("\u2014", "-") + "Penjual membayar.\n1\n"

    assert holds(copied)
    assert holds_alone(verifier(), copied)


def test_the_evenings_root_goes_to_the_channel_that_was_named(url: str) -> None:
    database = Database(url, vault(), JAKARTA, log_channel="@buku_griya_asri")
    try:
        with database.write() as db:
            people.change(db, a_person(db, "Tetua"), is_operator=True)
            paid(db)
        for days in (0, 1):  # nothing new on the second evening, nothing said
            timetable.run_due(database, NOW.replace(hour=20) + timedelta(days=days))
        with database.read() as db:
            said = db.scalars(select(OutboxMessage).where(OutboxMessage.address == "@buku_griya_asri")).all()
            assert len(said) == 1
            newest = log.newest_row(db)
            assert newest
            assert said[0].facts["note"] == newest.note
    finally:
        database.close()


# -- whatever was changed is named ---------------------------------------------------------------------------


def by_hand(database: Database, *statements: str) -> None:
    """Somebody with the database in her hands goes round every guard."""
    with database.writing.begin() as connection:
        if database.is_sqlite:
            connection.execute(text("PRAGMA defer_foreign_keys = ON"))
            for table in ("payout_steps", "payout_receipts", "log_entries", "log_checkpoints", "transfers"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_update"))
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_delete"))
        else:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        for statement in statements:
            connection.execute(text(statement))


CHANGES = {
    "a step's amount": ("UPDATE payout_steps SET amount = 1 WHERE id = {step}", "payout_steps {step}:"),
    "a step's day": (
        "UPDATE payout_steps SET at = '2020-01-01 00:00:00.000000' WHERE id = {step}",
        "payout_steps {step}",
    ),
    "a receipt's amount": ("UPDATE payout_receipts SET amount = 1 WHERE id = 1", "payout_receipts 1:"),
    "a receipt's number": ("UPDATE payout_receipts SET number = 7 WHERE id = 1", "payout_receipts 1:"),
    "a leaf": ("UPDATE log_entries SET leaf = leaf || ' ' WHERE id = 3", "log_entries 3:"),
    "a leaf's row": ("UPDATE log_entries SET source_id = 99 WHERE id = 3", "transfers 99:"),
    "a root": ("UPDATE log_checkpoints SET root = digest FROM payout_receipts WHERE id = 1", "log_checkpoints"),
    "a node": (
        "UPDATE log_nodes SET hash = (SELECT root FROM log_checkpoints) WHERE level = 1 AND position = 0",
        "log_nodes 1/0",
    ),
    "a node gone": ("DELETE FROM log_nodes WHERE level = 1 AND position = 0", "log_nodes"),
    "a signature": ("UPDATE log_checkpoints SET note = replace(note, 'getok', 'gotek')", "log_checkpoints"),
    "what was committed": ("UPDATE log_openings SET row = '{{}}' WHERE row IS NOT NULL", "payout_receipts 1:"),
    "an opening gone": ("DELETE FROM log_openings WHERE id = 4", "what opens it in the log is gone"),
    "a number below the first": (
        "INSERT INTO log_entries SELECT -1, 'commitments', 99, leaf, hash FROM log_entries WHERE id = 0",
        "commitments 99: it is in the log, but not in the books",
    ),
    "a salt": (
        "UPDATE log_openings SET salt = (SELECT root FROM log_checkpoints) WHERE id = 0",
        "the log says otherwise",
    ),
    "a transfer gone": (
        "DELETE FROM transfers WHERE id = (SELECT max(id) FROM transfers)",
        "in the log, but not in the books",
    ),
    "a leaf gone": ("DELETE FROM log_entries WHERE id = 2", "the log has a gap here"),
    "the tail gone": ("DELETE FROM log_entries WHERE id > 9", "shorter than what was signed"),
    "a state": ("UPDATE payouts SET state = 'sent', confirmed_by = NULL", "payouts 1:"),
    "whose word it was": ("UPDATE payouts SET confirmed_by = 'silence'", "payouts 1: somebody else confirmed it"),
    "an account's name": (
        "UPDATE accounts SET name = replace(name, 'payable', 'held') WHERE name LIKE '%payable'",
        "transfers",
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_was_changed_by_hand_is_named(what: str, database: Database) -> None:
    statement, named = CHANGES[what]
    with database.write() as db:
        paid(db)
        assert list(verifying.problems(db)) == []
        step = db.scalars(select(PayoutStep.id).order_by(PayoutStep.id)).first()
    by_hand(database, statement.format(step=step))

    with database.read() as db:
        found = list(verifying.problems(db))

    assert any(named.format(step=step) in line for line in found), found


def test_a_log_rewritten_with_every_key_is_named_by_a_receipt_somebody_kept(database: Database) -> None:
    """Whoever has the hub's secret can make everything fit again, but not what others hold."""
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        kept = papers.paper(db, receipt, NOW + 5 * DAY)
    assert kept.proof
    by_hand(
        database,
        "DELETE FROM log_entries",
        "DELETE FROM log_nodes",
        "DELETE FROM log_checkpoints",
        "DELETE FROM log_openings",
    )
    with database.write() as db:
        for table in (Transfer, Commitment, PayoutStep, PayoutReceipt):
            log.note_down(db, table, db.scalars(select(table.id).order_by(table.id)).all())
        log.extend(db, NOW + 9 * DAY)

        assert list(verifying.problems(db)) == [], "the books themselves are at peace"
        for anchor in (kept.check, kept.proof.text, kept.proof.note):
            assert [*verifying_log.behind(db, anchor)] != []


def test_an_old_copy_put_back_is_so_many_rows_behind(database: Database) -> None:
    with database.write() as db:
        receipt = paid(db)
        assert receipt
        kept = papers.paper(db, receipt, NOW + 5 * DAY)
    by_hand(
        database,
        "DELETE FROM log_entries WHERE id > 9",
        "DELETE FROM log_checkpoints WHERE size > 10",
    )
    with database.read() as db:
        size = int(kept.check.split("-")[1])

        assert [*verifying_log.behind(db, kept.check)] == [
            f"log_entries: the log is {size - 10} rows behind the checkpoint of {size}"
        ]
        for wrong in ("", "12", "zz-12", "0123456789ab-x"):
            with pytest.raises(Unreadable):
                list(verifying_log.behind(db, wrong))


def test_a_row_that_was_never_noted_down_is_named(database: Database) -> None:
    with database.write() as db:
        paid(db)
        commitment(db, 1)

        assert [line for line in verifying.problems(db) if "not in the log" in line]
