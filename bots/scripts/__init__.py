"""What is asked. Each file is one dialogue (or a few that belong together) and the intents it ends in.

A script may look and ask, nothing else: what should happen is its return value, followed below it.
"""

from bots.scripts import agreeing, buying, joining, listing, managing, noting, small, talking

__all__ = ["agreeing", "buying", "joining", "listing", "managing", "noting", "small", "talking"]
