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
from typing import Any, NamedTuple

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from referral.transparency import is_included, leaf_hash

ED25519 = b"\x01"
DASH = "\u2014 "
OTHER_DASH = re.compile("^[\u2013-] ")
LOG = "getok/"  # how every log of ours is named
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
    """What the public log says of a row: its place, its kind, its day, and a commitment to all the rest.

    No amount: whoever knows one sale and its day would find out what a neighbour earned. Canonical JSON (RFC 8785).
    """
    said: dict[str, Any] = {"v": FORMAT, "log": origin, "n": str(index), "kind": kind, "day": day}
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
    """A proof out of the text it was sent in. Raises `Unreadable`."""
    lines = lines_of(text)
    try:
        begin = next(at for at, line in enumerate(lines) if line.endswith(PROOF))
        number = next(at for at in range(begin, len(lines)) if lines[at].startswith("index "))
        origin = next(at for at in range(number, len(lines)) if lines[at].startswith(LOG))
        extra = "".join(lines[begin + 1 : number])  # a paper breaks its longest line
        if not extra.startswith("extra "):
            raise Unreadable("no proof")
        said = json.loads(b64decode(extra.removeprefix("extra "), validate=True))
        row = dict(said["row"])
        if not all(value is None or isinstance(value, str) for value in row.values()):
            raise Unreadable("a row holds words")
        steps = [b64decode(one, validate=True) for one in lines[number + 1 : origin] if one]
        what = (str(said["kind"]), str(said["day"]), bytes.fromhex(said["salt"]), row)
        place = int(lines[number].removeprefix("index "))
        return Proof(*what, place, steps, note_of(lines[origin:]), str(said["key"]))
    except (ValueError, KeyError, TypeError, AttributeError, StopIteration, RecursionError) as wrong:
        raise Unreadable("no proof") from wrong


def lines_of(text: str) -> list[str]:
    """The lines of a text as it was sent: chats, mails and papers add spaces, marks and other line ends."""
    return [OTHER_DASH.sub(DASH, one.strip("\ufeff \t\r")) for one in text.split("\n")]


def note_of(lines: Sequence[str]) -> str:
    """A checkpoint's note out of lines that begin with its origin: three of body, then whatever is signed below.

    Blank lines may have been lost, and a paper goes on after it.
    """
    body = [line for line in lines if line][:3]
    signed_lines = [line for line in lines if line.startswith(DASH)]
    return "\n".join(body) + "\n\n" + "".join(f"{line}\n" for line in signed_lines)


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
