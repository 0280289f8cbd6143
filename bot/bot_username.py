"""Compares the username that Telegram knows the token by with the one that office.yaml tells people to trust."""

from enum import StrEnum

from bot.settings import BadSettings, Settings
from bot.telegram_client import AnswerLost, NotSent, TelegramClient
from bot.telegram_errors import BAD_TOKEN

QUICK = 10.0
"""Seconds that a command waits for Telegram's answer."""


class UsernameCheck(StrEnum):
    """The result of comparing the two usernames."""

    SAME = "same"
    UNKNOWN = "unknown"


def same_username(name: str, told: str) -> bool:
    """Compare usernames without regard to case, as Telegram does."""
    return name.lower() == told.lower()


def mismatch_text(name: str, told: str) -> str:
    """Return the sentence for a token of another bot."""
    return f"The token is @{name}'s, but office.yaml tells people to trust @{told}: mend bot: username."


async def check_username(settings: Settings, told: str) -> UsernameCheck:
    """Ask Telegram for the bot's name. Raises BadSettings if the token is another bot's or unknown."""
    client = TelegramClient(settings.api_root)
    try:
        answer = await client.call("getMe", {}, wait=QUICK)
    except (NotSent, AnswerLost):
        return UsernameCheck.UNKNOWN
    finally:
        await client.close()
    if answer.status in {401, 404}:
        raise BadSettings(BAD_TOKEN)
    if not answer.ok:
        return UsernameCheck.UNKNOWN
    if not same_username(name := answer.result["username"], told):
        raise BadSettings(mismatch_text(name, told))
    return UsernameCheck.SAME
