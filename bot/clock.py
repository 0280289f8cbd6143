"""Reads the clock for the bot and its commands; every rule is given `now` as an argument."""

from datetime import UTC, datetime


def clock() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)
