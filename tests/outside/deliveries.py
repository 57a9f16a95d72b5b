"""How events reach the hub's webhooks: in order for each chat, or as badly as a test asks for."""

import random
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


@dataclass(eq=False)
class Post:
    """One delivery that waits, flies, or waits to be tried again."""

    key: str
    chat: str
    event: Any
    copy: int = 1
    forged: bool = False
    attempt: int = 0
    due: float = 0.0
    flying: bool = False


@dataclass
class Manner:
    """How badly: copies of each event, any order, a share of forgeries beside the real ones."""

    copies: tuple[int, int] = (1, 1)
    shuffle: bool = False
    wrong_signature: float = 0.0
    threads: int = 4
    dice: random.Random = field(default_factory=lambda: random.Random(0))  # noqa: S311 - dice, not secrets


class Deliveries:
    """Post what waits, by background threads; `send` says in how many seconds to try again, None for never."""

    def __init__(self, send: Callable[[Post], float | None]) -> None:
        self.send = send
        self.manner = Manner()
        self.posts: list[Post] = []
        self.changed = threading.Condition()
        self.held = False
        self.workers = 0

    def behave(self, manner: Manner) -> None:
        with self.changed:
            self.manner = manner
            self._staff()
            self.changed.notify_all()  # who is one too many goes home

    def put(self, key: str, chat: str, event: Any, pause: float = 0.0) -> None:
        with self.changed:
            due = time.monotonic() + pause
            for copy in range(1, self.manner.dice.randint(*self.manner.copies) + 1):
                self._insert(Post(key, chat, event, copy, due=due))
            if self.manner.dice.random() < self.manner.wrong_signature:
                self._insert(Post(key, chat, event, forged=True, due=due))
            self._staff()
            self.changed.notify(self.manner.copies[1] + 1)

    def hold(self) -> None:
        with self.changed:
            self.held = True

    def release(self) -> None:
        with self.changed:
            self.held = False
            self.changed.notify_all()

    def clear(self) -> None:
        with self.changed:
            self.posts[:] = [post for post in self.posts if post.flying]

    def waiting(self) -> int:
        with self.changed:
            return len(self.posts)

    def _insert(self, post: Post) -> None:
        end = len(self.posts)
        self.posts.insert(self.manner.dice.randint(0, end) if self.manner.shuffle else end, post)

    def _staff(self) -> None:
        while self.workers < self.manner.threads:
            threading.Thread(target=self._work, daemon=True).start()
            self.workers += 1

    def _work(self) -> None:
        while (post := self._taken()) is not None:
            again = self._sent(post)
            with self.changed:
                post.flying = False
                if again is None:
                    self.posts.remove(post)
                else:
                    post.due = time.monotonic() + again

    def _sent(self, post: Post) -> float | None:
        """Send one; a mistake of our own is told on standard error and costs no postman."""
        try:
            return self.send(post)
        except Exception:
            traceback.print_exc()
            return None

    def _taken(self) -> Post | None:
        """Wait for the next post; None sends a worker home."""
        with self.changed:
            while self.workers <= self.manner.threads:
                post = self._ready()
                if post is not None:
                    post.flying = True
                    post.attempt += 1
                    return post
                self.changed.wait(self._patience())
            self.workers -= 1
            return None

    def _ready(self) -> Post | None:
        """Return the first post that may go; an earlier one to the same chat keeps it back, unless order is off."""
        if self.held:
            return None
        now, busy = time.monotonic(), set[str]()
        for post in self.posts:
            if post.flying or post.due > now or post.chat in busy:
                busy |= set() if self.manner.shuffle else {post.chat}
            else:
                return post
        return None

    def _patience(self) -> float | None:
        """How long until another post may be due; what waits for its turn is taken by whoever ends that turn."""
        now = time.monotonic()
        later = [post.due for post in self.posts if not post.flying and post.due > now]
        return min(later) - now + 0.001 if later and not self.held else None
