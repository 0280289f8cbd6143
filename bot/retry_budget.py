"""Limits how often a call is tried: each failure is charged to the budget of its outbox row.

what happened                        uses up   so it is tried at most
───────────────────────────────────  ───────   ─────────────────────────────────────────────────────────
our own code could not make it           700   3 times
cut off by the end of the process        250   8 times
5xx, answer lost, not sent, chat moved   200   10 times, in some ten minutes, while Telegram answers getMe
the same, and Telegram answers nothing     1   2,000 times, about a week at the longest pause
429, and a refused token                   1   2,000 times

What is used up stands in the row, so a restart gives no new budget. Whether Telegram answers is asked only after
some attempts (`PROBE_AFTER_TRIES`): before, a failure counts as one that meets all calls.
"""

from dataclasses import replace

from bot.delivery_result import LOST, DeliveryResult, Outcome
from models.messaging.outbox import ClaimedCall, Priority

BUDGET = 2_000
COST_OF_ONE_CALL, COST_IN_OUTAGE = 200, 1
COSTS = {
    Outcome.CANNOT_BE_MADE: 700,
    Outcome.CUT_OFF: 250,
    Outcome.SLOW_DOWN: COST_IN_OUTAGE,
    Outcome.BAD_TOKEN: COST_IN_OUTAGE,
}
"""What one failure uses up, where it does not depend on whether Telegram answers others."""
DEPENDS_ON_OUTAGE = frozenset({Outcome.TROUBLE, Outcome.ANSWER_LOST, Outcome.NOT_SENT, Outcome.MOVED})
COUNTED = DEPENDS_ON_OUTAGE | COSTS.keys()
PROBE_AFTER_TRIES = 2
"""Attempts before getMe is called, to see whether Telegram answers at all."""


def cost_of(outcome: Outcome, telegram_answers: bool) -> int:
    """Return what an outcome costs; `telegram_answers`: Telegram answers other calls."""
    if outcome in DEPENDS_ON_OUTAGE:
        return COST_OF_ONE_CALL if telegram_answers else COST_IN_OUTAGE
    return COSTS.get(outcome, 0)


def charge(call: ClaimedCall, result: DeliveryResult, *, telegram_answers: bool) -> DeliveryResult:
    """Return the result with the budget that its call has used; when nothing is left, the call is given up."""
    if result.outcome not in COUNTED and call.used_up == result.used:
        return result
    used = call.used_up + cost_of(result.outcome, telegram_answers)
    ends_anyway = call.priority == Priority.BULK and result.outcome in LOST
    if used < BUDGET or ends_anyway or result.outcome not in COUNTED:
        return replace(result, used=used)
    return DeliveryResult(
        Outcome.GIVEN_UP, f"Tried too often. The last time: {result.outcome}. {result.reason}", used=used
    )
