"""Every sentence the code says, found in the code itself, so that the catalogue can be checked against it.

A sentence is the constant first argument of a voice (``t("...")``, ``visit.t("...")``), of ``Unclear`` or
of ``marked``; the docstring of a refusal; and what a template says through ``t("...")``.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

from storefront import refusals
from storefront.refusals import Refusal

ROOT = Path(__file__).resolve().parent.parent
SPEAKERS = {"t", "voice", "Unclear", "marked"}
IN_TEMPLATE = re.compile(r"""\bt\(\s*(["'])((?:\\.|(?!\1).)*)\1""", re.DOTALL)


def all_said() -> set[str]:
    """Every English sentence of the product."""
    found = {sentence for path in sources() for sentence in said_in(path.read_text(encoding="utf-8"))}
    found |= {
        no.__doc__ for no in vars(refusals).values() if inspect.isclass(no) and issubclass(no, Refusal) and no.__doc__
    }
    return found | {sentence for path in templates() for sentence in said_in_template(path.read_text(encoding="utf-8"))}


def sources() -> Iterator[Path]:
    for package in ("bots", "storefront"):
        yield from sorted((ROOT / package).rglob("*.py"))


def templates() -> Iterator[Path]:
    for package in ("bots", "storefront"):
        yield from sorted((ROOT / package).rglob("*.html"))


def said_in(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and node.args and speaks(node.func):
            first = node.args[0]
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def speaks(function: ast.expr) -> bool:
    match function:
        case ast.Name(id=name):
            return name in SPEAKERS
        case ast.Attribute(attr="t"):
            return True
        case ast.Call(func=ast.Name(id="voice" | "Voice")):
            return True
    return False


def said_in_template(source: str) -> Iterator[str]:
    for match in IN_TEMPLATE.finditer(source):
        yield match[2].replace('\\"', '"').replace("\\'", "'")
