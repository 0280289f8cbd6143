"""Simulates the people who write to the bot, moved by code or on the page."""

from bot.sandbox.people.person import Person

__all__ = ["Person"]
