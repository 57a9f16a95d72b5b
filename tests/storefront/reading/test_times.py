"""Days and hours, told on Tuesday 16 June 2026 at nine in Jakarta."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from storefront.reading.times import read_day, read_day_from, read_day_part, read_moment

JAKARTA = ZoneInfo("Asia/Jakarta")
NOW = datetime(2026, 6, 16, 9, tzinfo=JAKARTA)


@pytest.mark.parametrize(
    ("text", "local"),
    [
        ("kamis jam 8 mlm", "2026-06-18 20:00"),
        ("kamis 20.00", "2026-06-18 20:00"),
        ("kamis 20:00", "2026-06-18 20:00"),
        ("besok jam 5 sore", "2026-06-17 17:00"),
        ("hari ini jam 10", "2026-06-16 10:00"),
        ("18 juni jam 20.00", "2026-06-18 20:00"),
        ("18/6 20.00", "2026-06-18 20:00"),
        ("thursday 8 pm", "2026-06-18 20:00"),
        ("friday 12am", "2026-06-19 00:00"),
        ("june 18 at 8 pm", "2026-06-18 20:00"),
        ("jumat jam setengah 8 malam", "2026-06-19 19:30"),
        ("besok jam 12 malam", "2026-06-18 00:00"),
        ("malam minggu jam 7", "2026-06-20 19:00"),
        ("minggu malam jam 7", "2026-06-21 19:00"),
        ("selasa jam 8 pagi", "2026-06-23 08:00"),
        ("selasa jam 10 pagi", "2026-06-16 10:00"),
        ("jumat 19.00 WITA", "2026-06-19 18:00"),
        ("2 januari 08.00", "2027-01-02 08:00"),
        ("besok setengah tiga sore", "2026-06-17 14:30"),
        ("kamis jam delapan malam", "2026-06-18 20:00"),
        ("jumat habis magrib", "2026-06-19 18:15"),
        ("lusa ba'da isya", "2026-06-18 19:30"),
        ("besok jam 3 kurang 15 sore", "2026-06-17 14:45"),
        ("besok jam 3 lewat seperempat sore", "2026-06-17 15:15"),
        ("tgl 17 jam dua belas siang", "2026-06-17 12:00"),
    ],
)
def test_a_moment_is_a_day_and_an_hour(text: str, local: str) -> None:
    moment = read_moment(text, NOW, JAKARTA)
    assert moment == datetime.fromisoformat(local).replace(tzinfo=JAKARTA)
    assert moment.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    [
        "kamis",
        "jam 8 malam",
        "kamis jam 5",
        "kamis jam 25",
        "31/2 10.00",
        "kamis atau jumat 20.00",
        "10 juni 20.00",
        "kamis depan jam 10",
        "kamis jam 8 atau 9 malam",
        "kamis 20.000",
        "",
    ],
)
def test_half_a_moment_is_none(text: str) -> None:
    assert read_moment(text, NOW, JAKARTA) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("selasa", date(2026, 6, 16)),
        ("senin", date(2026, 6, 22)),
        ("sabtu pagi", date(2026, 6, 20)),
        ("monday", date(2026, 6, 22)),
        ("hari ini", date(2026, 6, 16)),
        ("besok", date(2026, 6, 17)),
        ("lusa", date(2026, 6, 18)),
        ("20 juni", date(2026, 6, 20)),
        ("20/6", date(2026, 6, 20)),
        ("20/6/2027", date(2027, 6, 20)),
        ("malam jumat", date(2026, 6, 18)),
        ("jum'at", date(2026, 6, 19)),
        ("tgl 5", date(2026, 7, 5)),
        ("sabtu 20 juni", date(2026, 6, 20)),
        ("sabtu 21 juni", None),
        ("minggu depan", None),
        ("C2/5", None),
        ("1/2/3/4", None),
        ("29/2", None),
        ("senjata", None),
    ],
)
def test_a_day_is_the_next_of_its_name(text: str, day: date | None) -> None:
    assert read_day(text, NOW, JAKARTA) == day


def test_today_is_the_shops_day() -> None:
    late = datetime(2026, 6, 16, 17, 30, tzinfo=UTC)
    assert read_day("hari ini", late, JAKARTA) == date(2026, 6, 17)


def test_a_weekday_may_be_counted_from_another_day() -> None:
    assert read_day_from("rabu", NOW, JAKARTA, date(2026, 6, 18)) == date(2026, 6, 24)
    assert read_day_from("17 juni", NOW, JAKARTA, date(2026, 6, 18)) == date(2026, 6, 17)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("sabtu pagi", "pagi"),
        ("jam 8 mlm", "malam"),
        ("siang", "siang"),
        ("sore ya", "sore"),
        ("pagi atau sore", None),
        ("tomorrow morning", "pagi"),
        ("besok", None),
    ],
)
def test_part_of_the_day(text: str, part: str | None) -> None:
    assert read_day_part(text) == part
