"""The people side: who writes to the bot, and how code and the page move their hands."""

from bot.sandbox.people.person import Person

__all__ = ["Person"]
