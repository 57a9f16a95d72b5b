"""The rules of this house, each with its reason. A rule that cannot be checked is only a wish."""

import ast
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Integer, text

from storefront import migrations, sentences
from storefront.database import Database
from storefront.models import Base, Person
from storefront.phrases import catalogue
from tests.conftest import ROOT, START

PACKAGES = ("referral", "storefront", "bots")
MAY_IMPORT = {"referral": set(), "storefront": {"referral"}, "bots": {"storefront", "referral"}}
ADDRESSED = {"kak", "kakak"}


def modules(package: str) -> Iterator[Path]:
    return (path for path in sorted((ROOT / package).rglob("*.py")) if "versions" not in path.parts)


EVERY_MODULE = [path for package in PACKAGES for path in modules(package)]


def imported(path: Path) -> set[str]:
    """The dotted names a module imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


# -- imports -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_point_one_way(package: str) -> None:
    """Bots talk, storefront sells and keeps the books, referral decides: nothing below knows what is above."""
    tops = {name.split(".")[0] for path in modules(package) for name in imported(path)}

    assert tops & set(PACKAGES) <= MAY_IMPORT[package] | {package}


def test_the_rules_stand_alone() -> None:
    """Who decides who earns what needs no database, no web and no channel: importing the rules brings in none."""
    code = "import referral.attribution, referral.codes, referral.commissions, referral.links, sys; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)

    assert not {"sqlalchemy", "flask", "telegram", "twilio", "storefront", "bots"} & set(done.stdout.split())


def test_earning_never_imports_selling() -> None:
    """An order calls the rules of earning by name; the other way round would need an event bus to find the way."""
    assert not {n for p in modules("storefront/earning") for n in imported(p) if n.startswith("storefront.selling")}


def test_the_storefront_composes_no_chat() -> None:
    """Words belong to bots: a use case that knew a channel could be used on that channel only."""
    tops = {name.split(".")[0] for path in modules("storefront") for name in imported(path)}

    assert not tops & {"telegram", "twilio"}


def test_the_phones_share_no_code_with_the_codecs() -> None:
    """The other end of the wire is an independent witness, or it would repeat our misunderstandings."""
    ours = {n for p in modules("bots/phones") for n in imported(p) if n.split(".")[0] in PACKAGES}

    assert {name for name in ours if not name.startswith("bots.phones")} == set()


@pytest.mark.parametrize("name", ["conversation", "meaning", "taps", "talk", "turns", "dialogue", "visit"])
def test_the_conversation_imports_no_noun(name: str) -> None:
    """Nouns announce themselves; a conversation that knew shops would grow with every one of them."""
    rooms = ("bots.screens", "bots.scripts", "bots.counter", "bots.notices", "storefront.selling", "storefront.earning")

    assert not [name for name in imported(ROOT / f"bots/{name}.py") if name.startswith(rooms)]


@pytest.mark.parametrize("path", EVERY_MODULE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_opens_with_its_room(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), "say what room this is"


def test_the_clock_is_read_in_one_place() -> None:
    """Time is handed in as ``now``; whoever reads the clock alone cannot be tested on a Thursday at eight."""
    reads = re.compile(r"\b(?:datetime\.now|utcnow|date\.today|time\.time)\(")
    found = {p.relative_to(ROOT).as_posix() for p in EVERY_MODULE if reads.search(p.read_text(encoding="utf-8"))}

    assert found <= {"bots/hub.py"}


# -- sizes -------------------------------------------------------------------------------------------


def body_lines(path: Path) -> Iterator[tuple[str, int]]:
    """Every function with its length, its docstring left out."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            told = ast.get_docstring(node, clean=False)
            length = (node.end_lineno or 0) - node.lineno + 1 - (told.count("\n") + 1 if told else 0)
            yield f"{path.relative_to(ROOT)}:{node.name}", length


