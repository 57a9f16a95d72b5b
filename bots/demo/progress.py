"""One line on a terminal that says how far the demo's history has come; quiet where nobody looks."""

import sys
from datetime import datetime

WIDTH = 32


class Progress:
    def __init__(self, first: datetime, end: datetime, weeks: int) -> None:
        self.first = first
        self.whole = end - first
        self.weeks = weeks
        self.shown = -1
        self.is_watched = sys.stderr.isatty()

    def reach(self, moment: datetime) -> None:
        """Redraw the line when it has grown by a block."""
        done = min(max((moment - self.first) / self.whole, 0.0), 1.0)
        if self.is_watched and (blocks := int(done * WIDTH)) > self.shown:
            self.shown = blocks
            week = min(int(done * self.weeks) + 1, self.weeks)
            bar = "█" * blocks + "░" * (WIDTH - blocks)
            self.write(f"\rThe demo lives its weeks: {bar} {week}/{self.weeks} ")

    def done(self) -> None:
        """Leave the terminal's line as it was."""
        if self.is_watched:
            self.write("\r" + " " * (WIDTH + 40) + "\r")

    def write(self, words: str) -> None:
        sys.stderr.write(words)
        sys.stderr.flush()
