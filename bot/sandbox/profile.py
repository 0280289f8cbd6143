"""Holds what the bot says of itself: name, descriptions and the menus of commands."""

from typing import Any

from bot.sandbox.store import Json, Store

DEFAULT_SCOPE = "default"


class Profile:
    """The bot's profile. Texts and commands are kept by language, commands by scope too."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.username = "sapa_daya_coba_bot"
        self.texts: dict[str, dict[str, str]] = {"name": {"": "Sapa Daya"}}
        """``name``, ``description`` and ``short_description``, each by language code."""
        self.commands: dict[str, list[Json]] = {}
        """By scope and language, as in ``default/`` or ``chat:7000001/id``."""
        for row in store.each("profile"):
            self.texts, self.commands = row["texts"], row["commands"]

    def names(self) -> Json:
        """First name and username."""
        return {"first_name": self.texts["name"][""], "username": self.username}

    def text(self, what: str, language: str) -> str:
        """Return a text in a language, else the one for all languages, else an empty one."""
        by_language = self.texts.get(what, {})
        return by_language.get(language) or by_language.get("", "")

    def set_text(self, what: str, language: str, text: str) -> None:
        """Keep a text; an empty one clears it."""
        by_language = self.texts.setdefault(what, {})
        by_language[language] = text
        if not text:
            del by_language[language]

    def menu(self, person_id: int, language: str) -> list[Json]:
        """The commands that a person sees in the private chat: the narrowest scope that has some."""
        scopes = (f"chat:{person_id}", "all_private_chats", DEFAULT_SCOPE)
        found = (self.commands.get(f"{scope}/{code}") for scope in scopes for code in (language, ""))
        return next((commands for commands in found if commands), [])

    def keep(self) -> None:
        """Store the profile."""
        self._store.put("profile", "card", {"texts": self.texts, "commands": self.commands})


def scope_name(scope: Any) -> str:
    """A scope as a key: ``default``, ``all_private_chats``, ``chat:7000001`` …"""
    if not isinstance(scope, dict):
        return DEFAULT_SCOPE
    ids = [str(scope[part]) for part in ("chat_id", "user_id") if part in scope]
    return ":".join([str(scope.get("type", DEFAULT_SCOPE)), *ids])
