#!/usr/bin/env python3
"""Check a Getok receipt without asking anybody: this file, Python 3.8 or newer, and the text of the receipt.

    python3 verify.py receipt.txt          or paste the text and end it with Ctrl-D (on Windows Ctrl-Z)

What is checked: the receipt was not changed; it stands in the hub's log at the place it says; the log's length and root
are signed by the key that the log is named after. What cannot be checked here: that money arrived. That is the word of
who was paid, and the receipt says whose word it is. Anybody can name a log after a key of her own: compare the log's
name with another receipt of the same hub, or with its page /books/log.

The log is RFC 6962, the signature Ed25519 (RFC 8032), the formats signed-note, tlog-checkpoint and tlog-proof of C2SP.
"""

import base64
import json
import re
import sys
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any, Dict, List, Optional, Tuple

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)

Point = Tuple[int, int, int, int]  # in extended coordinates


class Wrong(Exception):
    """What does not hold."""


def main(argv: List[str]) -> int:
    text = Path(argv[1]).read_text(encoding="utf-8") if len(argv) > 1 else sys.stdin.read()
    try:
        said = check(text)
    except Wrong as wrong:
        print(f"TIDAK COCOK / DOES NOT HOLD: {wrong}")
        return 1
    print("COCOK / IT HOLDS")
    for name, value in said:
        print(f"  {name:<14} {value}")
    return 0


def check(text: str) -> List[Tuple[str, Any]]:
    """What a receipt says, as pairs, if all of it holds. Raises `Wrong`."""
    try:
        return checked(text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as wrong:
        raise Wrong(f"the receipt is cut or changed ({wrong})") from wrong


def checked(text: str) -> List[Tuple[str, Any]]:
    extra, index, path, note = parts(text)
    row, salt, kind, day = extra["row"], bytes.fromhex(extra["salt"]), extra["kind"], extra["day"]
    name, public = log_key(extra["key"])
    origin, size, root = checkpoint(signed_by(note, name, public))
    if origin != name:
        raise Wrong("the checkpoint is of another log")
    commitment = sha256(salt + canonical(row)).hexdigest()
    leaf = {"v": "1", "log": origin, "n": str(index), "kind": kind, "day": day, "commitment": commitment}
    if not included(sha256(b"\0" + canonical(leaf)).digest(), index, size, path, root):
        raise Wrong("it is not in this log")
    shown = [(field, row[field]) for field in sorted(row) if row[field] is not None]
    return [
        ("log", origin),
        ("kode cek", f"{root.hex()[:12]}-{size}"),
        ("number", index),
        ("kind", kind),
        *shown,
    ]


def parts(text: str) -> Tuple[Dict[str, Any], int, List[bytes], str]:
    """Extra, index, path and signed note of a proof; chats and papers add and lose spaces and blank lines."""
    lines = [re.sub("^[\u2013-] ", "\u2014 ", one.strip("\ufeff \t\r")) for one in text.split("\n")]
    begin = next((at for at, line in enumerate(lines) if line.endswith("c2sp.org/tlog-proof@v1")), None)
    number = next((at for at in range(begin or 0, len(lines)) if lines[at].startswith("index ")), None)
    origin = next((at for at in range(number or 0, len(lines)) if lines[at].startswith("getok/")), None)
    if begin is None or number is None or origin is None:
        raise Wrong("no receipt in this text")
    extra = "".join(lines[begin + 1 : number])
    if not extra.startswith("extra "):
        raise Wrong("no receipt in this text")
    opened = json.loads(unpacked(extra[len("extra ") :]).decode())
    if not all(value is None or isinstance(value, str) for value in opened["row"].values()):
        raise Wrong("a row holds words")
    path = [unpacked(one) for one in lines[number + 1 : origin] if one]
    body = [line for line in lines[origin:] if line][:3]
    signatures = [line for line in lines[origin:] if line.startswith("\u2014 ")]
    return opened, int(lines[number][len("index ") :]), path, "\n".join([*body, "", *signatures, ""])


def unpacked(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def canonical(value: Any) -> bytes:
    """RFC 8785 for what receipts hold: objects of strings and nulls, with names in ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


# -- the signature -------------------------------------------------------------------------------------------


def log_key(line: str) -> Tuple[str, bytes]:
    """The log's name and key. The name is made from the key, so nobody can speak in its name with another."""
    name, number, encoded = line.split("+", 2)
    packed = unpacked(encoded)
    public = packed[1:]
    if packed[:1] != b"\1" or len(public) != 32 or key_id(name, public).hex() != number:
        raise Wrong("the key is damaged")
    if name != "getok/" + sha256(b"\0" + public).hexdigest()[:16]:
        raise Wrong("the key is not that of the log it names")
    return name, public


def key_id(name: str, public: bytes) -> bytes:
    return sha256(name.encode() + b"\n\1" + public).digest()[:4]


def signed_by(note: str, name: str, public: bytes) -> str:
    """The text of a note that this key signed."""
    body, _, lines = note.partition("\n\n")
    body += "\n"
    for line in lines.splitlines():
        match = re.fullmatch("\u2014 (\\S+) (\\S+)", line)
        if not match or match.group(1) != name:
            continue
        packed = unpacked(match.group(2))
        if packed[:4] == key_id(name, public) and is_signature(public, body.encode(), packed[4:]):
            return body
    raise Wrong("the checkpoint is not signed by this log")


def checkpoint(body: str) -> Tuple[str, int, bytes]:
    origin, size, root, *_ = body.split("\n")
    return origin, int(size), unpacked(root)


def is_signature(public: bytes, message: bytes, signature: bytes) -> bool:
    """Ed25519, RFC 8032 section 5.1.7, in plain numbers: slow, short, and enough for one receipt."""
    if len(signature) != 64:
        return False
    key, commit = point(public), point(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or commit is None or scalar >= ORDER:
        return False
    challenge = int.from_bytes(sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return same(times(scalar, BASE), added(commit, times(challenge, key)))


def point(packed: bytes) -> Optional[Point]:
    """A point of the curve in extended coordinates; None where there is none."""
    y = int.from_bytes(packed, "little") & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and packed[31] >> 7):
        return None
    x = P - x if x & 1 != packed[31] >> 7 else x
    return x, y, 1, x * y % P


def added(one: Point, other: Point) -> Point:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def times(scalar: int, start: Point) -> Point:
    total = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            total = added(total, start)
        start, scalar = added(start, start), scalar >> 1
    return total


def same(one: Point, other: Point) -> bool:
    return (one[0] * other[2] - other[0] * one[2]) % P == 0 and (one[1] * other[2] - other[1] * one[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point(BASE_Y.to_bytes(32, "little")) or (0, 1, 1, 0)


# -- the tree ------------------------------------------------------------------------------------------------


def included(leaf: bytes, index: int, size: int, path: List[bytes], root: bytes) -> bool:
    """RFC 9162, section 2.1.3.2."""
    if not 0 <= index < size:
        return False
    number, last, found = index, size - 1, leaf
    for one in path:
        if last == 0:
            return False
        if number & 1 or number == last:
            found = sha256(b"\1" + one + found).digest()
            while not number & 1 and number:
                number, last = number >> 1, last >> 1
        else:
            found = sha256(b"\1" + found + one).digest()
        number, last = number >> 1, last >> 1
    return last == 0 and found == root


if __name__ == "__main__":
    sys.exit(main(sys.argv))
