"""Sends due calls from the outbox, rate-limited, replies before bulk, and writes the result of each.

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
from bot.attachments import AttachmentBuilder, AttachmentGone
from bot.delivery_monitor import DeliveryMonitor
from bot.delivery_result import LOST, DeliveryResult, Outcome, classify
from bot.rate_limiter import RateLimiter
from bot.retry import retry_on_db_error
from bot.shutdown import DRAIN
from bot.telegram_client import AnswerLost, CannotBeMade, NotSent, TelegramClient, error_summary
from models.database import Database, is_infrastructure_error
from models.encrypted import NotIntact
from models.messaging import inbox, outbox
from models.messaging.inbox import InboxKind
from models.messaging.outbox import APOLOGY, CallState, ClaimedCall, Priority

log = structlog.get_logger()

AT_ONCE = 200
LINGER = 0.001
CHECK_SECONDS = 0.5
CHECK_SECONDS_SHARED = 0.05
"""Seconds: on PostgreSQL other processes write to the outbox, and nothing wakes this one but a look."""
BACK_OFF = (1, 2, 5, 10, 20, 40, 80, 160, 300)
"""Seconds: doubling, so that a bad minute of Telegram's costs no chat five."""
TOKEN_PAUSE = 60
ARRIVED = frozenset({Outcome.SENT, Outcome.ALREADY_SO})
SET_ASIDE = frozenset({Outcome.OUR_MISTAKE, Outcome.ATTACHMENT_GONE, Outcome.UNREADABLE, Outcome.GIVEN_UP})
"""Failed for good, and not because its person cannot be reached."""
ALERTED = SET_ASIDE - {Outcome.ATTACHMENT_GONE}
"""Outcomes for an operator to look at (`sapa dead-letters`); an erasure in between is no mistake."""
RAISED = (
    (NotSent, Outcome.NOT_SENT),
    (AnswerLost, Outcome.ANSWER_LOST),
    (CannotBeMade, Outcome.CANNOT_BE_MADE),
    (AttachmentGone, Outcome.ATTACHMENT_GONE),
)
"""What an exception means; any other one is a failure of our own code."""
FAILED = SET_ASIDE | {Outcome.UNREACHABLE, Outcome.TOO_LATE}


def inbox_kind_of_failure(call: ClaimedCall, outcome: Outcome) -> InboxKind | None:
    """Return the inbox item for a call that failed for good; a failed apology makes no second one."""
    if outcome is Outcome.UNREACHABLE:
        return InboxKind.UNDELIVERED
    if call.method == "deleteMessage":
        return InboxKind.STILL_THERE if outcome in FAILED else None
    is_message = call.method.startswith(("send", "edit")) and call.method != "sendChatAction"
    return InboxKind.UNSENT if outcome in SET_ASIDE and is_message and call.reference != APOLOGY else None


