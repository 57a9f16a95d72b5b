"""A small living hub to meet Getok in: a week of two kitchens, a neighbour who recommends, and a PO open now.

Everything in it really happened, on the phones and by the clock: the week is a story that is played.
"""

import io
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from bots import play
from bots.hub import Simulated
from bots.simulator import cake, sticker

WEEK = """
clock: {start}
rina@telegram sends photo: cake.png | brownies kukus pandan 65rb/loyang, topping keju +10rb. PO tutup {closed} jam 20.00, kirim {sent} pagi, max 20
rina@telegram says: Dapur Rina, griya asri depok. rt 04 gratis, sekompleks 5rb, luar gosend bayar sendiri ya
rina@telegram sends photo: sticker.png
rina@telegram taps: Tayangkan
rina@telegram taps: Boleh, 10%
rina@telegram keeps $invitation: (https?://\\S+/i/\\S+)
dewi@telegram opens: $invitation
dewi@telegram taps: Setuju
dewi@telegram taps: Tidak
dewi@telegram keeps $link: (https?://\\S+/r/\\S+)
bagus@whatsapp sends photo: cake.png | kopi susu botol 18rb/botol, ready 24
bagus@whatsapp says: Kedai Bagus, kampung sawah depok. sekampung 3rb
bagus@whatsapp says: bca 0000000012 an Bagus
bagus@whatsapp taps: Tayangkan
bagus@whatsapp taps: Nanti
sari@whatsapp opens: $link
sari@whatsapp says: 2, 1 keju, antar griya asri C2/5, Sari, qris
sari@whatsapp taps: Sudah bayar
rina@telegram taps: Uang masuk
tono@telegram opens: $link
tono@telegram says: 1 keju, antar griya asri A1/3, Tono, qris
tono@telegram taps: Sudah bayar
rina@telegram taps: Uang masuk
clock: {sent_at}
rina@telegram taps: Semua berangkat
sari@whatsapp taps: Sudah diterima
sari@whatsapp taps: Enak banget
tono@telegram taps: Sudah diterima
clock: {released}
dewi@telegram says: dana 0800-0000-1234 an Dewi
rina@telegram says: bayar komisi
rina@telegram taps: Sudah kirim
rina@telegram says: tunai
dewi@telegram taps: Sudah terima uangnya
clock: {new}
rina@telegram sends photo: cake.png | brownies kukus pandan 65rb/loyang, topping keju +10rb. PO tutup {closes} jam 20.00, kirim {sends} pagi, max 20
rina@telegram taps: Tayangkan
sari@whatsapp says: pesan lagi
"""


def live_a_little(hub: Simulated) -> None:
    """Play the week up to this very moment, then let the clock run."""
    now = hub.now()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cake.png").write_bytes(cake())
        (Path(folder) / "sticker.png").write_bytes(sticker())
        told = io.StringIO()
        player = play.Player(hub, hub.phones, Path(folder), None, told)
        assert player.play(play.parse(week_before(now))), told.getvalue()
    hub.movable.run()
    hub.settle()


def week_before(now: datetime) -> str:
    """The week's story with its days put where they belong, counted back from now."""
    local = now.replace(second=0, microsecond=0)

    def at(days: float) -> str:
        return f"{local + timedelta(days=days):%Y-%m-%d %H:%M}"

    def day(days: float) -> str:
        moment = local + timedelta(days=days)
        return f"{moment.day}/{moment.month}"

    return WEEK.format(
        start=at(-7),
        closed=day(-5),
        sent=day(-3),
        sent_at=at(-3),
        released=at(-1.5),
        new=at(-0.1),
        closes=day(2),
        sends=day(4),
    )
