"""Whose token it is: compares the bot that Telegram knows with the one that office.yaml tells people to trust."""

from enum import StrEnum

from bot.settings import BadSettings, Settings
from bot.telegram_client import AnswerLost, NotSent, Wire
from bot.telegram_errors import BAD_TOKEN

QUICK = 10.0
"""Seconds that a command waits for Telegram."""


class Named(StrEnum):
    """What Telegram says of the name."""

    SAME = "same"
    UNKNOWN = "unknown"


def is_same(name: str, told: str) -> bool:
    """Usernames know no capitals."""
    return name.lower() == told.lower()


def another(name: str, told: str) -> str:
    """The sentence for a token of another bot."""
    return f"The token is @{name}'s, but office.yaml tells people to trust @{told}: mend bot: username."


async def compared(settings: Settings, told: str) -> Named:
    """Ask Telegram for the bot's name. Raises BadSettings where the token is another bot's, or nobody's."""
    wire = Wire(settings.api_root)
    try:
        answer = await wire.call("getMe", {}, wait=QUICK)
    except (NotSent, AnswerLost):
        return Named.UNKNOWN
    finally:
        await wire.close()
    if answer.status in {401, 404}:
        raise BadSettings(BAD_TOKEN)
    if not answer.ok:
        return Named.UNKNOWN
    if not is_same(name := answer.result["username"], told):
        raise BadSettings(another(name, told))
    return Named.SAME
