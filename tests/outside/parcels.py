"""What travels between a test and a peer: JSON in which bytes are welcome."""

import base64
import json
from typing import Any


def packed(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=_wrapped)


def unpacked(text: str | bytes) -> Any:
    return json.loads(text, object_hook=_unwrapped)


def _wrapped(value: Any) -> Any:
    if isinstance(value, bytes):
        return {"base64": base64.b64encode(value).decode()}
    if isinstance(value, set | frozenset):
        return sorted(value)
    raise TypeError(f"{value!r} does not travel")


def _unwrapped(value: dict[str, Any]) -> Any:
    return base64.b64decode(value["base64"]) if value.keys() == {"base64"} else value
