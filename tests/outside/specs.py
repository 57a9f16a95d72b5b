"""Recorded calls held against what the providers publish: every method, field and value a hub sent must be in there.

The folder named by GETOK_SPECS holds Telegram's Bot API and Twilio's OpenAPI as machine-readable files.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import jsonschema

from tests.outside.calllog import Json

TELEGRAM = "telegram-bot-api.json"
TWILIO = ("twilio_messages_trimmed.prism.json", "twilio_content_v1.json")
# Published, but not in the trimmed file: a medium itself (its address without .json), and the account.
BESIDES = (
    re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages/(SM|MM)[0-9a-f]{32}/Media/ME[0-9a-f]{32}"),
    re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}\.json"),
)
# A channel address is as good as a number: WhatsApp's is a number or, behind a username, a country and an id.
PHONE = re.compile(r"(whatsapp:)?\+[1-9]\d{6,14}|whatsapp:[A-Z]{2}\.[A-Za-z0-9]{1,128}")


def violations(calls: Iterable[Json], specs_folder: Path | str) -> list[str]:
    """Return a line for everything that is not as published; none for a hub that speaks correctly."""
    folder = Path(specs_folder)
    return [
        f"{call['peer']} {call['n']} {call['method']}: {problem}"
        for call in calls
        for problem in problems_of(call, folder)
    ]


def problems_of(call: Json, folder: Path) -> Iterator[str]:
    if call["peer"] == "telegram":
        if call["method"] != "file":
            yield from telegram_problems(read(folder / TELEGRAM), call["method"], call["fields"])
    elif call["method"] != "Storage.fetch":
        yield from twilio_problems([read(folder / name) for name in TWILIO], call)


@cache
def read(path: Path) -> Json:
    spec: Json = json.loads(path.read_text(encoding="utf-8"))
    return spec


# -- Telegram ----------------------------------------------------------------------------------------


def telegram_problems(spec: Json, name: str, fields: Json) -> Iterator[str]:
    method = next((one for key, one in spec["methods"].items() if key.lower() == name.lower()), None)
    if method is None:
        yield "there is no such method"
        return
    declared = {field["name"]: field for field in method.get("fields", [])}
    needed = [field for field, one in declared.items() if one["required"]]
    yield from (f"{field} is missing" for field in needed if fields.get(field) in (None, ""))
    for field, value in fields.items():
        if field in declared:
            yield from told_wrongly(spec, field, value, declared[field]["types"])
        elif not is_attached(field, fields):
            yield f"{field} is unknown"


def is_attached(name: str, fields: Json) -> bool:
    """Whether this is a file that another field points to."""
    return is_upload(fields[name]) and f"attach://{name}" in json.dumps(fields)


def is_upload(value: object) -> bool:
    return isinstance(value, dict) and value.keys() == {"size", "sha256"}


def told_wrongly(spec: Json, name: str, value: Any, types: list[str]) -> list[str]:
    """The problems of one field; a form carries all of its values as text, the nested ones as JSON."""
    if is_upload(value):
        return [] if "InputFile" in types else [f"{name} is no file"]
    return min((list(problems(spec, name, as_typed(value, kind), kind)) for kind in types), key=len)


def as_typed(value: Any, kind: str) -> Any:
    if not isinstance(value, str) or kind == "String":
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def problems(spec: Json, at: str, value: Any, kind: str) -> Iterator[str]:
    """What is wrong with a value of this type, down to the smallest part."""
    if kind.startswith("Array of "):
        if not isinstance(value, list):
            yield f"{at} is no array"
            return
        for place, one in enumerate(value):
            yield from problems(spec, f"{at}[{place}]", one, kind.removeprefix("Array of "))
    elif kind in SIMPLE:
        if isinstance(value, bool) != (kind == "Boolean") or not isinstance(value, SIMPLE[kind]):
            yield f"{at} is no {kind}"
    else:
        yield from object_problems(spec, at, value, spec["types"][kind])


SIMPLE: Mapping[str, tuple[type, ...]] = {
    "String": (str,),
    "Integer": (int,),
    "Float": (int, float),
    "Boolean": (bool,),
}


def mistyped(spec: Json, at: str, value: Any, types: list[str]) -> list[str]:
    """The problems of a value that may be of any of these types: those of the type it is nearest to."""
    return min((list(problems(spec, at, value, kind)) for kind in types), key=len)


def object_problems(spec: Json, at: str, value: Any, kind: Json) -> list[str]:
    if kind.get("subtypes"):
        tried = [object_problems(spec, at, value, spec["types"][name]) for name in kind["subtypes"]]
        return min(tried, key=len)
    if not isinstance(value, dict):
        return [f"{at} is no {kind['name']}"]
    declared = {field["name"]: field for field in kind.get("fields", [])}
    wrong: list[str] = [f"{at}.{name} is unknown" for name in value.keys() - declared.keys()]
    wrong += [f"{at}.{name} is missing" for name, one in declared.items() if one["required"] and name not in value]
    for name in value.keys() & declared.keys():
        wrong += mistyped(spec, f"{at}.{name}", value[name], declared[name]["types"])
    return sorted(wrong)


# -- Twilio ------------------------------------------------------------------------------------------

formats = jsonschema.FormatChecker(formats=())


@formats.checks("phone-number")
def is_phone_number(value: object) -> bool:
    return isinstance(value, str) and bool(PHONE.fullmatch(value))


@formats.checks("uri")
def is_uri(value: object) -> bool:
    return isinstance(value, str) and urlsplit(value).scheme in {"http", "https"} and bool(urlsplit(value).netloc)


@formats.checks("date-time")
def is_moment(value: object) -> bool:
    moment = r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d))?"
    return isinstance(value, str) and bool(re.fullmatch(moment, value))


def twilio_problems(specs: list[Json], call: Json) -> Iterator[str]:
    path, verb = call["path"], call["verb"].lower()
    if verb == "get" and any(one.fullmatch(path) for one in BESIDES):
        return
    found = operation(specs, path, verb)
    if found is None:
        yield f"there is no {verb.upper()} {path}"
        return
    spec, asked, in_path = found
    given = {one["name"]: one for one in asked.get("parameters", [])}
    for name, value in in_path.items():
        yield from mistakes(name, value, inlined(spec, given[name]["schema"]))
    if (schema := json_schema(spec, asked)) is not None:
        yield from json_problems(call["fields"], schema)
        return
    yield from form_problems(call["fields"], *accepted(spec, asked, verb))


def operation(specs: list[Json], path: str, verb: str) -> tuple[Json, Json, dict[str, str]] | None:
    """Find what is called: its spec, its operation, and the values in its path."""
    for spec in specs:
        for template, item in spec["paths"].items():
            pattern = re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^/.]+)", re.escape(template))
            met = re.fullmatch(pattern, path)
            if met and verb in item:
                return spec, item[verb], met.groupdict()
    return None


def accepted(spec: Json, asked: Json, verb: str) -> tuple[dict[str, Json], set[str]]:
    """The fields an operation knows with their schemas, and those it needs."""
    if verb == "get":
        query = [one for one in asked.get("parameters", []) if one["in"] == "query"]
        needed = {one["name"] for one in query if one.get("required")}
        return {one["name"]: inlined(spec, one["schema"]) for one in query}, needed
    content = asked.get("requestBody", {}).get("content", {})
    schema = inlined(spec, content.get("application/x-www-form-urlencoded", {}).get("schema", {}))
    return schema.get("properties", {}), set(schema.get("required", []))


def json_schema(spec: Json, asked: Json) -> Json | None:
    """The schema of an operation's JSON body, if it takes one; what an object does not list is not in it."""
    content = asked.get("requestBody", {}).get("content", {})
    if "application/json" not in content:
        return None
    closed_: Json = closed(inlined(spec, content["application/json"]["schema"]))
    return closed_


def closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    within = {name: closed(value) for name, value in schema.items()}
    listed = isinstance(schema.get("properties"), dict) and schema.get("type") == "object"
    return {"additionalProperties": False} | within if listed else within


def json_problems(body: Json, schema: Json) -> Iterator[str]:
    # Twilio's own client writes null for whatever was not given, so null is as good as nothing.
    checker = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for mistake in checker.iter_errors(without_nulls(body)):
        yield f"{mistake.json_path}: {mistake.message}"


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value


def form_problems(fields: Json, schemas: Mapping[str, Json], needed: set[str]) -> Iterator[str]:
    yield from (f"{name} is missing" for name in sorted(needed - fields.keys()))
    for name, value in fields.items():
        if name in schemas:
            yield from mistakes(name, value, schemas[name])
        else:
            yield f"{name} is unknown"


def mistakes(name: str, value: Any, schema: Json) -> Iterator[str]:
    checker = jsonschema.Draft202012Validator(schema, format_checker=formats)
    for mistake in checker.iter_errors(as_declared(value, schema)):
        yield f"{name}: {mistake.message}"


def as_declared(value: Any, schema: Json) -> Any:
    """A form's text as the type its schema names, where it can be read as one."""
    if schema.get("type") == "array" and not isinstance(value, list):
        return [value]
    if schema.get("type") in {"integer", "number", "boolean"}:
        return as_typed(value, schema["type"])
    return value


def inlined(spec: Json, schema: Any) -> Any:
    """The schema with everything it points to put in its place."""
    if isinstance(schema, list):
        return [inlined(spec, one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return inlined(spec, spec["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    return {name: inlined(spec, value) for name, value in schema.items() if name not in {"example", "examples"}}
