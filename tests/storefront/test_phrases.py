"""How a moment is said: on the day and at the hour it is where the hub stands."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from storefront.phrases import Voice

LATE = datetime(2026, 6, 17, 16, 59, tzinfo=UTC)
MIDNIGHT = datetime(2026, 6, 17, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "zone", "id_", "en"),
    [
        (LATE, "Asia/Jakarta", "Rabu 17 Juni", "Wednesday 17 June"),
        (MIDNIGHT, "Asia/Jakarta", "Kamis 18 Juni", "Thursday 18 June"),
        (LATE, "Asia/Jayapura", "Kamis 18 Juni", "Thursday 18 June"),
        (MIDNIGHT, "UTC", "Rabu 17 Juni", "Wednesday 17 June"),
        (date(2026, 6, 17), "Asia/Jayapura", "Rabu 17 Juni", "Wednesday 17 June"),
    ],
)
def test_a_moment_has_the_day_it_is_where_the_hub_stands(moment: date, zone: str, id_: str, en: str) -> None:
    assert [Voice(language, ZoneInfo(zone)).day(moment) for language in ("id", "en")] == [id_, en]
