"""Take a script one turn further. This is the whole engine.

A script is written as if the person answered at once: ``name = await ask(...)``. It is run again from
its first line on every message, over the *named* answers given so far, and stops at the first question
still open. So all there is to remember between two messages is which script, which question, and the
answers by name: restarts, releases in the middle of a talk, changed prices and old buttons come out
right. Scripts have no effects (they look and ask; what should happen is their return value), which is
why running one again is harmless. ``async`` here means nothing but this: no event loop is involved.
"""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import Any

from bots.dialogue import Answer, Look, Question, Unclear

Script = Coroutine[Any, Any, Any]


@dataclass(frozen=True)
class Turn:
    """Where a script stands: an open question (perhaps because an answer was unclear), or its outcome."""

    question: Question[Any] | None = None
    unclear: Unclear | None = None
    outcome: Any = None


def take_turn(begin: Callable[[], Script], answers: Mapping[str, Answer], see: Callable[[Look[Any]], Any]) -> Turn:
    """Run a script over the answers we have, up to the first question still open."""
    script, asked = begin(), set[str]()
    try:
        step = script.send(None)
        while True:
            if isinstance(step, Look):
                step = script.send(see(step))
                continue
            assert step.key not in asked, f"{step.key} is asked twice; give each its own key"
            asked.add(step.key)
            if step.key not in answers:
                return Turn(step)
            try:
                value = step.read(answers[step.key])
            except Unclear as unclear:
                return Turn(step, unclear)
            step = script.send(value)
    except StopIteration as end:
        return Turn(outcome=end.value)
    finally:
        script.close()
