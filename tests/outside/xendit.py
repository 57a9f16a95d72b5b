"""A bank of our own that speaks Xendit's payouts, and does what real ones do on a bad day, as a script says.

It is made from Xendit's published behaviour and from nothing of ours: what it moved is the witness.
"""

import json
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import httpx

KEYS_KEPT = timedelta(hours=24)

#: what may happen to a request that asks for a transfer, and how often of a hundred
ON_CREATE = {
    "fine": 60,
    "moved, then no answer": 10,
    "moved, then 500 for a day": 6,
    "still under way": 6,
    "hung up before": 6,
    "refused": 6,
    "answers nonsense": 6,
}
#: what becomes of a transfer that was taken on
FATES = {"arrives": 72, "fails": 12, "arrives and comes back": 10, "never ends": 6}
#: what may happen to a look
ON_LOOK = {"fine": 74, "no answer": 8, "500": 6, "answers nonsense": 4, "has not seen it yet": 8}


@dataclass
class Transfer:
    """One transfer this bank has taken on."""

    id: str
    reference: str
    amount: int
    fate: str
    at: datetime
    looks: int = 0


@dataclass
class Bank:
    """Takes requests and keeps what it moved. ``scripts`` of weights say what goes wrong; none: nothing does."""

    clock: Callable[[], datetime]
    rng: random.Random
    on_create: Mapping[str, int] = field(default_factory=lambda: {"fine": 1})
    fates: Mapping[str, int] = field(default_factory=lambda: {"arrives": 1})
    on_look: Mapping[str, int] = field(default_factory=lambda: {"fine": 1})
    transfers: dict[str, list[Transfer]] = field(default_factory=lambda: defaultdict(list))
    by_id: dict[str, Transfer] = field(default_factory=dict)
    keys: dict[str, tuple[datetime, bytes, int, Any]] = field(default_factory=dict)
    under_way: set[str] = field(default_factory=set)
    posts: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return self.create(request)
        return self.look(request)

    def drawn(self, weights: Mapping[str, int]) -> str:
        what = self.rng.choices(list(weights), list(weights.values()))[0]
        self.seen[what] += 1
        return what

    def create(self, request: httpx.Request) -> httpx.Response:
        key, asked = request.headers["Idempotency-key"], request.content
        body = json.loads(asked)
        self.posts[key] += 1
        known = self.keys.get(key)
        if known and self.clock() - known[0] < KEYS_KEPT:
            if known[1] != asked:
                return error(422, "IDEMPOTENCY_ERROR")
            return httpx.Response(known[2], json=known[3])
        if self.transfers[body["reference_id"]] and key in self.keys:
            pass  # the key was forgotten: whoever posts again moves money again
        elif self.transfers[body["reference_id"]]:
            return error(400, "DUPLICATE_ERROR")
        return self.answered(key, asked, body, self.drawn(self.on_create))

    def answered(self, key: str, asked: bytes, body: dict[str, Any], what: str) -> httpx.Response:
        if what == "hung up before":
            raise httpx.ConnectError("reset")
        if what == "refused":
            return self.kept(key, asked, error(400, "INVALID_DESTINATION"))
        if what == "still under way":
            self.under_way.add(key)
            self.taken(body)
            return error(409, "REQUEST_IN_PROGRESS")
        transfer = self.taken(body)
        if what == "moved, then 500 for a day":
            return self.kept(key, asked, error(500, "SERVER_ERROR"))
        answer = self.kept(key, asked, httpx.Response(200, json=told(transfer, "ACCEPTED")))
        if what == "moved, then no answer":
            raise httpx.ReadTimeout("no answer")
        return httpx.Response(200, text="<html>ok</html>") if what == "answers nonsense" else answer

    def kept(self, key: str, asked: bytes, answer: httpx.Response) -> httpx.Response:
        self.keys[key] = (self.clock(), asked, answer.status_code, answer.json())
        return answer

    def taken(self, body: dict[str, Any]) -> Transfer:
        number = f"disb-{len(self.by_id)}"
        one = Transfer(number, body["reference_id"], body["amount"], self.drawn(self.fates), self.clock())
        self.transfers[one.reference].append(one)
        self.by_id[number] = one
        return one

    def look(self, request: httpx.Request) -> httpx.Response:
        what = self.drawn(self.on_look)
        if what == "no answer":
            raise httpx.ReadTimeout("no answer")
        if what == "500":
            return error(500, "SERVER_ERROR")
        if what == "answers nonsense":
            return httpx.Response(200, json=[1, 2])
        if reference := request.url.params.get("reference_id"):
            found = [] if what == "has not seen it yet" else self.transfers[reference]
            return httpx.Response(200, json={"data": [told(one, self.status(one)) for one in found]})
        named = self.by_id.get(request.url.path.rsplit("/", 1)[1])
        return httpx.Response(200, json=told(named, self.status(named))) if named else error(404, "DATA_NOT_FOUND")

    def status(self, one: Transfer) -> str:
        """It takes a few minutes; what comes back does so after two days."""
        age = self.clock() - one.at
        if one.fate == "never ends" or age < timedelta(minutes=3):
            return "ACCEPTED"
        if one.fate == "fails":
            return "FAILED"
        return "REVERSED" if one.fate == "arrives and comes back" and age > timedelta(days=2) else "SUCCEEDED"

    def there(self, reference: str) -> int:
        """How often the money of one reference is with who was to have it, or may still come to her."""
        return sum(self.status(one) in {"SUCCEEDED", "ACCEPTED"} for one in self.transfers[reference])


def told(one: Transfer, status: str) -> dict[str, Any]:
    return {"id": one.id, "reference_id": one.reference, "amount": one.amount, "currency": "IDR", "status": status}


def error(status: int, code: str) -> httpx.Response:
    return httpx.Response(status, json={"error_code": code, "message": code.lower()})
