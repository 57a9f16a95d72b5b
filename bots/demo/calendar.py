"""The demo's calendar: what is going to happen, in the order of its moments, and the clock that goes there.

What is due by itself on the way (a PO closes, a commission is released, a payday) happens at its own time.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from heapq import heappop, heappush
from itertools import count

from bots.hub import Simulated, stops_before
from storefront import timetable

MORNING, NIGHT = 7, 22
LAST_SEEN = timedelta(hours=21, minutes=30)
MINUTE = timedelta(minutes=1)

Deed = Callable[[datetime], None]


class Calendar:
    """``end`` is the demo's now; ``latest`` the last moment at which anybody was awake."""

    def __init__(self, hub: Simulated, end: datetime, weeks: int) -> None:
        self.hub = hub
        self.weeks = weeks
        self.end = end
        local = end.astimezone(hub.zone).replace(second=0, microsecond=0)
        self.today = local.replace(hour=0, minute=0)
        self.latest = self.last_awake(local)
        self.is_live = False
        self.numbers = count()
        self.entries: list[tuple[datetime, int, Deed]] = []

    def last_awake(self, local: datetime) -> datetime:
        """Nobody orders cake at three in the morning: then the last thing happened the evening before."""
        if local.hour >= NIGHT:
            return self.today + LAST_SEEN
        return local if local.hour >= MORNING else self.today - timedelta(days=1) + LAST_SEEN

    def at(self, days: float, hour: int, minute: int = 0) -> datetime:
        """A time of the day so many days from today."""
        return (self.today + timedelta(days=days)).replace(hour=hour, minute=minute)

    def awake(self, moment: datetime) -> datetime:
        """The moment itself by day; what would fall into the night waits for breakfast."""
        if moment.hour >= NIGHT:
            return (moment + timedelta(days=1)).replace(hour=MORNING)
        return moment if moment.hour >= MORNING else moment.replace(hour=MORNING)

    def note(self, moment: datetime, deed: Deed) -> None:
        """Plan a deed; what would come after the demo's now is left to whoever plays with it."""
        if moment <= self.latest:
            heappush(self.entries, (moment, next(self.numbers), deed))

    def soon(self, now: datetime, minutes: int, deed: Deed) -> None:
        """Plan a deed some minutes later, when people are awake."""
        local = now.astimezone(self.hub.zone)
        self.note(self.awake(local + minutes * MINUTE), deed)

    def turn(self, until: datetime, seen: Deed) -> None:
        """Let everything happen that is planned up to a moment; each one is shown to ``seen``."""
        while self.entries and self.entries[0][0] <= until:
            moment, _, deed = heappop(self.entries)
            self.reach(moment)
            deed(moment)
            self.tell()
            seen(moment)
        self.reach(until)
        self.hub.settle()

    def reach(self, moment: datetime) -> None:
        """Move the clock. In the older weeks nothing is delivered: their talk is over."""
        clock = self.hub.movable
        for due in stops_before(self.hub.database, moment):
            clock.set(max(due, clock()))
            timetable.run_due(self.hub.database, clock())
            self.tell()
        clock.set(moment)

    def tell(self) -> None:
        """Deliver what has just been promised. Nobody but the people of the last scenes answers by phone."""
        while self.is_live and self.hub.deliver():
            pass
