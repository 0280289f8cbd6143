"""The sender: takes due calls from the outbox, paced, replies before bulk, and writes what became of each.

    ┌─▶ settle what came back, claim what is due ──one commit──▶ call Telegram, many at once ─┐
    └──────────────────────────────────────────────────────────────────────────────────────────┘

One sender serves the bot token (the leader). A claim is committed before its call; a result that could not
be written because the database is away is kept and written later, so nothing is sent twice for that.

Nothing is tried for ever (bot/retry_budget.py). What failed for good is set aside with a line in the log, its person is
told through the chat's own queue, and the next message of the chat goes out.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

import structlog
from sqlmodel.ext.asyncio.session import AsyncSession

from bot import retry_budget
from bot.attachments import Enclosures, NothingEnclosed
from bot.delivery_monitor import Arrivals
from bot.delivery_result import LOST, Outcome, Verdict, judge
from bot.rate_limiter import Pace
from bot.retry import patiently
from bot.shutdown import DRAIN
from bot.telegram_client import AnswerLost, CannotBeMade, NotSent, Wire, failure
from models.post import inbox, outbox
from models.post.inbox import LetterKind
from models.post.outbox import APOLOGY, CallState, Due, Weight
from models.sealed import NotIntact
from models.store import Store, is_trouble

log = structlog.get_logger()

AT_ONCE = 200
LINGER = 0.001
LOOK_AGAIN = 0.5
LOOK_FOR_OTHERS = 0.05
"""Seconds: on PostgreSQL other processes write to the outbox, and nothing wakes this one but a look."""
BACK_OFF = (1, 2, 5, 10, 20, 40, 80, 160, 300)
"""Seconds: doubling, so that a bad minute of Telegram's costs nobody five."""
TOKEN_PAUSE = 60
ARRIVED = frozenset({Outcome.SENT, Outcome.ALREADY_SO})
SET_ASIDE = frozenset({Outcome.OUR_MISTAKE, Outcome.NOTHING_ENCLOSED, Outcome.UNREADABLE, Outcome.GIVEN_UP})
"""Failed for good, and not because its person cannot be reached."""
TO_MEND = SET_ASIDE - {Outcome.NOTHING_ENCLOSED}
"""What somebody has to look at (`sapa dead-letters`): whoever was erased meanwhile is no mistake."""
RAISED = (
    (NotSent, Outcome.NOT_SENT),
    (AnswerLost, Outcome.ANSWER_LOST),
    (CannotBeMade, Outcome.CANNOT_BE_MADE),
    (NothingEnclosed, Outcome.NOTHING_ENCLOSED),
)
"""What an exception means; any other one is a failure of our own code."""
FAILED = SET_ASIDE | {Outcome.UNREACHABLE, Outcome.TOO_LATE}


def told_of(call: Due, outcome: Outcome) -> LetterKind | None:
    """What the chat's own queue is told of a call that failed for good; an apology that fails makes no other one."""
    if outcome is Outcome.UNREACHABLE:
        return LetterKind.UNDELIVERED
    if call.method == "deleteMessage":
        return LetterKind.STILL_THERE if outcome in FAILED else None
    is_message = call.method.startswith(("send", "edit")) and call.method != "sendChatAction"
    return LetterKind.UNSENT if outcome in SET_ASIDE and is_message and call.reference != APOLOGY else None


