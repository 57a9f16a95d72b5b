"""Buttons from outside: old, foreign, forged, bent. None of them does anything it should not."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bots import buttons
from bots.dialogue import Choice, Screen, do
from bots.hub import Simulated
from storefront import outbox
from storefront.models import Order, OutboxMessage, Payment, Shop, UsedButton
from storefront.vault import Vault
from tests.conftest import OPEN_SHOP, tell

SHOPS = (
    OPEN_SHOP
    + """
sari@telegram opens: $link
sari@telegram says: 2, antar griya asri C2/5, Sari, qris
sari@telegram taps: Sudah bayar
thief@telegram says: halo
"""
)
FORGED = [
    "d:money_arrived:1",
    "d:money_arrived:1:AAAAAA~AAAAAAAAAAAA",
    "d:cancel:1:AAAAAA~",
    "s:order:1",
    "s:cancel:1",
    "s:ways:1",
    "s:seller_cancel:1",
    "s:talk_buyer:1",
    "s:show_number:1",
    "s:pay_out:1",
    "s:lists:1",
    "s:check:1",
    "s:order:1:2:3",
    "s:order",
    "s:order:99999999999999999999",
    "s:nothing",
    "s:share:1",
    "s:change_code:1",
    "s:invite_text:1",
    "a:paying_out:payout.1:proof=x",
    "a:adjusting:shop.1:rate=50",
    "a:listing:shop.1:photo=1",
    "a:buying:nonsense.1:order=deliver",
    "a:buying::order=deliver",
    "a:nothing::x=y",
    "a:",
    "x",
    "",
]


@pytest.mark.parametrize("data", FORGED)
def test_a_forged_button_shows_nothing_and_does_nothing(data: str, hub: Simulated) -> None:
    tell(hub, SHOPS)
    thief = hub.phones.telegram.people["thief"]
    before = len(thief.bubbles)

    hub.phones.telegram.updates.append(forged(hub, data))
    hub.settle()

    seen = " ".join(bubble.text for bubble in thief.bubbles[before:])
    assert not any(secret in seen for secret in ("Sari", "144.", "135.", "C2/5", "QRIS")), seen
    assert hub.verdict() == []
    with hub.database.read() as db:
        assert db.scalar(select(Order.state)) == "placed"
        assert db.scalar(select(Shop.rate_bp)) is None
        assert db.scalar(select(func.count()).select_from(UsedButton)) == 1  # Sari's own


def forged(hub: Simulated, data: str) -> dict[str, object]:
    """The thief's own app sends whatever it likes under a message it was really shown."""
    thief = hub.phones.telegram.people["thief"]
    who = {"id": thief.chat_id, "is_bot": False, "first_name": "Thief"}
    shown = next(b for b in reversed(thief.bubbles) if not b.mine)
    chat = {"id": thief.chat_id, "type": "private", "first_name": "Thief"}
    message = {"message_id": int(shown.id), "date": 1_780_000_000, "chat": chat, "text": "x"}
    tap = {"id": "77", "from": who, "message": message, "chat_instance": "1", "data": data}
    return {"update_id": 9_000_000, "callback_query": tap}


def test_somebody_elses_button_is_refused(hub: Simulated) -> None:
    tell(hub, SHOPS)
    [claim] = [b for b in hub.phones.bubbles("rina", "telegram") if "bilang sudah bayar" in b.text]
    stolen = claim.rows[0][0].data
    assert stolen

    hub.phones.telegram.updates.append(forged(hub, stolen))
    hub.settle()

    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(UsedButton)) == 1
        assert db.scalar(select(Payment.state)) == "claimed"


def test_a_signed_button_opens_for_its_person_only() -> None:
    vault = Vault("one secret")
    screen = buttons.signed(Screen("x", choices=(do("Uang masuk", "money_arrived", 12),)), 7, vault)  # type: ignore[arg-type]
    data = screen.choices[0].data

    assert len(data.encode()) <= buttons.LONGEST
    assert buttons.opened(data, 7, vault) == "d:money_arrived:12"
    assert buttons.opened(data, 8, vault) is None
    assert buttons.opened(data, 7, Vault("another secret")) is None
    assert buttons.opened(data[:-1] + ("A" if data[-1] != "A" else "B"), 7, vault) is None
    assert buttons.opened(data.replace("12", "13"), 7, vault) is None


def test_a_button_too_long_for_telegram_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        buttons.sign(Choice("x", "s:" + "y" * 63), 1, Vault("one secret"))


def test_a_number_under_a_message_in_doubt_is_about_that_message(hub: Simulated) -> None:
    """The hub fell between sending the bill and marking it; the buyer has it on her screen and answers with a 1."""
    tell(hub, OPEN_SHOP + "sari@whatsapp opens: $link\nsari@whatsapp says: 2, antar griya asri C2/5, Sari, qris")
    with hub.database.write() as db:
        bill = db.scalars(
            select(OutboxMessage).where(OutboxMessage.channel == "whatsapp").order_by(OutboxMessage.id.desc()).limit(1)
        ).one()
        outbox.change(db, bill.id, state="waiting", in_doubt=True, due_at=hub.now() + timedelta(minutes=1))

    tell(hub, "sari@whatsapp says: 1\nclock: +2m\nsari@whatsapp sees: penjual sedang cek")

    with hub.database.read() as db:
        assert db.scalars(select(Payment.state)).all() == ["claimed"]
