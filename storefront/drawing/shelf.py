"""Where drawn pictures stand: one that was drawn once is not drawn again, while there is room for it."""

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable

ROOM = 24 * 1024 * 1024  # bytes; some hundred pictures


class Shelf:
    """Pictures by what they show, the longest unseen taken down first."""

    def __init__(self, room: int = ROOM) -> None:
        self.room = room
        self.taken = 0
        self.standing: OrderedDict[bytes, bytes] = OrderedDict()
        self.lock = threading.Lock()

    def picture(self, key: bytes, draw: Callable[[], bytes]) -> bytes:
        """The picture of a key, drawn if it does not stand here yet."""
        with self.lock:
            if key in self.standing:
                self.standing.move_to_end(key)
                return self.standing[key]
        drawn = draw()  # outside of the lock: two who ask at once may both draw, and nobody waits for another's
        self.put(key, drawn)
        return drawn

    def put(self, key: bytes, drawn: bytes) -> None:
        if len(drawn) > self.room:
            return
        with self.lock:
            self.taken += len(drawn) - len(self.standing.pop(key, b""))
            self.standing[key] = drawn
            while self.taken > self.room:
                self.taken -= len(self.standing.popitem(last=False)[1])


def digest(*values: bytes | str | int) -> bytes:
    """One key for a function's name, its version and its values, wherever one ends and the next begins."""
    whole = hashlib.sha256()
    for value in values:
        part = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.digest()


SHELF = Shelf()