def test_functions_fit_the_eye() -> None:
    """Beauty is a short tail: a typical function is read at a glance, the longest fits a screen."""
    lengths = dict(entry for path in EVERY_MODULE for entry in body_lines(path))
    ordered = sorted(lengths.values())

    assert {name: length for name, length in lengths.items() if length > 50} == {}
    assert statistics.median(ordered) <= 8
    assert ordered[int(len(ordered) * 0.95)] <= 25


# -- words -------------------------------------------------------------------------------------------


def places(sentence: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_sentence_is_said_in_indonesian() -> None:
    """The people this is for read Indonesian first; a sentence that falls back to English has forgotten them."""
    assert sentences.all_said() - catalogue("id").keys() == set()


def test_no_translation_is_left_over() -> None:
    assert catalogue("id").keys() - sentences.all_said() == set()


@pytest.mark.parametrize(("english", "indonesian"), catalogue("id").items())
def test_a_translation_says_the_same_facts(english: str, indonesian: str) -> None:
    assert places(english) - ADDRESSED == places(indonesian) - ADDRESSED
    assert not re.search(r"\bAnda\b", indonesian), "we say Kak, or Bunda to one who calls herself so"


# -- the database ------------------------------------------------------------------------------------


@pytest.mark.both
def test_the_migrations_end_at_the_models(database: Database) -> None:
    with database.writing.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})

        assert compare_metadata(context, Base.metadata) == []


def test_money_and_ids_are_big() -> None:
    """A 32-bit sum ends at two billion rupiah, which is a good month for a hub."""
    small = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if type(column.type) is Integer
    ]

    assert small == []


@pytest.mark.both
def test_the_ledger_is_final_and_its_triggers_survive_a_rebuild(database: Database) -> None:
    """SQLite's way to alter a table copies it and drops its triggers; a migration that does so puts them back."""
    from alembic.operations import Operations

    with database.writing.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("transfers", recreate="always" if database.is_sqlite else "auto"):
            pass
        migrations.guard(connection)
    for statement in ("UPDATE transfers SET amount = 1", "DELETE FROM transfers"):
        put_one_transfer(database)
        with pytest.raises(Exception, match="final"), database.writing.begin() as connection:
            connection.execute(text(statement))


def put_one_transfer(database: Database) -> None:
    from storefront.earning import ledger
    from tests.builders import a_product, a_shop

    with database.write() as db:
        if not db.scalar(text("SELECT count(*) FROM shops")):
            shop = a_shop(db)
            a_product(db, shop)
            sale = (ledger.sales(shop.id), ledger.contra(shop.id))
            ledger.post(db, [ledger.Posting("one", "sale", *sale, 5, "IDR", shop.id)], START)


def test_the_orm_only_reads(database: Database) -> None:
    """A change hidden in an attribute is a change nobody reads; a flush says so at once."""
    with pytest.raises(AssertionError, match="the ORM only reads"), database.write() as db:
        db.add(Person(language="id", is_bunda=False, wants_promotion=False, created_at=START))


@pytest.mark.both
def test_a_reader_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"(?i)read.?only"), database.read() as db:
        db.execute(text("UPDATE shops SET name = 'x'"))


# -- what is promised in the README ------------------------------------------------------------------

README = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""


def test_every_command_the_readme_names_exists() -> None:
    named = set(re.findall(r"\bbin/(\w+)", README))
    commands = set(re.findall(r"\bbin/getok (\w+)", README))
    known = subprocess.run(
        [sys.executable, "-m", "bots", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    )

    assert {name for name in named if not (ROOT / "bin" / name).exists()} == set()
    assert {name for name in commands if name not in known.stdout} == set()


def test_the_readmes_sample_chat_really_happens() -> None:
    told = re.search(r"```chat\n(.*?)```", README, re.DOTALL)
    assert told, "the README shows a chat"

    assert told[1].strip() in (ROOT / "tests/stories/the_sale.chat").read_text(encoding="utf-8")