class Sender:
    """Sends for one bot token. `wake()` says that something new stands in the outbox."""

    def __init__(
        self, store: Store, wire: Wire, pace: Pace, now: Callable[[], datetime], enclosures: Enclosures
    ) -> None:
        self._store, self._wire, self._pace, self._now = store, wire, pace, now
        self._enclosures = enclosures
        self._awake = asyncio.Event()
        self._more_is_due = False
        self._under_way: dict[asyncio.Task[None], list[Due]] = {}
        self.is_ending = False
        self._verdicts: list[tuple[Due, Verdict]] = []
        self.arrivals = Arrivals(now)

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled; what a process that is gone left in the middle is sorted out first."""
        self.is_ending = False
        await patiently(self.recover, "The outbox")
        try:
            while True:
                await patiently(self.cycle, "The outbox")
                await self._rest()
        finally:
            await self._finish()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._until_looking_again()):
                await self._awake.wait()
            await asyncio.sleep(LINGER)  # what comes back together is written together
        except TimeoutError:
            pass
        self._awake.clear()

    def _until_looking_again(self) -> float:
        """Seconds: to the next token while more is due than the pace allows, else to what became due unheard."""
        at_most = LOOK_AGAIN if self._store.is_sqlite else LOOK_FOR_OTHERS
        return min(at_most, 1 / self._pace.rate) if self._more_is_due and self._pace.rate else at_most

    async def recover(self) -> None:
        """Sort out what a process that is gone had under way: nobody knows whether it arrived."""
        await self._write(0)
        async with self._store.writing() as session:
            ours = {(call.id, call.lost_answers) for train in self._under_way.values() for call in train}
            found = await outbox.left_in_the_middle(session)
            lost = [call for call in found if (call.id, call.lost_answers) not in ours]
            cut_off = Verdict(Outcome.CUT_OFF, "The process ended while this was being sent.")
            verdicts = [(call, retry_budget.bounded(call, cut_off, is_there=False)) for call in lost]
            await self._settle(session, verdicts)
        if lost:
            log.warning("Calls were under way when the last sender ended; their answers are lost.", calls=len(lost))

    async def once(self) -> int:
        """Send what is due now and write down what became of it; returns how many were sent."""
        claimed = await self.cycle()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._write(0)
        return claimed

    async def cycle(self) -> int:
        """Settle what came back, claim what is due and set it going; returns how many were claimed."""
        room = min(AT_ONCE - len(self._under_way), self._pace.room(asyncio.get_running_loop().time()))
        due = await self._write(room)
        self._more_is_due = len(due) >= room
        self._pace.took(len(due))
        for _, train in groupby(due, key=lambda call: call.chat_id):
            calls = list(train)
            task = asyncio.create_task(self._send(calls))
            self._under_way[task] = calls
            task.add_done_callback(self._under_way.pop)
        if due and self._more_is_due:
            self.wake()
        return len(due)

    async def _write(self, room: int) -> list[Due]:
        """Settle and claim in one commit; verdicts that could not be written stay for the next time."""
        verdicts = list(self._verdicts)
        if room <= 0 and not verdicts:
            return []
        try:
            return await self._settle_and_claim(verdicts, room)
        except Exception as error:
            if is_trouble(error) or not verdicts:
                raise
        await self._write_apart(verdicts)
        return await self._settle_and_claim([], room)

    async def _settle_and_claim(self, verdicts: list[tuple[Due, Verdict]], room: int) -> list[Due]:
        async with self._store.writing() as session:
            await self._settle(session, verdicts)
            due = await outbox.claim(session, self._now(), room)
        del self._verdicts[: len(verdicts)]
        return due

    async def _write_apart(self, verdicts: list[tuple[Due, Verdict]]) -> None:
        """Settle one by one, where one of them cannot be written: only that one is settled without what it brought."""
        for call, verdict in verdicts:
            try:
                await self._settle_and_claim([(call, verdict)], 0)
            except Exception as error:
                if is_trouble(error):
                    raise
                log.error("An answer of Telegram could not be written down.", call=call.id, error=failure(error))
                await self._settle_plainly(call, verdict, failure(error))
                del self._verdicts[:1]

    async def _settle_plainly(self, call: Due, verdict: Verdict, reason: str) -> None:
        """Nothing of the answer but whether the call arrived; else it is set aside (`sapa dead-letters`)."""
        outcome = Outcome.ALREADY_SO if verdict.outcome in ARRIVED else Outcome.OUR_MISTAKE
        async with self._store.writing() as session:
            await outbox.settle(session, [self._row(call, Verdict(outcome, reason))])

    async def _settle(self, session: AsyncSession, verdicts: list[tuple[Due, Verdict]]) -> None:
        await outbox.settle(session, [self._row(call, verdict) for call, verdict in verdicts])
        for call, verdict in verdicts:
            await self._follow_up(session, call, verdict)

    async def _follow_up(self, session: AsyncSession, call: Due, verdict: Verdict) -> None:
        """What an answer leads to beside its row: another address, a deletion to come, a letter to the chat's lane."""
        if verdict.new_chat is not None:
            await outbox.readdress(session, call, verdict.new_chat)
        elif verdict.outcome is Outcome.SENT and call.lasts and verdict.message_id is not None:
            await outbox.leave_chat(session, call, verdict.message_id, self._now())
        elif (kind := told_of(call, verdict.outcome)) is not None:
            body = {"reason": verdict.reason, "call": call.id}
            letter = {"update_id": None, "lane": call.chat_id, "kind": kind, "body": body}
            await inbox.post(session, [letter | {"came_at": self._now()}])

    async def _send(self, train: list[Due]) -> None:
        """Send what one chat is to hear, one after another; where one does not arrive, the rest stays behind."""
        arrived = True
        for call in train:
            goes = call is train[0] or (arrived and self._may_go_on())
            verdict = await self._try(call) if goes else Verdict(Outcome.STAYED_BEHIND)
            arrived = verdict.outcome in ARRIVED
            self._heed(call, verdict)
            self.arrivals.note(verdict)
            self._verdicts.append((call, verdict))
            self.wake()

    def _may_go_on(self) -> bool:
        return not self.is_ending and not self._pace.is_silent(asyncio.get_running_loop().time())

    def _heed(self, call: Due, verdict: Verdict) -> None:
        """What one answer means for the whole bot, and for the operator."""
        clock = asyncio.get_running_loop().time()
        match verdict.outcome:
            case Outcome.SLOW_DOWN:
                self._pace.refuse(call.chat_id, verdict.wait, clock)
                log.warning("Telegram asks to slow down.", wait=verdict.wait)
            case Outcome.BAD_TOKEN:
                self._pace.stop(TOKEN_PAUSE, clock)
            case Outcome.TOO_LATE:
                log.warning("A message is too old to be deleted; the person is asked to do it.", call=call.id)
            case Outcome.CANNOT_BE_MADE:
                log.error("A message could not be made: our mistake.", call=call.id, reason=verdict.reason)
            case outcome if outcome in SET_ASIDE:
                log.error(
                    "A message was set aside; the chat goes on.", call=call.id, why=str(outcome), reason=verdict.reason
                )

    async def _try(self, call: Due) -> Verdict:
        """Call once; what the answer means for this call, whose failures are counted."""
        verdict = await self._call(call)
        if verdict.outcome is Outcome.BAD_TOKEN and await self._is_there():
            return replace(verdict, outcome=Outcome.OUR_MISTAKE)  # the token is good, so the method or the chat is not
        is_suspect = verdict.outcome in retry_budget.DEPENDS and call.tries >= retry_budget.ASKED_FROM
        return retry_budget.bounded(call, verdict, is_there=is_suspect and await self._is_there())

    async def _is_there(self) -> bool:
        """Does Telegram answer us at all?"""
        try:
            return (await self._wire.call("getMe", {})).ok
        except (NotSent, AnswerLost):
            return False

    async def _call(self, call: Due) -> Verdict:
        """Make what is to be sent, and send it. Never raises: a row that stays `sending` would silence its chat."""
        if isinstance(call.body, NotIntact):
            return Verdict(Outcome.UNREADABLE, str(call.body))
        try:
            body, file = await self._enclosures.of(call.body)
            return judge(await self._wire.call(call.method, body, file=file))
        except Exception as error:
            found = (outcome for kind, outcome in RAISED if isinstance(error, kind))
            outcome = next(found, None)
            return Verdict(outcome, str(error)) if outcome else Verdict(Outcome.CANNOT_BE_MADE, failure(error))

    def _row(self, call: Due, verdict: Verdict) -> dict[str, Any]:
        """What to write for a verdict: the table of bot/delivery_result.py in columns."""
        now = self._now()
        row = {
            "b_id": call.id,
            "b_lost": call.lost_answers,
            "state": CallState.QUEUED,
            "reason": verdict.reason or None,
            "message_id": verdict.message_id,
            "retry_at": None,
            "settled_at": None,
            "lost_answers": call.lost_answers + (verdict.outcome in LOST),
            "tries": call.tries + 1,
            "used_up": verdict.used or call.used_up,
            "fault": str(verdict.outcome) if verdict.outcome in TO_MEND else None,
        }
        match verdict.outcome:
            case Outcome.SENT | Outcome.ALREADY_SO:
                row |= {"state": CallState.SENT, "settled_at": now}
            case outcome if outcome in FAILED:
                row |= {"state": CallState.FAILED, "settled_at": now}
            case Outcome.ANSWER_LOST | Outcome.CUT_OFF if call.weight == Weight.BULK:
                row |= {"state": CallState.UNCERTAIN, "settled_at": now}
            case Outcome.CUT_OFF:
                row |= {"tries": max(0, call.tries - 1)}
            case Outcome.STAYED_BEHIND:
                row |= {"tries": call.tries}
            case Outcome.SLOW_DOWN:
                row |= {
                    "retry_at": now + timedelta(seconds=verdict.wait + random.uniform(0, 1)),
                    "tries": call.tries,
                }
            case Outcome.BAD_TOKEN:
                row |= {"retry_at": now + timedelta(seconds=TOKEN_PAUSE), "tries": call.tries}
            case _:
                row |= {"retry_at": now + timedelta(seconds=BACK_OFF[min(call.tries, len(BACK_OFF) - 1)])}
        return row

    async def _finish(self) -> None:
        """Let what is under way end, and write it down; with the database away, that waits for the next run."""
        self.is_ending = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAIN)
        try:
            await self._write(0)
        except Exception as error:
            if not is_trouble(error):
                raise
