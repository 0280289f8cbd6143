"""A flood from one account: others are answered in time, nothing of it is lost, and no officer is flooded.

What writes something for others to read has a measure for a day (models/daily_limits.py); each is reached here through
the whole bot, and the refusal says what to do instead.
"""

import tracemalloc
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from sqlmodel import func, select

from models import daily_limits
from models.daily_limits import LIMITS, LimitedAction
from models.help_request import HelpRequest
from models.messaging.inbox import MAX_UNSENT, InboxItem, InboxState
from models.messaging.outbox import Call, Priority
from models.offices.authority import Role
from models.offices.invitation import Invitation
from models.people import permission
from models.people.link import Link, Relation, Scope
from models.people.permission import Permission
from tests.attacks.town import MALING, does, is_well
from tests.chat import Play
from tests.directing import direct
from tests.gestures import Hand
from tests.store.test_submission import an_account
from tests.test_authority import account_of, serves

FLOOD = 2_000
BATCH = 100
FEW = 3


async def writes(town: Play, who: str, *texts: str) -> None:
    """Texts of one person, stored as Telegram brings them in one answer; nothing is served yet."""
    for text in texts:
        Hand(town.telegram, town.telegram.phone(who)).text(text)
    await town.bot.receiver.store(town.telegram.come())


async def pours_in(town: Play, count: int = FLOOD) -> None:
    """A flood as Telegram brings it: a hundred updates in each answer, stored before anything is served."""
    for _ in range(0, count, BATCH):
        await writes(town, MALING, *(("halo", "/start", "/status", "/daftar")[n % 4] for n in range(BATCH)))


async def waiting(town: Play) -> int:
    async with town.store.read_only() as session:
        question = select(func.count()).select_from(InboxItem).where(InboxItem.state == InboxState.NEW)
        return int((await session.exec(question)).one())


async def unsent(town: Play) -> int:
    async with town.store.read_only() as session:
        return int((await session.exec(select(func.count()).select_from(Call).where(Call.state == "queued"))).one())


async def asks_for_status(town: Play, who: str) -> list[str]:
    """Somebody writes; what they have heard after one more round and one more sending."""
    await writes(town, who, "/status")
    town.telegram.heard, town.telegram.speaker = [], who
    await town.bot.processor.process_batch()
    await town.bot.sender.once()
    return [line for heard in town.telegram.heard if heard.head == "Bot" for line in heard.lines]


async def test_a_person_behind_a_flood_is_answered_by_the_next_batch_and_the_next_sending(town: Play) -> None:
    await pours_in(town)
    for _ in range(FEW):
        await town.bot.processor.process_batch()
    assert any("Status siapa" in line for line in await asks_for_status(town, "Rina"))


async def test_a_flood_is_answered_no_faster_than_its_answers_are_sent(town: Play) -> None:
    """While Telegram takes no more for that chat its chat stands still; others do not, and nothing of it is lost."""
    await pours_in(town)
    while await town.bot.processor.process_batch():
        pass
    assert MAX_UNSENT < await unsent(town) < MAX_UNSENT + 10
    before = await waiting(town)
    assert before > FLOOD - 2 * MAX_UNSENT
    assert await asks_for_status(town, "Rina")
    while await town.bot.sender.once():
        pass
    while await town.bot.processor.process_batch():
        pass
    assert FLOOD - 4 * MAX_UNSENT < await waiting(town) < before
    assert is_well(town)


async def test_a_flood_takes_no_room_in_memory_and_is_served_to_its_end(town: Play) -> None:
    await pours_in(town, BATCH)
    await town.settle()
    town.telegram.phone(MALING).chat.entries.clear()
    tracemalloc.start()
    try:
        await pours_in(town)
        for _ in range(FEW * MAX_UNSENT):
            await town.bot.processor.process_batch()
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 20 * 1024 * 1024
    while await waiting(town):
        await town.bot.processor.process_batch()
        await town.bot.sender.once()
    assert is_well(town)


# Measures -------------------------------------------------------------------------------------------------------------


@pytest_asyncio.fixture
async def tight(town: Play, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Play]:
    """The same measures, of a few each."""
    few = {what: measure._replace(most=FEW) for what, measure in LIMITS.items()}
    monkeypatch.setattr(daily_limits, "LIMITS", few)
    yield town


async def count(town: Play, table: type) -> int:
    async with town.store.read_only() as session:
        return int((await session.exec(select(func.count()).select_from(table))).one())


@pytest.mark.parametrize(
    "asks",
    [["/tanya", "1", "Tolong saya"], ["saya bingung"], ["(suara)"], ["/tanya", "1", "(foto card-small.jpg)"]],
)
async def test_staff_are_asked_a_measure_of_things_by_one_account_in_a_day(tight: Play, asks: list[str]) -> None:
    said = ""
    for _ in range(FEW + 2):
        for what in asks:
            said = await does(tight, MALING, what)
    assert await count(tight, HelpRequest) == FEW
    assert "Tulis lagi besok." in said and "Datanglah ke kantor." in said and "Alamat:" in said
    assert "Nomor: TNY" in "".join([await does(tight, "Rina", what) for what in asks])
    await direct(tight, "restart")
    await does(tight, MALING, "saya bingung")
    assert await count(tight, HelpRequest) == FEW + 1
    await direct(tight, "25 hours later")
    await does(tight, MALING, "saya bingung")
    assert await count(tight, HelpRequest) == FEW + 2


