"""Classifies Telegram's answer to a call, and says what becomes of its outbox row: one row for each outcome.

the answer                         what becomes of the row
─────────────────────────────────  ─────────────────────────────────────────────────────────
200                                sent
429 retry after N                  again at N s; the chat is held, two chats within 1 s hold all
403 blocked, deactivated, …        failed; the account is unreachable until it writes again
400 chat not found, …              failed; likewise
400 group upgraded                 again, to the new chat
400 not modified, gone, too old    sent: what was wanted is so already
400 older than 48 hours            failed; it cannot be deleted any more, and the person is asked to do it
400 anything else                  failed with an alert: our own mistake
413                                failed with an alert
401, 404, and getMe alike          again; the sender stops until the operator mends the token
401, 404, but getMe answers        failed with an alert: our own mistake
409                                again: only a poller meets it
5xx                                again, later each time; may repeat a message
not sent                           again, later each time
answer lost                        personal: again, counted; bulk: uncertain, shown to staff
cut off by the end of the process  the same, but again at once: it was not Telegram's fault
not attempted, one before failed   again, in its order: it was not sent at all
its attachment is gone             failed: the document was erased before it could be sent
its row cannot be decrypted        failed with an alert: its content is lost
we could not make it               again, three times in all; then failed with an alert
its retry budget is used up        failed with an alert: see bot/retry_budget.py

Where a message failed for good, its person is told by an apology (handlers/conversation/chat_guards.py).
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.telegram_client import ApiResponse

GONE = (
    "message is not modified",
    "message to edit not found",
    "message to delete not found",
    "query is too old",
)
TOO_OLD = ("message can't be deleted",)
NOBODY = ("chat not found", "PEER_ID_INVALID", "user not found", "chat_id is empty")


class Outcome(StrEnum):
    """What to do with a row after a call."""

    SENT = "sent"
    ALREADY_SO = "already_so"
    SLOW_DOWN = "slow_down"
    UNREACHABLE = "unreachable"
    MOVED = "moved"
    TOO_LATE = "too_late"
    OUR_MISTAKE = "our_mistake"
    BAD_TOKEN = "bad_token"
    TROUBLE = "trouble"
    NOT_SENT = "not_sent"
    ANSWER_LOST = "answer_lost"
    CUT_OFF = "cut_off"
    NOT_ATTEMPTED = "stayed_behind"
    ATTACHMENT_GONE = "attachment_gone"
    UNREADABLE = "unreadable"
    CANNOT_BE_MADE = "cannot_be_made"
    GIVEN_UP = "given_up"


LOST = frozenset({Outcome.ANSWER_LOST, Outcome.CUT_OFF})
"""It is unknown whether the call arrived."""


MEANINGS = ((Outcome.ALREADY_SO, GONE), (Outcome.TOO_LATE, TOO_OLD), (Outcome.UNREACHABLE, NOBODY))
"""What Telegram means by 400, by words of its description."""
OTHERWISE = Outcome.OUR_MISTAKE


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """An outcome with its facts; `wait` in seconds where Telegram named it, `used` of the call's retry budget."""

    outcome: Outcome
    reason: str = ""
    wait: float = 0
    message_id: int | None = None
    new_chat: int | None = None
    used: int = 0


def classify(answer: ApiResponse) -> DeliveryResult:
    """Return the outcome that a response means."""
    if answer.ok:
        return DeliveryResult(Outcome.SENT, message_id=message_id(answer.result))
    if answer.status == 429:
        return DeliveryResult(Outcome.SLOW_DOWN, answer.description, answer.retry_after(1))
    if type(moved := answer.parameters.get("migrate_to_chat_id")) is int:
        return DeliveryResult(Outcome.MOVED, answer.description, new_chat=moved)
    return DeliveryResult(by_status(answer.status, answer.description), answer.description)


def by_status(status: int, description: str) -> Outcome:
    match status:
        case 403:
            return Outcome.UNREACHABLE
        case 400:
            return next((outcome for outcome, words in MEANINGS if any(one in description for one in words)), OTHERWISE)
        case 413:
            return Outcome.OUR_MISTAKE
        case 401 | 404:
            return Outcome.BAD_TOKEN
        case _:
            return Outcome.TROUBLE


def message_id(result: object) -> int | None:
    found = result.get("message_id") if isinstance(result, dict) else None
    return found if isinstance(found, int) else None
