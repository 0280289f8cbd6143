"""Faults strike as they were told: the right call, as often, and before or after the deed."""

import asyncio

import aiohttp
import pytest
from made_up import TOKEN, Clock
from telegram.error import NetworkError, TimedOut
from telegram_clients import Client, PtbClient, Refusal

from bot.sandbox import Person, Sandbox
from bot.sandbox.calls import Call
from bot.sandbox.faults import Faults
from bot.sandbox.flood import FloodLimits

CUTS = [("refuse", 0), ("reset_before", 0), ("reset_after", 1)]


@pytest.mark.parametrize(("kind", "arrived"), CUTS)
async def test_a_cut_line_may_hide_a_sent_message(
    ptb: PtbClient, sandbox: Sandbox, sari: Person, kind: str, arrived: int
) -> None:
    sari.start()
    sandbox.faults.add("sendMessage", kind, count=1)
    with pytest.raises(NetworkError):
        await ptb.bot.send_message(sari.id, "Halo")
    assert len(sari.received) == arrived
    await ptb.bot.send_message(sari.id, "Lagi")
    assert len(sari.received) == arrived + 1


@pytest.mark.parametrize("done", [True, False])
async def test_a_hanging_call_was_done_or_not(ptb: PtbClient, sandbox: Sandbox, sari: Person, done: bool) -> None:
    sari.start()
    sandbox.faults.add("send*", "hang", seconds=0.3, done=done)
    with pytest.raises(TimedOut):
        await ptb.bot.send_message(sari.id, "Halo", read_timeout=0.1)
    assert len(sari.received) == int(done)


async def test_a_fault_keeps_to_its_method_and_chat(client: Client, sandbox: Sandbox, sari: Person) -> None:
    andi = sandbox.add_person("Andi")
    sari.start()
    andi.start()
    sandbox.faults.add("send*", "500", chat_id=andi.id)
    await client.say(sari.id, "Halo")
    await client.updates()
    with pytest.raises(Refusal):
        await client.say(andi.id, "Halo")


async def test_a_fault_strikes_only_so_often(client: Client, sandbox: Sandbox) -> None:
    rule = sandbox.faults.add("getMe", "502", count=2)
    for _ in range(2):
        with pytest.raises(Refusal):
            await client.name()
    await client.name()
    assert (rule.hits, rule.spent) == (2, True)


def test_the_dice_fall_alike_for_the_same_seed() -> None:
    def struck(seed: int) -> list[bool]:
        faults = Faults()
        faults.seed(seed)
        faults.add("*", "500", probability=0.3)
        return [faults.strike(Call("getme")) is not None for _ in range(200)]

    assert struck(7) == struck(7) != struck(8)
    assert 30 < sum(struck(7)) < 90


def test_an_unknown_fault_is_no_fault() -> None:
    with pytest.raises(ValueError, match="no such fault"):
        Faults().add("*", "meteor")


async def test_every_call_is_logged_and_counted(client: Client, sandbox: Sandbox, sari: Person) -> None:
    sari.start()
    await client.say(sari.id, "Halo")
    sandbox.faults.add("sendMessage", "500")
    with pytest.raises(Refusal):
        await client.say(sari.id, "Halo")
    assert [(call.ok, call.chat_id) for call in sandbox.calls.of("sendMessage")] == [
        (True, str(sari.id)),
        (False, str(sari.id)),
    ]
    assert sandbox.calls.counts["sendmessage 500"] == 1
    sandbox.calls.reset()
    assert not sandbox.calls.counts


async def test_latency_is_waited_for(client: Client, sandbox: Sandbox) -> None:
    sandbox.faults.latency_ms = 60_000
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.name(), 0.05)
    sandbox.faults.clear()
    await client.name()


def flood(clock: Clock) -> FloodLimits:
    return FloodLimits(clock, on=True)


def taken(limits: FloodLimits, *chats: int, method: str = "sendmessage") -> list[int]:
    """The ``retry_after`` of each message, 0 where it went out."""
    found = []
    for chat in chats:
        try:
            limits.check(Call(method, {"chat_id": chat}))
            found.append(0)
        except Exception as refusal:
            found.append(int(str(refusal).rpartition(" ")[2]))
    return found


def test_a_chat_takes_a_burst_and_then_one_a_second(clock: Clock) -> None:
    limits = flood(clock)
    assert taken(limits, *[1] * 21) == [0] * 20 + [5]
    clock.move(seconds=5)
    assert taken(limits, *[1] * 6) == [0] * 5 + [5]


def test_asking_while_held_is_refused_without_a_longer_wait(clock: Clock) -> None:
    limits = flood(clock)
    taken(limits, *[1] * 21)
    clock.move(seconds=2)
    assert taken(limits, 1, 2) == [3, 0]


def test_the_bot_takes_thirty_a_second_over_all(clock: Clock) -> None:
    limits = flood(clock)
    assert taken(limits, *range(1, 32)) == [0] * 30 + [3]
    clock.move(seconds=3)
    assert taken(limits, *range(100, 130)) == [0] * 30


def test_a_group_takes_twenty_a_minute(clock: Clock) -> None:
    limits = flood(clock)
    assert taken(limits, *[-100] * 21) == [0] * 20 + [20]


def test_typing_and_answers_are_not_counted(clock: Clock) -> None:
    limits = flood(clock)
    for method in ("sendchataction", "answercallbackquery", "getupdates", "deletemessage"):
        assert not any(taken(limits, *[1] * 50, method=method))


async def test_limits_are_off_unless_asked_for(root: str, sandbox: Sandbox, sari: Person, clock: Clock) -> None:
    sari.start()
    words = {"chat_id": sari.id, "text": "Halo"}

    async def codes() -> list[int]:
        async with aiohttp.ClientSession() as http:
            return [(await http.post(f"{root}/bot{TOKEN}/sendMessage", json=words)).status for _ in range(22)]

    assert await codes() == [200] * 22
    sandbox.flood.on = True
    assert await codes() == [200] * 20 + [429] * 2
