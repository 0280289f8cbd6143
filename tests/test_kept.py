"""What a chat leaves behind in the database: consents, requests for help, broken promises, withdrawals, blocks."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest_asyncio
from sqlmodel import SQLModel, col, select

import handlers
from models.applications.application import Application, Stage
from models.applications.draft import Draft
from models.applications.overview import find_line, overviews_for
from models.audit import Audit
from models.help_request import HelpRequest
from models.messaging import conversation_state, inbox
from models.messaging.file_download import DownloadState, FileDownload
from models.messaging.inbox import InboxKind
from models.people.account import Account, ReadingMode
from models.people.consent import Answer, Consent
from models.people.link import Link
from models.scheduled import ScheduledEvent, ScheduledState
from tests.chat import Play, playing
from tests.transcript import read


@pytest_asyncio.fixture
async def play(tmp_path: Path) -> AsyncIterator[Play]:
    async with playing(read(""), tmp_path) as one:
        yield one


async def tell(play: Play, text: str) -> list[str]:
    """Play some lines of a chat; returns the first lines of what the bot said."""
    said: list[str] = []
    for beat in read(text).beats:
        said += [heard.lines[0] for heard in await play.perform(beat)]
    return said


async def rows(play: Play, table: type[SQLModel]) -> list[Any]:
    async with play.store.read_only() as session:
        return list(await session.exec(select(table).order_by(col(table.id))))  # type: ignore[attr-defined]


async def test_consent_is_kept_with_text_language_mode_and_version(play: Play) -> None:
    await tell(play, "Sari: /bahasa\nSari: English\nSari: /daftar\nSari: Explain more simply\nSari: Yes, I agree")
    (consent,) = await rows(play, Consent)
    assert (consent.answer, consent.version, consent.language) == (Answer.GIVEN, "1", "en")
    assert consent.mode == ReadingMode.PLAIN
    assert "Before we begin, we ask for your consent." in consent.shown
    assert "Also what we prepare for you." in consent.shown
    assert consent.at == play.now


async def test_a_refusal_is_kept_and_a_later_yes_is_a_new_row(play: Play) -> None:
    await tell(play, "Sari: /daftar\nSari: Tidak setuju\nSari: /daftar\nSari: Ya, saya setuju")
    assert [one.answer for one in await rows(play, Consent)] == [Answer.REFUSED, Answer.GIVEN]


async def test_a_new_version_of_the_text_is_kept_with_its_number(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\n(teks persetujuan berubah)\nSari: /daftar\nSari: 1")
    assert [one.version for one in await rows(play, Consent)] == ["1", "2"]


async def test_a_refusal_of_a_new_text_leaves_no_answers_behind(play: Play) -> None:
    """The bot says that it stores nothing then: what was answered under the old text must be gone."""
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\nSari: /daftar\nSari: 1\nSari: Sari Dewi")
    await tell(play, "(teks persetujuan berubah)\nSari: /daftar\nSari: Tidak setuju")
    assert await rows(play, Draft) == []
    assert await tell(play, "(40 days later)") == []


async def test_help_is_kept_encrypted_with_its_file_and_the_wish_for_no_calls(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, 4)\nSari: Bantuan\nSari: 5\nSari: Tolong saya\nSari: (suara)")
    request, voice = await rows(play, HelpRequest)
    assert (request.kind, request.words, request.no_calls) == ("other", "Tolong saya", True)
    assert voice.kind == "voice"
    (download,) = await rows(play, FileDownload)
    assert (download.id, download.state, download.subject) == (voice.download_id, DownloadState.WITH_TELEGRAM, voice.id)
    content = (play.folder / "sapa.db").read_bytes() + (play.folder / "sapa.db-wal").read_bytes()
    assert b"Tolong saya" not in content


async def test_confusion_is_kept_with_the_question_that_was_open(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\nSari: /daftar\nSari: saya bingung")
    (request,) = await rows(play, HelpRequest)
    assert (request.kind, request.words) == ("confused", "register:FOR_WHOM")


async def test_an_album_is_one_request_for_each_picture_and_one_answer(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\nSari: Bantuan")
    said = await tell(play, "Sari: (album card-sharp.jpg card-dark.jpg)")
    assert len(await rows(play, HelpRequest)) == 2
    assert said == ["Pesan Ibu kami simpan."]


async def test_a_broken_promise_is_counted_every_time_and_written_down(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\n(Sari sudah mendaftarkan Sari, self, lahir 1995-08-17: uep)")
    said = await tell(play, "(until 2026-12-15 09:00)")
    assert len(said) == 2
    (application,) = await rows(play, Application)
    assert application.promises_broken == 2
    assert application.promised_at > play.now
    acts = [row.act for row in await rows(play, Audit)]
    assert acts.count("promise_broken") == 2


async def test_news_before_the_day_keeps_the_promise(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\n(Sari sudah mendaftarkan Sari, self, lahir 1995-08-17: uep)")
    async with play.store.transaction() as session:
        application = (await session.exec(select(Application))).one()
        application.promised_at = datetime(2027, 1, 15, tzinfo=UTC)
        session.add(application)
    assert await tell(play, "(until 2026-12-15 09:00)") == []


async def test_a_withdrawal_is_written_down_and_no_more_news_is_promised(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\n(Sari sudah mendaftarkan Sari, self, lahir 1995-08-17: uep)")
    await tell(play, "Sari: /status\nSari: 2\nSari: ya, batalkan")
    (application,) = await rows(play, Application)
    assert application.stage is Stage.WITHDRAWN
    assert [row.act for row in await rows(play, Audit)][-1] == "withdraw"
    assert {due.state for due in await rows(play, ScheduledEvent) if due.kind == "promise"} == {
        ScheduledState.CALLED_OFF
    }
    assert await tell(play, "(3 months later)".replace("3 months", "90 days")) == []


async def test_a_block_is_known_until_the_person_writes_again(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\nSari: (blokir)")
    assert (await rows(play, Account))[0].unreachable == "blocked"
    await tell(play, "Sari: (buka_blokir)")
    assert (await rows(play, Account))[0].unreachable is None


async def test_an_account_that_a_message_could_not_reach_is_marked(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)")
    letter = {
        "update_id": None,
        "chat_id": play.telegram.phone("Sari").chat_id,
        "kind": InboxKind.UNDELIVERED,
        "body": {"reason": "403 Forbidden: user is deactivated"},
        "came_at": play.now,
    }
    async with play.store.transaction() as session:
        await inbox.store_items(session, [letter])
    await play.settle()
    assert (await rows(play, Account))[0].unreachable == "403 Forbidden: user is deactivated"
    await tell(play, "Sari: halo")
    assert (await rows(play, Account))[0].unreachable is None


async def test_a_person_is_told_in_their_language_of_a_message_that_could_not_be_sent_and_the_conversation_goes_on(
    play: Play,
) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)\nSari: /daftar")
    play.telegram.heard = []
    chat_id = play.telegram.phone("Sari").chat_id
    letter = {"update_id": None, "chat_id": chat_id, "kind": InboxKind.UNSENT, "body": {}, "came_at": play.now}
    async with play.store.transaction() as session:
        await inbox.store_items(session, [letter])
    await play.settle()
    assert [heard.lines[0] for heard in play.telegram.heard] == ["Maaf, ada satu pesan yang tidak bisa kami kirim."]
    async with play.store.read_only() as session:
        assert set((await conversation_state.load(session, [chat_id]))[chat_id]["talks"]) != set()


async def test_what_can_no_longer_be_deleted_is_said_once_a_day(play: Play) -> None:
    await tell(play, "(Sari sudah mulai: Ibu, Biasa)")
    chat_id = play.telegram.phone("Sari").chat_id
    letter = {"update_id": None, "chat_id": chat_id, "kind": InboxKind.STILL_THERE, "body": {}, "came_at": play.now}
    async with play.store.transaction() as session:
        await inbox.store_items(session, [letter, letter])
    play.telegram.heard = []
    await play.settle()
    first_lines = [heard.lines[0] for heard in play.telegram.heard]
    assert first_lines == ["Satu pesan berisi data Ibu masih ada di obrolan ini."]


async def test_a_group_leaves_no_account(play: Play) -> None:
    await tell(play, "Sari in Grup Desa: /start")
    assert await rows(play, Account) == []


async def test_a_caregiver_sees_only_what_they_typed(play: Play) -> None:
    """Rina's child is registered by Andi too: Rina's link shows her own file, until the person's own yes."""
    await tell(play, "(Rina sudah mulai: Kak, Biasa)\n(Andi sudah mulai: Bapak, Biasa)")
    await tell(play, "(Rina sudah mendaftarkan Dewi, child, lahir 2008-02-01: uep)")
    await tell(play, "(Andi sudah mendaftarkan Andi, self, lahir 1970-02-01: uep)")
    async with play.store.transaction() as session:
        mine, theirs = (await session.exec(select(Application).order_by(col(Application.id)))).all()
        theirs.person_id = mine.person_id
        session.add(theirs)
    async with play.store.read_only() as session:
        rina = (await session.exec(select(Account).where(Account.id == 1))).one()
        seen = await overviews_for(session, rina, play.now)
        assert [line.application.id for standing in seen for line in standing.lines] == [mine.id]
        assert find_line(seen, theirs.id or 0) is None
        link = (await session.exec(select(Link).where(Link.account_id == 1))).one()
        assert link.agreed_at is None


def test_the_commands_are_told_in_every_language() -> None:
    calls = handlers.command_menus(handlers.registry())
    assert [body.get("language_code") for _, body in calls] == [None, "id", "en"]
    for method, body in calls:
        assert method == "setMyCommands"
        for command in body["commands"]:
            assert 1 <= len(command["command"]) <= 32
            assert 3 <= len(command["description"]) <= 256