class Sender:
    """Sends for one bot token. `wake()` says that something new stands in the outbox."""

    def __init__(
        self,
        store: Database,
        client: TelegramClient,
        limiter: RateLimiter,
        now: Callable[[], datetime],
        attachments: AttachmentBuilder,
    ) -> None:
        self._store, self._client, self._limiter, self._now = store, client, limiter, now
        self._attachments = attachments
        self._awake = asyncio.Event()
        self._more_is_due = False
        self._under_way: dict[asyncio.Task[None], list[ClaimedCall]] = {}
        self.is_ending = False
        self._results: list[tuple[ClaimedCall, DeliveryResult]] = []
        self.deliveries = DeliveryMonitor(now)

    def wake(self) -> None:
        self._awake.set()

    async def run(self) -> None:
        """Send until cancelled, after recovering the calls that a killed process had under way."""
        self.is_ending = False
        await retry_on_db_error(self.recover, "The outbox")
        try:
            while True:
                await retry_on_db_error(self.cycle, "The outbox")
                await self._rest()
        finally:
            await self._finish()

    async def _rest(self) -> None:
        try:
            async with asyncio.timeout(self._seconds_to_next_cycle()):
                await self._awake.wait()
            await asyncio.sleep(LINGER)  # what comes back together is written together
        except TimeoutError:
            pass
        self._awake.clear()

    def _seconds_to_next_cycle(self) -> float:
        """Return the seconds to the next token while more is due than the rate allows, else to the next query."""
        longest = CHECK_SECONDS if self._store.is_sqlite else CHECK_SECONDS_SHARED
        return min(longest, 1 / self._limiter.rate) if self._more_is_due and self._limiter.rate else longest

    async def recover(self) -> None:
        """Recover calls that a killed process had under way: it is unknown whether they arrived."""
        await self._write(0)
        async with self._store.transaction() as session:
            ours = {(call.id, call.lost_answers) for chat_batch in self._under_way.values() for call in chat_batch}
            found = await outbox.interrupted_calls(session)
            lost = [call for call in found if (call.id, call.lost_answers) not in ours]
            cut_off = DeliveryResult(Outcome.CUT_OFF, "The process ended while this was being sent.")
            results = [(call, retry_budget.charge(call, cut_off, telegram_answers=False)) for call in lost]
            await self._settle(session, results)
        if lost:
            log.warning("Calls were under way when the last sender ended; their answers are lost.", calls=len(lost))

    async def once(self) -> int:
        """Send what is due now and store the results; returns how many were sent."""
        claimed = await self.cycle()
        if self._under_way:
            await asyncio.wait(self._under_way)
        await self._write(0)
        return claimed

    async def cycle(self) -> int:
        """Settle results, claim due calls and start them; returns how many were claimed."""
        available = min(AT_ONCE - len(self._under_way), self._limiter.available(asyncio.get_running_loop().time()))
        due = await self._write(available)
        self._more_is_due = len(due) >= available
        self._limiter.consume(len(due))
        for _, chat_batch in groupby(due, key=lambda call: call.chat_id):
            calls = list(chat_batch)
            task = asyncio.create_task(self._send(calls))
            self._under_way[task] = calls
            task.add_done_callback(self._under_way.pop)
        if due and self._more_is_due:
            self.wake()
        return len(due)

    async def _write(self, available: int) -> list[ClaimedCall]:
        """Settle and claim in one commit; results that could not be written stay for the next time."""
        results = list(self._results)
        if available <= 0 and not results:
            return []
        try:
            return await self._settle_and_claim(results, available)
        except Exception as error:
            if is_infrastructure_error(error) or not results:
                raise
        await self._settle_separately(results)
        return await self._settle_and_claim([], available)

    async def _settle_and_claim(
        self, results: list[tuple[ClaimedCall, DeliveryResult]], available: int
    ) -> list[ClaimedCall]:
        async with self._store.transaction() as session:
            await self._settle(session, results)
            due = await outbox.claim(session, self._now(), available)
        del self._results[: len(results)]
        return due

    async def _settle_separately(self, results: list[tuple[ClaimedCall, DeliveryResult]]) -> None:
        """Settle one by one after a failure together: the one that fails is settled without its follow-up."""
        for call, result in results:
            try:
                await self._settle_and_claim([(call, result)], 0)
            except Exception as error:
                if is_infrastructure_error(error):
                    raise
                log.error("A result of Telegram could not be stored.", call=call.id, error=error_summary(error))
                await self._settle_plainly(call, result, error_summary(error))
                del self._results[:1]

    async def _settle_plainly(self, call: ClaimedCall, result: DeliveryResult, reason: str) -> None:
        """Store only whether the call arrived; otherwise dead-letter it (`sapa dead-letters`)."""
        outcome = Outcome.ALREADY_SO if result.outcome in ARRIVED else Outcome.OUR_MISTAKE
        async with self._store.transaction() as session:
            await outbox.settle(session, [self._row(call, DeliveryResult(outcome, reason))])

    async def _settle(self, session: AsyncSession, results: list[tuple[ClaimedCall, DeliveryResult]]) -> None:
        await outbox.settle(session, [self._row(call, result) for call, result in results])
        for call, result in results:
            await self._follow_up(session, call, result)

    async def _follow_up(self, session: AsyncSession, call: ClaimedCall, result: DeliveryResult) -> None:
        """Write the follow-up of a result: another chat id, a scheduled deletion, an item in the chat's inbox."""
        if result.new_chat is not None:
            await outbox.change_chat_id(session, call, result.new_chat)
        elif result.outcome is Outcome.SENT and call.delete_after and result.message_id is not None:
            await outbox.schedule_deletion(session, call, result.message_id, self._now())
        elif (kind := inbox_kind_of_failure(call, result.outcome)) is not None:
            body = {"reason": result.reason, "call": call.id}
            item = {"update_id": None, "chat_id": call.chat_id, "kind": kind, "body": body}
            await inbox.store_items(session, [item | {"came_at": self._now()}])

    async def _send(self, chat_batch: list[ClaimedCall]) -> None:
        """Send one chat's batch in order; where one call does not arrive, the rest is not attempted."""
        arrived = True
        for call in chat_batch:
            goes = call is chat_batch[0] or (arrived and self._may_continue())
            result = await self._try(call) if goes else DeliveryResult(Outcome.NOT_ATTEMPTED)
            arrived = result.outcome in ARRIVED
            self._apply(call, result)
            self.deliveries.record(result)
            self._results.append((call, result))
            self.wake()

    def _may_continue(self) -> bool:
        return not self.is_ending and not self._limiter.is_paused(asyncio.get_running_loop().time())

    def _apply(self, call: ClaimedCall, result: DeliveryResult) -> None:
        """Apply a result to the rate limiter, the counters and the log."""
        clock = asyncio.get_running_loop().time()
        match result.outcome:
            case Outcome.SLOW_DOWN:
                self._limiter.on_429(call.chat_id, result.wait, clock)
                log.warning("Telegram asks to slow down.", wait=result.wait)
            case Outcome.BAD_TOKEN:
                self._limiter.pause(TOKEN_PAUSE, clock)
            case Outcome.TOO_LATE:
                log.warning("A message is too old to be deleted; the person is asked to do it.", call=call.id)
            case Outcome.CANNOT_BE_MADE:
                log.error("A message could not be built, a mistake of the program.", call=call.id, reason=result.reason)
            case outcome if outcome in SET_ASIDE:
                log.error(
                    "A message was set aside; the chat goes on.", call=call.id, why=str(outcome), reason=result.reason
                )

    async def _try(self, call: ClaimedCall) -> DeliveryResult:
        """Call once, and return what the response means for this call, whose failures are counted."""
        result = await self._call(call)
        if result.outcome is Outcome.BAD_TOKEN and await self._telegram_answers():
            return replace(result, outcome=Outcome.OUR_MISTAKE)  # the token is good, so the method or the chat is not
        is_suspect = result.outcome in retry_budget.DEPENDS_ON_OUTAGE and call.tries >= retry_budget.PROBE_AFTER_TRIES
        return retry_budget.charge(call, result, telegram_answers=is_suspect and await self._telegram_answers())

    async def _telegram_answers(self) -> bool:
        """Return whether Telegram answers getMe."""
        try:
            return (await self._client.call("getMe", {})).ok
        except (NotSent, AnswerLost):
            return False

    async def _call(self, call: ClaimedCall) -> DeliveryResult:
        """Build the call and send it. Never raises: a row that stays `sending` would block its chat."""
        if isinstance(call.body, NotIntact):
            return DeliveryResult(Outcome.UNREADABLE, str(call.body))
        try:
            body, file = await self._attachments.build(call.body)
            return classify(await self._client.call(call.method, body, file=file))
        except Exception as error:
            found = (outcome for kind, outcome in RAISED if isinstance(error, kind))
            outcome = next(found, None)
            reason = str(error) if outcome else error_summary(error)
            return DeliveryResult(outcome or Outcome.CANNOT_BE_MADE, reason)

    def _row(self, call: ClaimedCall, result: DeliveryResult) -> dict[str, Any]:
        """Return the columns to write for a result, by the table of bot/delivery_result.py."""
        now = self._now()
        row = {
            "b_id": call.id,
            "b_lost": call.lost_answers,
            "state": CallState.QUEUED,
            "reason": result.reason or None,
            "message_id": result.message_id,
            "retry_at": None,
            "settled_at": None,
            "lost_answers": call.lost_answers + (result.outcome in LOST),
            "tries": call.tries + 1,
            "used_up": result.used or call.used_up,
            "fault": str(result.outcome) if result.outcome in ALERTED else None,
        }
        match result.outcome:
            case Outcome.SENT | Outcome.ALREADY_SO:
                row |= {"state": CallState.SENT, "settled_at": now}
            case outcome if outcome in FAILED:
                row |= {"state": CallState.FAILED, "settled_at": now}
            case Outcome.ANSWER_LOST | Outcome.CUT_OFF if call.priority == Priority.BULK:
                row |= {"state": CallState.UNCERTAIN, "settled_at": now}
            case Outcome.CUT_OFF:
                row |= {"tries": max(0, call.tries - 1)}
            case Outcome.NOT_ATTEMPTED:
                row |= {"tries": call.tries}
            case Outcome.SLOW_DOWN:
                row |= {
                    "retry_at": now + timedelta(seconds=result.wait + random.uniform(0, 1)),
                    "tries": call.tries,
                }
            case Outcome.BAD_TOKEN:
                row |= {"retry_at": now + timedelta(seconds=TOKEN_PAUSE), "tries": call.tries}
            case _:
                row |= {"retry_at": now + timedelta(seconds=BACK_OFF[min(call.tries, len(BACK_OFF) - 1)])}
        return row

    async def _finish(self) -> None:
        """Await the calls under way and store their results; without a database, recovery does it at the next run."""
        self.is_ending = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=DRAIN)
        try:
            await self._write(0)
        except Exception as error:
            if not is_infrastructure_error(error):
                raise
