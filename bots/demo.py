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

WEEK = Path(__file__).with_name("demo.chat")


def live_a_little(hub: Simulated) -> None:
    """Play the week up to this very moment, then let the clock run."""
    now = hub.now()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cake.png").write_bytes(cake())
        (Path(folder) / "sticker.png").write_bytes(sticker())
        told = io.StringIO()
        player = play.Player(hub, hub.phones, Path(folder), None, told)
        assert player.play(play.parse(week_before(now.astimezone(hub.zone)))), told.getvalue()
    hub.movable.run()
    hub.settle()


def week_before(now: datetime) -> str:
    """The week's story with its days put where they belong, counted back from now."""
    local = now.replace(second=0, microsecond=0)  # in the hub's zone, as its people read the clock

    def at(days: float) -> str:
        return f"{local + timedelta(days=days):%Y-%m-%d %H:%M}"

    def day(days: float) -> str:
        moment = local + timedelta(days=days)
        return f"{moment.day}/{moment.month}"

    return WEEK.read_text(encoding="utf-8").format(
        start=at(-7),
        closed=day(-5),
        sent=day(-3),
        sent_at=at(-3),
        released=at(-1.5),
        new=at(-0.1),
        closes=day(2),
        sends=day(4),
    )
