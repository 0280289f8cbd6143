"""Parses and formats times of command options: with a zone, or in the office's zone; never in the future."""

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from bot.settings import BadSettings
from locales.times import ZONES

NAMED = {"WIB": 7, "WITA": 8, "WIT": 9, "UTC": 0, "GMT": 0}
"""The zones of Indonesia by the names that people use, in hours."""
WRITTEN = re.compile(
    r"(?P<day>\d{4}-\d\d-\d\d)[T ](?P<clock>\d\d[:.]\d\d(?:[:.]\d\d)?) ?(?P<zone>Z|[A-Z]{3,4}|[+-]\d\d(?::?\d\d)?)?",
    re.IGNORECASE | re.ASCII,
)
LIKE = "write it like 2026-11-24T08:00, with WIB, WITA, WIT or +08:00 behind it if it is not the office's own clock"


def parse_timestamp(words: str, option: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Parse the value of an option into UTC; `zone`: the office's. Raises BadSettings, for the future too."""
    found = WRITTEN.fullmatch(words.strip())
    if found is None:
        raise BadSettings(f'{option}: "{words}" is no date with a time; {LIKE}.')
    try:
        local = datetime.fromisoformat(f"{found['day']}T{found['clock'].replace('.', ':')}")
        at = local.replace(tzinfo=_zone(found["zone"], zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise BadSettings(f'{option}: "{words}" is no moment that there is; {LIKE}.') from None
    if at > now:
        raise BadSettings(
            f"{option}: {format_timestamp(at, zone)} lies in the future; it is {format_timestamp(now, zone)}."
        )
    return at


def _zone(words: str | None, office: ZoneInfo) -> tzinfo:
    """Return the zone. Raises ValueError for an unknown one."""
    if not words:
        return office
    if words.upper() == "Z":
        return UTC
    if words.upper() in NAMED:
        return timezone(timedelta(hours=NAMED[words.upper()]))
    offset = datetime.strptime(words if len(words) > 3 else f"{words}00", "%z").tzinfo
    if offset is None:
        raise ValueError(words)
    return offset


def format_timestamp(at: datetime, zone: ZoneInfo) -> str:
    """Format a time in a zone, as "2026-11-24 08:00 WITA"."""
    local = at.astimezone(zone)
    return f"{local:%Y-%m-%d %H:%M} {ZONES.get(zone.key, local.tzname())}"
