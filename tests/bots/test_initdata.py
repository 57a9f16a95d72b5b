"""Who opened the page inside Telegram: one published vector, and everything that must not pass for one."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.initdata import Unproven, user_of

# From the published documentation of Telegram's Mini Apps (docs.telegram-mini-apps.com, "Init Data"): a revoked token.
TOKEN = "5768337691:AAH5YkoiEuPk8-FZa32hStHTqXiLPtAEhx8"
PUBLISHED = (
    "query_id=AAHdF6IQAAAAAN0XohDhrOrc&user=%7B%22id%22%3A279058397%2C%22first_name%22%3A%22Vladislav%22%2C%22last_name"
    "%22%3A%22Kibenko%22%2C%22username%22%3A%22vdkfrost%22%2C%22language_code%22%3A%22ru%22%2C%22is_premium%22%3Atrue%7D"
    "&auth_date=1662771648&hash=c501b71e775f74ce10e377dea85a7ea24ecd640b223ea86dfe453e0eaed2e2b2"
)
MADE = datetime.fromtimestamp(1_662_771_648, UTC)
SARI = {"id": 7003, "first_name": "Sari", "language_code": "id"}


def signed(token: str = TOKEN, at: datetime = MADE, user: object = SARI, **more: str) -> str:
    """InitData as Telegram makes it, written out by hand."""
    said = user if isinstance(user, str) else json.dumps(user)
    fields = {"auth_date": str(int(at.timestamp())), "user": said, "signature": "c2ln", **more}
    lines = "\n".join(f"{name}={value}" for name, value in sorted(fields.items()))
    secret = hmac.digest(b"WebAppData", token.encode(), hashlib.sha256)
    return urlencode({**fields, "hash": hmac.digest(secret, lines.encode(), hashlib.sha256).hex()})


def test_the_published_vector_is_believed() -> None:
    assert user_of(PUBLISHED, TOKEN, MADE)["id"] == 279_058_397


def test_a_signature_is_a_field_like_any_other() -> None:
    """Whoever leaves it out of what is signed refuses everybody."""
    assert user_of(signed(), TOKEN, MADE) == SARI
    assert user_of(signed(start_param="DEWI7-1", chat_type="private", receiver=""), TOKEN, MADE) == SARI


GOOD = signed()
HASH = GOOD.rpartition("hash=")[2]
WRONG = {
    "nothing": "",
    "words": "halo",
    "no hash": GOOD.rpartition("&hash=")[0],
    "an empty hash": GOOD.replace(HASH, ""),
    "half a hash": GOOD.replace(HASH, HASH[:32]),
    "a hash in capitals": GOOD.replace(HASH, HASH.upper()),
    "a hash that is no hex": GOOD.replace(HASH, "ş" * 64),
    "one letter of the hash": GOOD.replace(HASH, ("0" if HASH[0] != "0" else "1") + HASH[1:]),
    "another bot's": signed(token="42:" + "x" * 35),
    "somebody else put in": GOOD.replace("7003", "7004"),
    "two users, hers first": GOOD + "&user=%7B%22id%22%3A1%7D",
    "two users, hers last": "user=%7B%22id%22%3A1%7D&" + GOOD,
    "two hashes": f"hash={HASH}&{GOOD}",
    "a field more": GOOD + "&is_admin=1",
    "a field less": GOOD.replace("&signature=c2ln", ""),
    "encoded twice": GOOD.replace("%", "%25"),
    "thirty fields more": GOOD + "".join(f"&f{number}=x" for number in range(31)),
    "no user": signed(user=""),
    "a user that is no JSON": signed(user="{"),
    "a user that is a list": signed(user=[7003]),
    "a user without a number": signed(user={"first_name": "Sari"}),
    "a user with two numbers": signed(user='{"id": 7003, "id": 7004}'),
    "a number that is words": signed(user={"id": "7003"}),
    "a number that is true": signed(user={"id": True}),
    "a number below zero": signed(user={"id": -7003}),
    "a bot": signed(user={"id": 7003, "is_bot": True}),
    "a user deep as a well": signed(user="[" * 4_000),
    "no date": signed(auth_date=""),
    "a date of words": signed(auth_date="today"),
    "a date in the Arabic script": signed(auth_date="١٦٦٢٧٧١٦٤٨"),
    "a date of a hundred digits": signed(auth_date="9" * 100),
}


@pytest.mark.parametrize("what", WRONG)
def test_anything_else_is_nobody(what: str) -> None:
    with pytest.raises(Unproven):
        user_of(WRONG[what], TOKEN, MADE)


@pytest.mark.parametrize(
    ("later", "passes"),
    [
        (timedelta(0), True),
        (timedelta(hours=24), True),
        (timedelta(hours=24, seconds=1), False),
        (timedelta(hours=25), False),
        (timedelta(minutes=-5), True),
        (timedelta(minutes=-10), False),
    ],
)
def test_it_holds_for_a_day_and_no_clock_is_perfect(later: timedelta, passes: bool) -> None:
    try:
        user_of(signed(), TOKEN, MADE + later)
        assert passes
    except Unproven:
        assert not passes


@given(st.text(max_size=300))
def test_no_text_is_believed_or_breaks_anything(text: str) -> None:
    with pytest.raises(Unproven):
        user_of(text, TOKEN, MADE)


@given(st.integers(0, len(GOOD) - 1), st.characters(codec="ascii", categories=("L", "N")))
def test_one_changed_sign_is_enough(place: int, sign: str) -> None:
    changed = GOOD[:place] + sign + GOOD[place + 1 :]
    if parse_qsl(changed) == parse_qsl(GOOD):
        return  # the same words: %3A may be written %3a
    with pytest.raises(Unproven):
        user_of(changed, TOKEN, MADE)
