"""A moment as an officer types it: its zone is honoured, else it is the office's clock; the future is refused."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.commands.timestamps import format_timestamp, parse_timestamp
from bot.settings import BadSettings

NOW = datetime(2026, 12, 1, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-11-24T08:00", "2026-11-24 08:00 WITA"),
        ("2026-11-24 08:00:30", "2026-11-24 08:00 WITA"),
        ("2026-11-24 08.00", "2026-11-24 08:00 WITA"),
        ("2026-11-24T08:00:00+08:00", "2026-11-24 08:00 WITA"),
        ("2026-11-24T08:00+0800", "2026-11-24 08:00 WITA"),
        ("2026-11-24T08:00-05", "2026-11-24 21:00 WITA"),
        ("2026-11-24T00:00Z", "2026-11-24 08:00 WITA"),
        ("2026-11-24 00:00 UTC", "2026-11-24 08:00 WITA"),
        ("2026-11-24 08:00 WIB", "2026-11-24 09:00 WITA"),
        ("2026-11-24 08:00 wita", "2026-11-24 08:00 WITA"),
        ("2026-11-24 08:00 WIT", "2026-11-24 07:00 WITA"),
        ("2026-12-01T08:00", "2026-12-01 08:00 WITA"),
    ],
)
def test_the_zone_of_what_is_typed_is_kept(typed: str, read: str) -> None:
    assert format_timestamp(parse_timestamp(typed, "--known", WITA, NOW), WITA) == read


def test_without_a_zone_it_is_the_clock_of_the_office() -> None:
    typed = "2026-11-24T08:00"
    hours = [parse_timestamp(typed, "--known", ZoneInfo(zone), NOW).hour for zone in ("Asia/Jakarta", "Asia/Jayapura")]
    assert hours == [1, 23]
    assert format_timestamp(NOW, ZoneInfo("Asia/Pontianak")) == "2026-12-01 07:00 WIB"


@pytest.mark.parametrize(
    "typed",
    [
        "2099-01-01T00:00", "2026-12-01T08:01", "2026-12-01T00:00:01Z", "2026-11-24", "08:00", "2026-13-24T08:00",
        "2026-11-24T25:00", "2026-11-24T08:00+99:00", "2026-11-24 08:00 MARS", "yesterday", "", " ", "9999-12-31T23:00",
        "2026-11-24T08:00:00+08:00 WITA", "0000-01-01T00:00", "0001-01-01T00:00", "２０２６-11-24T08:00",
    ],
)  # fmt: skip
def test_a_moment_that_cannot_be_is_refused_in_a_sentence(typed: str) -> None:
    with pytest.raises(BadSettings, match=r"^--known: .+\.$"):
        parse_timestamp(typed, "--known", WITA, NOW)
