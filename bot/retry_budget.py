"""How often a call is tried: each failure uses up a part of one allowance, so that no cause is retried for ever.

what happened                        uses up   so it is tried at most
───────────────────────────────────  ───────   ─────────────────────────────────────────────────────────
our own code could not make it           700   3 times
cut off by the end of the process        250   8 times
5xx, answer lost, not sent, chat moved   200   10 times, in some ten minutes, while Telegram answers getMe
the same, and Telegram answers nothing     1   2,000 times, about a week at the longest pause
429, and a refused token                   1   2,000 times

What is used up stands in the row, so a restart gives no new allowance. Whether Telegram answers is asked only after
some tries (`ASKED_FROM`): before, a failure counts as one that meets everybody.
"""

from dataclasses import replace

from bot.delivery_result import LOST, Outcome, Verdict
from models.post.outbox import Due, Weight

WHOLE = 2_000
ALONE, EVERYBODY = 200, 1
PARTS = {
    Outcome.CANNOT_BE_MADE: 700,
    Outcome.CUT_OFF: 250,
    Outcome.SLOW_DOWN: EVERYBODY,
    Outcome.BAD_TOKEN: EVERYBODY,
}
"""What one failure uses up, where it does not depend on whether Telegram answers others."""
DEPENDS = frozenset({Outcome.TROUBLE, Outcome.ANSWER_LOST, Outcome.NOT_SENT, Outcome.MOVED})
COUNTED = DEPENDS | PARTS.keys()
ASKED_FROM = 2
"""Tries before it is asked whether Telegram is there at all."""


def used_by(outcome: Outcome, is_there: bool) -> int:
    """What an outcome uses up; `is_there`: does Telegram answer other calls?"""
    if outcome in DEPENDS:
        return ALONE if is_there else EVERYBODY
    return PARTS.get(outcome, 0)


def bounded(call: Due, verdict: Verdict, *, is_there: bool) -> Verdict:
    """The same verdict with what its call has used up; when nothing is left, the call is given up."""
    if verdict.outcome not in COUNTED and call.used_up == verdict.used:
        return verdict
    used = call.used_up + used_by(verdict.outcome, is_there)
    ends_anyway = call.weight == Weight.BULK and verdict.outcome in LOST
    if used < WHOLE or ends_anyway or verdict.outcome not in COUNTED:
        return replace(verdict, used=used)
    return Verdict(Outcome.GIVEN_UP, f"Tried too often. The last time: {verdict.outcome}. {verdict.reason}", used=used)
