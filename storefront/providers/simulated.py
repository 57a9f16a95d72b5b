"""A provider that moves nothing, for the simulator: what becomes of a transfer follows from its account's last digit.

0   fails: no such account                 1   arrives and comes back when it is looked at again
2   never says anything                    3   does not answer at first, and had moved it all the same
any other: arrives
"""

import json

from storefront.providers import ABSENT, FAILED, REQUESTED, REVERSED, SUCCEEDED, UNKNOWN, Answer


class Simulated:
    """Remembers what it was asked, in this process."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.looks: dict[str, int] = {}

    def create(self, key: str, body: str) -> Answer:
        known = self.asked.setdefault(key, body)
        if known != body:
            return Answer(FAILED, error="OTHER_BODY")
        digit = last_digit(body)
        if digit == "0":
            return Answer(FAILED, error="INVALID_DESTINATION")
        return Answer(UNKNOWN) if digit in "23" else Answer(REQUESTED, f"sim-{key}")

    def find(self, key: str, reference: str | None) -> Answer:
        if key not in self.asked:
            return Answer(ABSENT)
        digit, looks = last_digit(self.asked[key]), self.looks.get(key, 0)
        self.looks[key] = looks + 1
        if digit == "2":
            return Answer(UNKNOWN)
        if digit == "1" and looks:
            return Answer(REVERSED, f"sim-{key}")
        return Answer(SUCCEEDED, reference or f"sim-{key}")


def last_digit(body: str) -> str:
    return str(json.loads(body)["number"])[-1:]
