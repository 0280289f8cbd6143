"""Reads the clock: the one place that does, so that commands need nothing of the bot for it."""

from datetime import UTC, datetime


def clock() -> datetime:
    """The moment it is now, in UTC."""
    return datetime.now(UTC)
