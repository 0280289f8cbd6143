"""Formats dates, times and lists in each language, in the zone of the person, with the zone's name."""

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time
from babel.lists import format_list

from locales import language, ngettext

A_YEAR = 365
ZONES = {"Asia/Jakarta": "WIB", "Asia/Pontianak": "WIB", "Asia/Makassar": "WITA", "Asia/Jayapura": "WIT"}


def day_words(day: date) -> str:
    """ "Selasa, 8 Desember 2026" or "Tuesday, 8 December 2026"."""
    return format_date(day, "EEEE, d MMMM y", locale=language())


def date_words(day: date) -> str:
    """ "8 Desember 2026"."""
    return format_date(day, "d MMMM y", locale=language())


def day_of_year_words(day: date) -> str:
    """ "8 Desember", of every year."""
    return format_date(day, "d MMMM", locale=language())


def month_words(day: date) -> str:
    """ "Desember 2026"."""
    return format_date(day, "MMMM y", locale=language())


def moment_words(moment: datetime, zone: ZoneInfo) -> str:
    """ "Selasa, 8 Desember 2026, pukul 09.00 WITA": read aloud, a bare 09.00 is an amount."""
    local = moment.astimezone(zone)
    clock = format_time(local, "'pukul' HH.mm" if language() == "id" else "HH:mm", locale=language())
    return f"{day_words(local.date())}, {clock} {ZONES.get(zone.key, local.tzname())}"


def list_words(words: Sequence[str]) -> str:
    """ "KTP, KK, dan SKTM"."""
    return format_list(list(words), locale=language()) if words else ""


def either_words(words: Sequence[str]) -> str:
    """ "KTP atau KK"."""
    return format_list(list(words), style="or", locale=language()) if words else ""


def span_words(days: int) -> str:
    """Format a number of years, without decimals where it is whole."""
    years, rest = divmod(days, A_YEAR)
    if years and not rest:
        return ngettext("{count} year", "{count} years", years).format(count=years)
    return ngettext("{count} day", "{count} days", days).format(count=days)
