"""Buttons that do something. Each is signed for one person and carries a nonce, so it works once and only for her.

What a channel carries back comes from the person's own device and may be anything; what is not signed
by us for the person who presses it is not a button.
"""

import re
import secrets
from dataclasses import replace
from datetime import datetime

from sqlalchemy import or_, select

from bots.dialogue import Choice, Screen
from storefront import rows
from storefront.database import Reader, Writer
from storefront.models import UsedButton
from storefront.vault import Vault

LONGEST = 64  # bytes of callback data (Bot API, InlineKeyboardButton)
_SIGNED = re.compile(r"(d:[a-z_]+(?::[A-Za-z0-9_.-]+)*):([A-Za-z0-9_-]{6})~([A-Za-z0-9_-]{12})")


def signed(screen: Screen, person_id: int, vault: Vault) -> Screen:
    """The screen with its deeds signed for the person who will see it."""
    return replace(screen, choices=tuple(sign(choice, person_id, vault) for choice in screen.choices))


def sign(choice: Choice, person_id: int, vault: Vault) -> Choice:
    if not choice.data.startswith("d:"):
        assert len(choice.data.encode()) <= LONGEST, choice.data
        return choice
    nonce = secrets.token_urlsafe(8)[:6]
    body = f"{choice.data}:{nonce}"
    data = f"{body}~{vault.signature('button', f'{person_id}:{body}', 12)}"
    assert len(data.encode()) <= LONGEST, data
    return replace(choice, data=data)


def opened(data: str, person_id: int, vault: Vault) -> str | None:
    """The deed of a button signed for this person; None for anything else."""
    match = _SIGNED.fullmatch(data)
    if not match or not vault.signed_as("button", f"{person_id}:{match[1]}:{match[2]}", match[3]):
        return None
    return match[1]


def use(db: Writer, data: str, person_id: int, now: datetime) -> bool:
    """Spend a button; False when it was pressed before."""
    return rows.add_once(db, UsedButton, button=data, person_id=person_id, at=now)


def done_since(db: Reader, person_id: int, deeds: set[str]) -> dict[str, datetime]:
    """When this person last did each of these deeds, by whichever button."""
    if not deeds:
        return {}
    any_of = or_(*(UsedButton.button.startswith(f"{deed}:", autoescape=True) for deed in deeds))
    pressed = db.execute(select(UsedButton.button, UsedButton.at).where(UsedButton.person_id == person_id, any_of))
    latest: dict[str, datetime] = {}
    for button, at in pressed:
        deed = button.rsplit(":", 1)[0]
        latest[deed] = max(at, latest.get(deed, at))
    return latest
