"""Xendit's payouts (``/v2/payouts``) by REST, on the seller's own secret key.

Its idempotency key never expires; the same key again answers with the same payout, and a reference that was used under
another key is refused as a duplicate, which we look up instead of failing. Its SDK is made for one version of the API
and counts money in floats, so we speak HTTP. Amounts are whole rupiah (ISO 4217 says two decimals, Xendit takes none).
"""

import json
from typing import Any

import httpx

from storefront.providers import ABSENT, FAILED, REQUESTED, REVERSED, SUCCEEDED, UNKNOWN, Answer, Keys

ORIGIN = "https://api.xendit.co"
PATIENCE_S = 15.0

STATUSES = {
    "ACCEPTED": REQUESTED,
    "PENDING_COMPLIANCE_ASSESSMENT": REQUESTED,
    "REQUESTED": REQUESTED,
    "LOCKED": REQUESTED,
    "READY": REQUESTED,
    "SUCCEEDED": SUCCEEDED,
    "FAILED": FAILED,
    "CANCELLED": FAILED,
    "EXPIRED": FAILED,
    "COMPLIANCE_REJECTED": FAILED,
    "REVERSED": REVERSED,
}
DUPLICATES = {"DUPLICATE_ERROR", "DUPLICATE_TRANSACTION_ERROR", "IDEMPOTENCY_ERROR"}  # it knows this key already
# What Xendit calls the banks and wallets we read.
CHANNELS = {
    "GoPay": "ID_GOPAY", "OVO": "ID_OVO", "DANA": "ID_DANA", "ShopeePay": "ID_SHOPEEPAY", "LinkAja": "ID_LINKAJA",
    "BCA": "ID_BCA", "BNI": "ID_BNI", "BRI": "ID_BRI", "Mandiri": "ID_MANDIRI", "BSI": "ID_BSI", "CIMB": "ID_CIMB",
    "Jago": "ID_JAGO", "SeaBank": "ID_SEABANK", "Permata": "ID_PERMATA", "BTN": "ID_BTN", "Danamon": "ID_DANAMON",
    "Mega": "ID_MEGA", "Panin": "ID_PANIN", "OCBC": "ID_OCBC", "Maybank": "ID_MAYBANK", "UOB": "ID_UOB",
    "Muamalat": "ID_MUAMALAT", "Sinarmas": "ID_SINARMAS", "Bukopin": "ID_BUKOPIN", "HSBC": "ID_HSBC",
    "Allo": "ID_ALLO", "BJB": "ID_BJB", "DKI": "ID_DKI", "BTPN": "ID_BTPN",
}  # fmt: skip


def body(key: str, brand: str, number: str, holder: str, amount: int, currency: str, words: str) -> str:
    """What Xendit is asked, frozen as text: it is sent byte for byte as it was written down."""
    asked = {
        "reference_id": key,
        "channel_code": CHANNELS[brand],
        "channel_properties": {"account_number": number, "account_holder_name": holder},
        "amount": amount,
        "currency": currency,
        "description": words,
    }
    return json.dumps(asked, ensure_ascii=False, separators=(",", ":"))


class Xendit:
    """One seller's account there."""

    def __init__(self, keys: Keys, origin: str = ORIGIN, *, transport: httpx.BaseTransport | None = None) -> None:
        who = (keys.api_key, "")
        self.client = httpx.Client(base_url=origin, auth=who, timeout=PATIENCE_S, transport=transport)

    def create(self, key: str, body: str) -> Answer:
        headers = {"Idempotency-key": key, "Content-Type": "application/json"}
        try:
            answer = self.client.post("/v2/payouts", content=body.encode(), headers=headers)
        except httpx.HTTPError as fault:
            return Answer(UNKNOWN, error=type(fault).__name__)
        said = read(answer)
        if answer.is_success:
            return status_of(said)
        code = str(said.get("error_code", "")) if isinstance(said, dict) else ""
        if code in DUPLICATES:
            return self.find(key, None)
        if answer.status_code in {408, 409, 425, 429} or answer.status_code >= 500 or answer.status_code < 400:
            return Answer(UNKNOWN, error=code or str(answer.status_code))
        return Answer(FAILED, error=code or str(answer.status_code))

    def find(self, key: str, reference: str | None) -> Answer:
        path = f"/v2/payouts/{reference}" if reference else "/v2/payouts"
        try:
            answer = self.client.get(path, params=None if reference else {"reference_id": key})
        except httpx.HTTPError as fault:
            return Answer(UNKNOWN, error=type(fault).__name__)
        said = read(answer)
        if answer.status_code == 404:
            return Answer(ABSENT)
        if not answer.is_success:
            return Answer(UNKNOWN, error=str(answer.status_code))
        if isinstance(said, dict) and isinstance(said.get("data"), list):
            mine = [one for one in said["data"] if isinstance(one, dict) and one.get("reference_id") == key]
            return status_of(mine[0]) if mine else Answer(ABSENT)
        if isinstance(said, dict) and said.get("reference_id") == key:
            return status_of(said)
        return Answer(UNKNOWN, error="NOT_OURS")


def read(answer: httpx.Response) -> Any:
    """The JSON of an answer; nothing where it is none."""
    try:
        return answer.json()
    except ValueError:
        return None


def status_of(said: Any) -> Answer:
    """What a payout object says; anything we do not know is *unknown*, and never *failed*."""
    if not isinstance(said, dict):
        return Answer(UNKNOWN, error="NO_JSON")
    reference, failure = said.get("id"), said.get("failure_code")
    status = STATUSES.get(str(said.get("status")), UNKNOWN)
    is_named = isinstance(reference, str) and bool(reference)
    return Answer(status, reference if is_named else None, str(failure) if failure else None)