async def test_a_form_goes_on_when_staff_have_heard_enough_today(tight: Play) -> None:
    await does(tight, MALING, "/daftar")
    await does(tight, MALING, "saya sendiri")
    for _ in range(FEW + 2):
        said = await does(tight, MALING, "(suara)")
    assert "Siapa nama lengkap Bapak?" in said
    assert "Kapan Bapak lahir?" in await does(tight, MALING, "Joko Contoh")


async def test_registrations_of_one_account_have_a_measure_and_the_draft_stays(tight: Play) -> None:
    form = ["/daftar", "3", "Orang {letter}", "17-8-95", "melayu, tenggarong", "0812345678{n}", "1"]
    form += ["rujukan air bersih", "1", "3", "tidak perlu", "kirim"]
    for n in range(10, 10 + FEW + 1):
        for answer in form:
            said = await does(tight, MALING, answer.replace("{n}", str(n)).replace("{letter}", chr(55 + n)))
            if "0. Kembali" in said and "Nomor siapa" in said:
                said = await does(tight, MALING, "1")
        await does(tight, MALING, "nanti")
    assert await count(tight, Link) == FEW + 2


async def an_own_phone_of_siti(town: Play) -> None:
    siti = await account_of(town, "Siti")
    async with town.store.transaction() as session:
        own = {"relation": Relation.SELF, "scope": Scope.ACT, "made_at": town.now, "agreed_at": town.now}
        session.add(Link(account_id=siti.id or 0, person_id=1, **own))


async def test_nobody_is_asked_for_permission_more_than_a_few_times_a_day(tight: Play) -> None:
    await an_own_phone_of_siti(tight)
    for _ in range(FEW + 2):
        await does(tight, "Rina", "(tekan ask:BEGIN:1)")
        await does(tight, "Rina", "Rina Sari") if "Siapa nama" in (said := await does(tight, "Rina", "1")) else None
        said = await does(tight, "Rina", "1") if "Siapa nama" in said else said
    assert await count(tight, Permission) == FEW
    assert "datang bersama ke kantor" in said


async def test_a_person_whom_many_ask_hears_of_a_few_and_finds_the_others_in_keluarga(tight: Play) -> None:
    """Each asks in the same words, and hears the same; many who ask in vain keep nobody away who asks rightly."""
    await an_own_phone_of_siti(tight)
    number, answers = tight.bound.values["nomor Siti"], set()
    for n in range(FEW + 2):
        who = f"Orang {n}"
        await direct(tight, f"{who} sudah mulai: Kak, Biasa")
        for what in ("(tekan connect:BEGIN:)", f"Orang {'abcdefgh'[n]}", number, "1", "1"):
            said = await does(tight, who, what)
        answers.add(said.replace(who, ""))
        await direct(tight, "5 seconds later")
    assert len(answers) == 1
    siti = await account_of(tight, "Siti")
    async with tight.store.read_only() as session:
        told = select(func.count()).select_from(Call).where(Call.chat_id == siti.telegram_id)
        assert (await session.exec(told.where(Call.priority == Priority.NOTICE))).one() == FEW
    for n in range(FEW + 2):
        assert f"Orang {'abcdefgh'[n]}: ingin" in await does(tight, "Siti", "/keluarga")
        asked = await does(tight, "Siti", "1")
        assert f"Orang {'abcdefgh'[n]} ingin mendampingi" in asked
        await does(tight, "Siti", "2")
    assert "ingin" not in await does(tight, "Siti", "/keluarga")


async def test_what_strangers_ask_keeps_no_helper_from_asking(tight: Play) -> None:
    await an_own_phone_of_siti(tight)
    async with tight.store.transaction() as session:
        for n in range(3 * FEW):
            stranger = await an_account(session, 7_000 + n)
            assert await permission.ask_by_number(
                session,
                stranger,
                tight.bound.values["nomor Siti"],
                relation=Relation.FAMILY,
                scope=Scope.ACT,
                now=tight.now,
            )
    await does(tight, "Rina", "(tekan ask:BEGIN:1)")
    said = await does(tight, "Rina", "1")
    if "Siapa nama" in said:
        await does(tight, "Rina", "Rina Sari")
        said = await does(tight, "Rina", "1")
    assert "besok" not in said


async def test_a_manager_makes_a_measure_of_invitations(tight: Play) -> None:
    await serves(tight, "Danu", Role.MANAGER)
    for _ in range(FEW + 1):
        for what in ("/undang", "operator", "1"):
            said = await does(tight, "Danu", what)
    assert await count(tight, Invitation) == FEW
    assert "Buat undangan berikutnya besok." in said


async def test_papers_have_a_measure_and_nothing_given_is_lost(tight: Play) -> None:
    await does(tight, "Rina", "/lengkapi")
    await does(tight, "Rina", "1")
    for _ in range(3 * FEW):
        await does(tight, "Rina", "(tekan complete:NIK:later)")
        said = await does(tight, "Rina", "(foto card-dark.jpg)")
        if "Hari ini Kakak sudah mengirim banyak file." in said:
            break
        await does(tight, "Rina", "kirim yang baru")
    assert "Hari ini Kakak sudah mengirim banyak file." in said
    assert "Kirim Foto KTP." in said


def test_every_measure_is_of_a_table_that_exists() -> None:
    from models.tables import METADATA

    assert set(LIMITS) == set(LimitedAction)
    for measure in LIMITS.values():
        assert {measure.whose, measure.at} <= set(METADATA.tables[measure.table].c.keys())
