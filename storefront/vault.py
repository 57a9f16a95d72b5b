"""Everything that hangs on the hub's secret key: sealing, signing, commitments.

One secret, one derived key per purpose (HKDF, RFC 5869), so that a leaked button signature says
nothing about a sealed account number.
"""

import hashlib
import hmac
import secrets
from base64 import urlsafe_b64encode
from functools import lru_cache

import rfc8785
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NONCE_BYTES = 12


class Vault:
    """Seals, signs and digests with keys derived from one secret."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @lru_cache(maxsize=16)  # noqa: B019 - one vault lives as long as its process
    def key(self, purpose: str) -> bytes:
        """Derive the 32-byte key of one purpose."""
        return HKDF(SHA256(), 32, salt=None, info=f"getok/{purpose}".encode()).derive(self._secret)

    def seal(self, text: str, context: str) -> bytes:
        """Encrypt with AES-256-GCM, bound to its context: a sealed number moved to another row does not open."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return nonce + AESGCM(self.key("seal")).encrypt(nonce, text.encode(), context.encode())

    def unseal(self, sealed: bytes, context: str) -> str:
        """Open what `seal` closed; raises InvalidTag when the bytes or the context were changed."""
        nonce, body = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        return AESGCM(self.key("seal")).decrypt(nonce, body, context.encode()).decode()

    def signature(self, purpose: str, text: str, length: int = 16) -> str:
        """A short keyed signature of ``length`` URL-safe signs (6 bits each)."""
        digest = hmac.digest(self.key(purpose), text.encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).decode()[:length]

    def signed_as(self, purpose: str, text: str, signature: str) -> bool:
        return hmac.compare_digest(self.signature(purpose, text, len(signature) or 1), signature)

    @staticmethod
    def same(one: str, other: str) -> bool:
        """Whether two secrets are the same, in the same time whatever they are."""
        return hmac.compare_digest(one.encode(), other.encode())

    def digest(self, purpose: str, leaf: dict[str, object]) -> bytes:
        """The keyed digest (HMAC-SHA-256) of a leaf in canonical JSON (RFC 8785)."""
        return hmac.digest(self.key(purpose), canonical(leaf), hashlib.sha256)


def canonical(leaf: dict[str, object]) -> bytes:
    """RFC 8785: one value, one spelling. Amounts travel as strings, because JSON numbers end at 2**53."""
    return rfc8785.dumps(leaf)  # type: ignore[arg-type]
