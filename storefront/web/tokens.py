"""Links that carry their own permission: a QR picture's text, a statement, a catalogue, for as long as they hold."""

from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeSerializer

from storefront.vault import Vault

STATEMENT_HOLDS = timedelta(minutes=10)
GOODS_HOLD = timedelta(minutes=30)
FETCHED_WITHIN_H = 6  # Twilio keeps a message in its queue for four hours


def serializer(vault: Vault, purpose: str) -> URLSafeSerializer:
    return URLSafeSerializer(vault.key(f"link:{purpose}"), salt=purpose)


def opened(vault: Vault, purpose: str, token: str) -> Any:
    """What a token carries; None for one we did not make."""
    try:
        return serializer(vault, purpose).loads(token)
    except BadData:
        return None


def fetchable(vault: Vault, purpose: str, value: str, now: datetime) -> str:
    """A token under which a channel may fetch something for some hours; the same within the hour."""
    until = (int(now.timestamp()) // 3600 + FETCHED_WITHIN_H) * 3600
    token = serializer(vault, purpose).dumps([value, until])
    return token if isinstance(token, str) else token.decode()


def fetched(vault: Vault, purpose: str, token: str, now: datetime) -> str | None:
    """What such a token opens, while it holds."""
    found = opened(vault, purpose, token)
    if not isinstance(found, list) or len(found) != 2:
        return None  # made by an earlier version, which gave them no end
    return str(found[0]) if now.timestamp() <= found[1] else None


def qr_link(vault: Vault, public_url: str, text: str, now: datetime) -> str:
    """Where a channel fetches the QR picture of a text."""
    return f"{public_url}/qr/{fetchable(vault, 'qr', text, now)}.png"


def picture_link(vault: Vault, public_url: str, recipe: str, now: datetime) -> str:
    """Where a channel fetches a picture that is drawn from a recipe."""
    return f"{public_url}/picture/{fetchable(vault, 'picture', recipe, now)}.jpg"


def sent_link(vault: Vault, public_url: str, media_token: str, now: datetime) -> str:
    """Where a channel fetches a picture that has no page of its own: a proof, something sent in a talk."""
    return f"{public_url}/sent/{fetchable(vault, 'sent', media_token, now)}.jpg"


LISTS_HOLD = timedelta(minutes=30)


def lists_link(vault: Vault, public_url: str, batch_id: int, language: str, ending: str, now: datetime) -> str:
    """Where the lists of a batch can be fetched for half an hour, as pdf or csv."""
    until = int((now + LISTS_HOLD).timestamp())
    token = serializer(vault, "lists").dumps([batch_id, language, until])
    return f"{public_url}/lists/{token if isinstance(token, str) else token.decode()}.{ending}"


def lists_of(vault: Vault, token: str, now: datetime) -> tuple[int, str] | None:
    """Which batch a token opens, and in which language, while it holds."""
    found = opened(vault, "lists", token)
    return (int(found[0]), str(found[1])) if found and now.timestamp() <= found[2] else None


def paper_link(vault: Vault, public_url: str, order_id: int, language: str, now: datetime) -> str:
    """Where the invoice and the receipts of an order can be fetched for half an hour."""
    until = int((now + LISTS_HOLD).timestamp())
    token = serializer(vault, "paper").dumps([order_id, language, until])
    return f"{public_url}/paper/{token if isinstance(token, str) else token.decode()}.pdf"


def paper_of(vault: Vault, token: str, now: datetime) -> tuple[int, str] | None:
    """Which order a token opens, and in which language, while it holds."""
    found = opened(vault, "paper", token)
    return (int(found[0]), str(found[1])) if found and now.timestamp() <= found[2] else None


def data_link(vault: Vault, public_url: str, person_id: int, now: datetime) -> str:
    """Where a person finds everything that is kept of her, for ten minutes."""
    until = int((now + STATEMENT_HOLDS).timestamp())
    token = serializer(vault, "data").dumps([person_id, until])
    return f"{public_url}/data/{token if isinstance(token, str) else token.decode()}.json"


def data_of(vault: Vault, token: str, now: datetime) -> int | None:
    """Whose data a token opens, while it holds."""
    found = opened(vault, "data", token)
    return int(found[0]) if found and now.timestamp() <= found[1] else None


def statement_link(vault: Vault, public_url: str, person_id: int, now: datetime) -> str:
    until = int((now + STATEMENT_HOLDS).timestamp())
    token = serializer(vault, "statement").dumps([person_id, until])
    return f"{public_url}/statement/{token if isinstance(token, str) else token.decode()}.csv"


def statement_of(vault: Vault, token: str, now: datetime) -> int | None:
    """Whose statement a token opens, while it holds."""
    found = opened(vault, "statement", token)
    return int(found[0]) if found and now.timestamp() <= found[1] else None


def results_link(vault: Vault, public_url: str, person_id: int, now: datetime) -> str:
    """Where a creator finds what her links brought, as a table, for ten minutes."""
    until = int((now + STATEMENT_HOLDS).timestamp())
    token = serializer(vault, "results").dumps([person_id, until])
    return f"{public_url}/results/{token if isinstance(token, str) else token.decode()}.csv"


def results_of(vault: Vault, token: str, now: datetime) -> int | None:
    """Whose results a token opens, while it holds."""
    found = opened(vault, "results", token)
    return int(found[0]) if found and now.timestamp() <= found[1] else None


def goods_link(vault: Vault, public_url: str, shop_id: int, person_id: int, now: datetime) -> str:
    """Where a shop's owner finds her catalogue as a file."""
    until = int((now + GOODS_HOLD).timestamp())
    token = serializer(vault, "goods").dumps([shop_id, person_id, until])
    return f"{public_url}/goods/{token if isinstance(token, str) else token.decode()}"


def goods_of(vault: Vault, token: str, now: datetime) -> tuple[int, int] | None:
    """Whose shop's catalogue a token opens, and to whom, while it holds."""
    found = opened(vault, "goods", token)
    return (int(found[0]), int(found[1])) if found and now.timestamp() <= found[2] else None


def until(now: datetime, holds: timedelta) -> int:
    return int((now + holds).timestamp())


def signed(vault: Vault, purpose: str, *values: Any) -> str:
    """A token that carries these values, the last of them the moment it ends."""
    token = serializer(vault, purpose).dumps(list(values))
    return token if isinstance(token, str) else token.decode()


def held(vault: Vault, purpose: str, token: str, now: datetime) -> list[Any] | None:
    """What such a token carries, while it holds."""
    found = opened(vault, purpose, token)
    return found[:-1] if isinstance(found, list) and found and now.timestamp() <= found[-1] else None


def receipt_link(vault: Vault, public_url: str, receipt_id: int, language: str, now: datetime) -> str:
    """Where the receipt of a payout is for half an hour, as a PDF."""
    return f"{public_url}/receipt/{signed(vault, 'receipt', receipt_id, language, until(now, LISTS_HOLD))}.pdf"


def month_link(
    vault: Vault, public_url: str, scope: str, scope_id: int, month: str, language: str, now: datetime
) -> str:
    """Where a month's statement is for half an hour, as a PDF."""
    token = signed(vault, "month", scope, scope_id, month, language, until(now, LISTS_HOLD))
    return f"{public_url}/month/{token}.pdf"


def year_link(vault: Vault, public_url: str, scope: str, scope_id: int, year: int, now: datetime) -> str:
    """Where a year is for half an hour, as a table."""
    return f"{public_url}/year/{signed(vault, 'year', scope, scope_id, year, until(now, LISTS_HOLD))}.csv"


def batch_link(vault: Vault, public_url: str, shop_id: int, now: datetime) -> str:
    """Where everything a shop may pay now is for half an hour, as a file for her bank."""
    return f"{public_url}/batch/{signed(vault, 'batch', shop_id, until(now, LISTS_HOLD))}.csv"


def keys_link(vault: Vault, public_url: str, shop_id: int, owner_id: int, now: datetime) -> str:
    """Where an owner puts in the keys of her own provider, for half an hour."""
    return f"{public_url}/keys/{signed(vault, 'keys', shop_id, owner_id, until(now, LISTS_HOLD))}"
