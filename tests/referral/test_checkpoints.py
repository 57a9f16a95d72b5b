"""Signed checkpoints and proofs: the published example, and every change of one of ours."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from referral import checkpoints
from referral.checkpoints import Checkpoint, Key, Proof, Unreadable
from referral.transparency import inclusion, leaf_hash, root

SEED = bytes(range(32))
# The example of the signed-note specification: a key, and a note signed with it.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_BODY = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_NOTE = PUBLISHED_BODY + (
    "\n\u2014 PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
ROW = {
    "receipt": "BK-DR-00001",
    "shop": "Dapur Rina",
    "amount": "14000",
    "currency": "IDR",
    "to": "DANA 0800\u2022\u20221234",
}


PUBLIC = checkpoints.Ed25519PrivateKey.from_private_bytes(SEED).public_key().public_bytes_raw()
LOG = checkpoints.log_name(PUBLIC)


def key_of(name: str = LOG) -> Key:
    return Key(name, PUBLIC)


def proof_of(index: int, size: int, row: dict[str, Any] = ROW, origin: str = LOG) -> Proof:
    salt = b"\x07" * 16
    mine = checkpoints.leaf(origin, index, "receipt", "2026-06-22", salt, row)
    held = [leaf_hash(mine if place == index else str(place).encode()) for place in range(size)]
    path = [root(held[span.begin : span.end]) for span in inclusion(index, size)]
    note = checkpoints.signed(Checkpoint(origin, size, root(held)).body, origin, SEED)
    return Proof("receipt", "2026-06-22", salt, row, index, path, note, key_of(origin).written)


def test_the_published_note_opens_with_its_key() -> None:
    key = checkpoints.read_key(PUBLISHED_KEY)

    assert key.written == PUBLISHED_KEY
    assert checkpoints.opened(PUBLISHED_NOTE, key) == PUBLISHED_BODY
    with pytest.raises(Unreadable):
        checkpoints.opened(PUBLISHED_NOTE.replace("answer", "Answer"), key)


def test_somebody_elses_signature_beside_ours_does_no_harm() -> None:
    body = Checkpoint(LOG, 3, b"r" * 32).body
    note = checkpoints.signed(body, LOG, SEED)
    other = checkpoints.signed(body, "witness", b"\x01" * 32).rpartition("\n\n")[2]
    again = checkpoints.signed(body, LOG, b"\x02" * 32).rpartition("\n\n")[2]

    assert checkpoints.opened(f"{body}\n{other}{again}{note.rpartition(chr(10) * 2)[2]}", key_of()) == body


@pytest.mark.parametrize(
    "note",
    [
        "",
        "getok/one\n3\n",
        "getok/one\n\nno dash\n",
        "getok/one\n\n\u2014 getok/one\n",
        "getok/one\n\n\u2014 getok/one ???\n",
        "getok/one\n\n\u2014 getok/one AAAA\n",
        "getok/one\n\n\u2014 witness AAAA\n",
        f"getok/one\n\n\u2014 getok/one {'A' * 8}",
    ],
)
def test_what_we_have_not_signed_opens_nothing(note: str) -> None:
    with pytest.raises(Unreadable):
        checkpoints.opened(note, key_of())


@pytest.mark.parametrize("line", ["", "a+b", "a+00000000+AQ==", PUBLISHED_KEY.replace("c74f", "c74e"), "a+b+?"])
def test_what_is_no_key(line: str) -> None:
    with pytest.raises(Unreadable):
        checkpoints.read_key(line)


@pytest.mark.parametrize(
    "body", ["", "a\n1\n", "a\nx\nAAAA\n", "a\n01\n" + "A" * 43 + "=\n", "\n1\n" + "A" * 43 + "=\n", "a\n1\nAAAA\n"]
)
def test_what_is_no_checkpoint(body: str) -> None:
    with pytest.raises(Unreadable):
        checkpoints.read_checkpoint(body)


def test_a_checkpoint_says_its_code_and_may_have_extensions() -> None:
    found = checkpoints.read_checkpoint(Checkpoint("getok/one", 12, bytes.fromhex("1f3a" * 16)).body + "an extension\n")

    assert (found.origin, found.size, found.code) == ("getok/one", 12, "1f3a1f3a1f3a-12")


@given(some.integers(1, 70), some.data())
def test_a_proof_holds_and_survives_a_chat(size: int, data: some.DataObject) -> None:
    proof = proof_of(data.draw(some.integers(0, size - 1)), size)
    broken = proof.text[:200] + "\n" + proof.text[200:]  # as a paper breaks a long line
    through_a_chat = "\n  " + broken.replace("\n", " \r\n").replace("\u2014 ", "\u2013 ") + "\n\nPenjual membayar."

    found = checkpoints.read_proof(through_a_chat)

    assert found.text == proof.text
    assert checkpoints.checked(found, key_of()).size == size


@given(some.integers(1, 40), some.data())
def test_a_proof_with_any_sign_changed_does_not_hold(size: int, data: some.DataObject) -> None:
    text = proof_of(data.draw(some.integers(0, size - 1)), size).text
    place = data.draw(some.integers(0, len(text) - 1))
    sign = data.draw(some.sampled_from("AZaz09+/=x\n"))
    changed = text[:place] + sign + text[place + 1 :]

    def holds() -> bool:
        try:
            found = checkpoints.read_proof(changed)
            checkpoints.checked(found, key_of())
        except Unreadable:
            return False
        return found.text == text

    assert changed == text or not holds() or checkpoints.read_proof(changed).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "c2sp.org/tlog-proof@v1\nextra e30=\nindex 0\n\nx",
        "c2sp.org/tlog-proof@v1\nextra W10=\nindex 0\n\nx",
    ],
)
def test_what_is_no_proof(text: str) -> None:
    with pytest.raises(Unreadable):
        checkpoints.read_proof(text)


def test_a_proof_of_another_log_or_row_does_not_hold() -> None:
    elsewhere = checkpoints.signed(Checkpoint("getok/two", 5, b"r" * 32).body, LOG, SEED)
    with pytest.raises(Unreadable, match="another log"):
        checkpoints.checked(proof_of(2, 5)._replace(note=elsewhere), key_of())
    with pytest.raises(Unreadable, match="not in this log"):
        checkpoints.checked(proof_of(2, 5)._replace(row={**ROW, "amount": "15000"}), key_of())


def test_a_proof_brings_its_key_along_and_no_other_will_do() -> None:
    assert checkpoints.checked(proof_of(2, 5)).size == 5
    with pytest.raises(Unreadable, match="not that of the log"):
        checkpoints.checked(proof_of(2, 5, origin="getok/0123456789abcdef"))


def test_a_row_holds_words_and_nothing_else() -> None:
    """A number has more than one spelling; what is signed has one."""
    with pytest.raises(Unreadable):
        checkpoints.read_proof(proof_of(0, 1, {"amount": 14_000}).text)
