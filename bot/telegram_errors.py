"""Maps a failed call of Telegram to the trouble it is, its sentence for operators and how long to wait.

Every part that asks repeatedly (for updates, for the bot's name, about the webhook) asks through here, so that each
trouble is named, logged and waited out in the same way.
"""

from collections.abc import Awaitable
from typing import NamedTuple

from bot.telegram_client import NOT_BOT_API, AnswerLost, ApiResponse, NotBotApi, NotSent
from bot.trouble import Kind, troubles


class TelegramFailure(NamedTuple):
    """Why an answer was no success, and the seconds to wait before asking again: at first, and at most."""

    kind: Kind
    says: str
    least: float = 0.5
    most: float = 30.0

    def pause(self, last: float) -> float:
        """Return the seconds to wait now: twice the last wait, within the bounds (exponential back-off)."""
        return max(self.least, min(last * 2, self.most))


BAD_TOKEN = "Telegram does not know this token: check SAPA_BOT_TOKEN, or ask @BotFather."
TELEGRAM_UNREACHABLE = TelegramFailure(Kind.TELEGRAM, "Telegram cannot be reached; asking again.")
NO_BOT_API = TelegramFailure(Kind.NOT_BOT_API, NOT_BOT_API)
TOKEN = TelegramFailure(Kind.TOKEN, BAD_TOKEN, 5, 300)
CONFLICT = TelegramFailure(Kind.CONFLICT, "Another program asks for this bot's updates: only one may.", 5, 60)
WEBHOOK_SET = CONFLICT._replace(says="A webhook is set, so the bot cannot ask for updates: restart the bot.")
REFUSED = TelegramFailure(Kind.UPDATES, "Telegram refused what it was asked; asking again.", 3, 60)
KINDS = (Kind.TELEGRAM, Kind.NOT_BOT_API, Kind.TOKEN, Kind.CONFLICT, Kind.UPDATES)


async def call_or_failure(call: Awaitable[ApiResponse], about: str) -> ApiResponse | TelegramFailure:
    """Return the response of a successful call; else the failure, recorded as a trouble of the caller (`about`)."""
    try:
        answer = await call
    except (NotSent, AnswerLost) as error:
        return record_failure(NO_BOT_API if isinstance(error, NotBotApi) else TELEGRAM_UNREACHABLE, about, str(error))
    if not answer.ok:
        return record_failure(classify_refusal(answer), about, answer.description)
    for kind in KINDS:
        troubles().over(kind, about)
    return answer


def record_failure(failure: TelegramFailure, about: str, reason: str) -> TelegramFailure:
    """Record a failure as the caller's trouble: it has one of these at a time, so the others are over."""
    for kind in KINDS:
        if kind is not failure.kind:
            troubles().over(kind, about)
    troubles().begun(failure.kind, failure.says, about, reason=reason)
    return failure


def classify_refusal(answer: ApiResponse) -> TelegramFailure:
    """Return the failure that a refusal of Telegram means."""
    match answer.status:
        case 401 | 404:
            return TOKEN
        case 409:
            return WEBHOOK_SET if "webhook" in answer.description else CONFLICT
        case _:
            return REFUSED._replace(least=answer.retry_after(REFUSED.least))
