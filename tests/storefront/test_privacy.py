"""What is forgotten: on request from every file, by itself when its time is over, and never out of the books."""

import json
from datetime import timedelta
from pathlib import Path

from sqlalchemy import func, select

from bots.hub import Simulated
from storefront import privacy
from storefront.models import InboxMessage, Media, OutboxMessage, Person, ProofPrint, Recipient, Transfer
from tests.conftest import OPEN_SHOP, tell

HER_LIFE = """
    zubaidah@whatsapp opens: $link
    zubaidah@whatsapp says: 2, antar griya asri C2/5 pagar kenanga, Zubaidah, qris
    zubaidah@whatsapp sends photo: sticker.png
    rina@telegram taps: Uang masuk
    clock: 2026-06-20 08:00
    rina@telegram taps: Dikirim
    zubaidah@whatsapp taps: Ada masalah
    zubaidah@whatsapp taps: Salah kirim
    zubaidah@whatsapp says: kata zubaidah ini keliru
    zubaidah@whatsapp taps: Sudah beres
    zubaidah@whatsapp says: cek 0001
    zubaidah@whatsapp taps: Sudah diterima
    zubaidah@whatsapp taps: Enak 4
    zubaidah@whatsapp taps: Tulis ulasan
    zubaidah@whatsapp says: kenanga sekali rasanya
    zubaidah@whatsapp taps: Boleh dipasang
    zubaidah@whatsapp says: kabari saya
"""


def test_who_is_erased_is_in_no_file_and_the_books_hold(hub: Simulated, tmp_path: Path) -> None:
    tell(hub, OPEN_SHOP + HER_LIFE)
    hub.database.scrub()
    before = bytes_of(hub)
    assert b"enanga" in before, "or the search finds nothing anywhere"
    assert b"6280000000001" in before

    tell(hub, "zubaidah@whatsapp says: hapus data saya\nzubaidah@whatsapp taps: Ya, hapus\nclock: +2h")

    after = bytes_of(hub)
    for trace in (b"ubaidah", b"enanga", b"6280000000001"):
        assert trace not in after
    assert hub.verdict() == []
    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(Transfer))
        assert db.scalar(select(Person.id).where(Person.erased_at.is_not(None)))


def bytes_of(hub: Simulated) -> bytes:
    """Everything the hub has on its disk: the database, its log, the spool."""
    if not hub.database.is_sqlite:  # what PostgreSQL's tables hold; its files are the server's own
        from tests.test_incidents import dump

        with hub.database.read() as db:
            return "\n".join(dump(db)).encode()
    folder = Path(hub.database.writing.url.database or "").parent
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_what_was_kept_long_enough_is_forgotten_on_a_sunday_night(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + HER_LIFE)
    with hub.database.read() as db:
        assert db.scalar(select(func.count()).select_from(ProofPrint))

    tell(hub, "clock: +40d")
    with hub.database.read() as db:
        assert not db.scalar(select(func.count()).select_from(InboxMessage).where(InboxMessage.sender != ""))
        kept = select(func.count()).select_from(Media).where(Media.id.in_(select(ProofPrint.media_id)))
        assert db.scalar(kept.where(Media.content != b"")), "a proof is kept for three months"
        assert db.scalar(select(func.count()).select_from(Recipient))

    tell(hub, "clock: +100d")
    with hub.database.read() as db:
        assert not db.scalar(select(func.count()).select_from(ProofPrint))
        assert db.scalar(select(func.count()).select_from(Recipient))

    tell(hub, "clock: +500d")
    with hub.database.read() as db:
        assert not db.scalar(select(func.count()).select_from(Recipient))
        old = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.address != "")
        assert db.scalar(old.where(OutboxMessage.created_at < hub.now() - timedelta(days=40))) == 0
    assert hub.verdict() == []


def test_one_may_take_everything_along(hub: Simulated) -> None:
    tell(hub, OPEN_SHOP + HER_LIFE)
    with hub.database.read() as db:
        buyer = db.scalars(select(Recipient.person_id)).one()
        found = privacy.export(db, buyer)

    assert json.loads(json.dumps(found)) == found
    assert found["name"] == "Zubaidah"
    assert found["orders"][0]["code"] == "DR-0001"
    assert found["orders"][0]["recipient"][0]["landmark"] or found["orders"][0]["recipient"][0]["address"]
    assert [one["kind"] for one in found["consents"]] == ["testimonial", "promotion"]
    assert found["reviews"][0]["words"] == "kenanga sekali rasanya"
