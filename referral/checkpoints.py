"""What a log says about itself, signed: checkpoints, and proofs that anybody can check without asking us.

Three text formats of C2SP, so that other people's tools read them: signed-note (who says it), tlog-checkpoint (how long
the log is and its root) and tlog-proof (a checkpoint, and the way from one leaf up to its root). What a leaf commits to
travels along as *extra* of the proof: the row itself and the salt that opens it.
"""

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Sequence
from hashlib import sha256
from itertools import takewhile
from typing import Any, NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from referral.transparency import is_included, leaf_hash

ED25519 = b"\x01"
DASH = "\u2014 "
OTHER_DASH = re.compile("^[\u2013-] ")
PROOF = "c2sp.org/tlog-proof@v1"
FORMAT = "1"


class Unreadable(ValueError):
    """This is no checkpoint and no proof, or one that was changed on the way."""


class Checkpoint(NamedTuple):
    """How long a log is and what its root is: the newest word about everything before."""

    origin: str
    size: int
    root: bytes

    @property
    def body(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @property
    def code(self) -> str:
        """What people compare: the first 48 bits of the root, and of how many rows it is (``1f3a9c0b77d2-12``)."""
        return f"{self.root.hex()[:12]}-{self.size}"


class Key(NamedTuple):
    """Whose signature it is: the log's name and its Ed25519 key (RFC 8032)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart (signed-note, *Signatures*)."""
        return sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def written(self) -> str:
        """The key as one line: name, id and key (signed-note, *Verifier keys*)."""
        return f"{self.name}+{self.id.hex()}+{b64encode(ED25519 + self.public).decode()}"


def log_name(public: bytes) -> str:
    """A log is named after its key, so nobody speaks in its name with another: ``getok/`` and 64 bits of a digest."""
    return f"getok/{leaf_hash(public).hex()[:16]}"


def read_key(line: str) -> Key:
    """A key from its one line. Raises `Unreadable`."""
    try:
        name, number, encoded = line.strip().split("+", 2)
        packed = b64decode(encoded, validate=True)
    except ValueError as wrong:
        raise Unreadable(line) from wrong
    key = Key(name, packed[1:])
    if packed[:1] != ED25519 or len(key.public) != 32 or key.id.hex() != number:
        raise Unreadable(line)
    return key


# -- signed notes ----------------------------------------------------------------------------------------


def signed(body: str, name: str, private: bytes) -> str:
    """A text with our signature below it (signed-note). ``private``: the 32 bytes of an Ed25519 seed."""
    signer = Ed25519PrivateKey.from_private_bytes(private)
    key = Key(name, signer.public_key().public_bytes_raw())
    return f"{body}\n{DASH}{name} {b64encode(key.id + signer.sign(body.encode())).decode()}\n"


def opened(note: str, key: Key) -> str:
    """The text of a note that this key has signed; further signatures are somebody else's. Raises `Unreadable`."""
    body, found, lines = note.rpartition("\n\n")
    if not found or not lines.endswith("\n"):
        raise Unreadable("no signature")
    for line in lines.splitlines():
        name, _, encoded = line.removeprefix(DASH).partition(" ")
        if not line.startswith(DASH) or not encoded:
            raise Unreadable(line)
        if name == key.name and is_signature_of(key, f"{body}\n", encoded):
            return f"{body}\n"
    raise Unreadable("not signed by this log")


def is_signature_of(key: Key, body: str, encoded: str) -> bool:
    """Whether a signature line is this key's; one that says so and is wrong raises `Unreadable`."""
    try:
        packed = b64decode(encoded, validate=True)
        if packed[:4] != key.id:
            return False
        Ed25519PublicKey.from_public_bytes(key.public).verify(packed[4:], body.encode())
    except (ValueError, InvalidSignature) as wrong:
        raise Unreadable("the signature is wrong") from wrong
    return True


def read_checkpoint(body: str) -> Checkpoint:
    """A checkpoint's body: origin, size, root; further lines are extensions (tlog-checkpoint). Raises `Unreadable`."""
    try:
        origin, size, root, *_ = body.split("\n")
        found = Checkpoint(origin, int(size), b64decode(root, validate=True))
    except ValueError as wrong:
        raise Unreadable(body) from wrong
    if not origin or str(found.size) != size or found.size < 0 or len(found.root) != 32:
        raise Unreadable(body)
    return found


# -- leaves ----------------------------------------------------------------------------------------------


def commitment(salt: bytes, row: dict[str, Any]) -> bytes:
    """Promise a row without showing it: who has the salt can open the promise, erasing the salt closes it."""
    return sha256(salt + rfc8785.dumps(row)).digest()


def leaf(origin: str, index: int, kind: str, day: str, salt: bytes, row: dict[str, Any]) -> bytes:
    """What the public log says of a row: its place, its kind, its day, an amount where it moves one, and a commitment.

    Canonical JSON (RFC 8785); amounts are strings, because a JSON number ends at 2**53.
    """
    amount = {name: row[name] for name in ("amount", "currency") if row.get(name) is not None}
    said: dict[str, Any] = {"v": FORMAT, "log": origin, "n": str(index), "kind": kind, "day": day, **amount}
    said["commitment"] = commitment(salt, row).hex()
    return rfc8785.dumps(said)


# -- proofs ----------------------------------------------------------------------------------------------


class Proof(NamedTuple):
    """That a row is in the log: the row and its salt, its place, the way up, and the checkpoint it leads to.

    ``key`` is the log's key as one line. It may travel along, because the log's name is made from it.
    """

    kind: str
    day: str
    salt: bytes
    row: dict[str, Any]
    number: int
    path: Sequence[bytes]
    note: str
    key: str

    @property
    def text(self) -> str:
        """As C2SP's tlog-proof, with what the leaf commits to as *extra*."""
        extra: dict[str, Any] = {
            "kind": self.kind,
            "day": self.day,
            "salt": self.salt.hex(),
            "row": self.row,
            "key": self.key,
        }
        packed = b64encode(rfc8785.dumps(extra)).decode()
        way = "".join(f"{b64encode(one).decode()}\n" for one in self.path)
        return f"{PROOF}\nextra {packed}\nindex {self.number}\n{way}\n{self.note}"


def read_proof(text: str) -> Proof:
    """A proof from its text, which may have picked up spaces and empty lines around it. Raises `Unreadable`."""
    try:
        _, begin, rest = mended(text).partition(PROOF)  # people paste what stands before it as well
        head, found, note = (begin + rest).partition("\n\n")
        title, extra, index, *path = head.split("\n")
        if title != PROOF or not found or not extra.startswith("extra ") or not index.startswith("index "):
            raise Unreadable("no proof")
        said = json.loads(b64decode(extra.removeprefix("extra "), validate=True))
        steps = [b64decode(one, validate=True) for one in path]
        salt, place = bytes.fromhex(said["salt"]), int(index.removeprefix("index "))
        what = (str(said["kind"]), str(said["day"]), salt, dict(said["row"]))
        return Proof(*what, place, steps, without_rest(note), str(said["key"]))
    except (ValueError, KeyError, TypeError) as wrong:
        raise Unreadable("no proof") from wrong


def without_rest(note: str) -> str:
    """A note without what stands below its signatures: a paper goes on after the proof."""
    body, found, rest = note.partition("\n\n")
    return body + found + "".join(f"{line}\n" for line in takewhile(is_signed_line, rest.split("\n")))


def is_signed_line(line: str) -> bool:
    return line.startswith(DASH)


def mended(text: str) -> str:
    """A text as it was sent: chats, mails and papers add spaces and other line ends, and break the longest line."""
    lines: list[str] = []
    for line in (one.strip() for one in text.replace("\r", "").strip().split("\n")):
        if lines and lines[-1].startswith("extra ") and not line.startswith("index "):
            lines[-1] += line
        else:
            lines.append(OTHER_DASH.sub(DASH, line))
    return "\n".join(lines) + "\n"


def checked(proof: Proof, key: Key | None = None) -> Checkpoint:
    """Whether everything in a proof holds together; returns the checkpoint it stands under. Raises `Unreadable`.

    ``key``: whose log it must be; without one, that of the log the proof names, whose name vouches for it.
    """
    key = key or read_key(proof.key)
    if key.name != log_name(key.public):
        raise Unreadable("the key is not that of the log it names")
    found = read_checkpoint(opened(proof.note, key))
    if found.origin != key.name:
        raise Unreadable("the checkpoint is of another log")
    own = leaf(found.origin, proof.number, proof.kind, proof.day, proof.salt, proof.row)
    if not is_included(leaf_hash(own), proof.number, found.size, proof.path, found.root):
        raise Unreadable("it is not in this log")
    return found
