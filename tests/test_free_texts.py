"""Every free text that a person can write, filled with hostile strings, through every message and sheet of the bot.

    each encrypted column (models/encrypted.py) ─a text: filled─▶ every command, every button under its answer
                                          └─none: says why

The columns come from the tables and the commands from the handlers, so that a new one of either cannot be forgotten.
What is asked after each step: no handler failed, nothing was refused, nothing waits, and the person got an answer.
"""

import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import col, select
from telegram.ext import CommandHandler

import handlers
from handlers.conversation.persistent import PersistentConversation
from handlers.wording import printed_letters
from handlers.wording.breach_notice import notice, on_paper
from models import breach
from models.applications import departure
from models.applications.application import Application
from models.applications.departure import Departure, Respondent
from models.applications.document import Document
from models.encrypted import Encrypted
from models.help_request import HelpRequest
from models.messaging.outbox import Call, CallState
from models.messaging.printed_letter import LetterDraft, PrintedLetter, store_letter
from models.mydata import data_request
from models.mydata.access_history import DataAccess, record_access
from models.mydata.data_request import DataRequest, RequestSpec, Right
from models.offices.authority import Role
from models.offices.staff import Staff
from models.people.account import Account
from models.people.consent import Consent
from models.people.link import link_between
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome
from models.tables import METADATA
from tests.attacks.town import at_home
from tests.chat import Play, playing
from tests.directing import direct
from tests.hostile_strings import by_category, hostile
from tests.test_authority import ANSWERING, OFFICE, account_of, serves
from tests.transcript import read

NAME, CALLED, LONG = 100, 30, 4096
"""The longest name, the longest calling name, and what one message of Telegram holds."""


class Texts:
    """Hostile strings in an order of chance; where a text may be long, several stand in it."""

    def __init__(self, seed: int) -> None:
        chance = random.Random(seed)
        self._all = [one for one in (*hostile(), *self._of_each_category(chance)) if can_come_in(one)]
        chance.shuffle(self._all)
        self._at = 0

    def _of_each_category(self, chance: random.Random) -> Iterator[str]:
        for signs in by_category().values():
            yield "a" + "".join(chance.sample(signs, min(8, len(signs))))

    def one(self, most: int = NAME) -> str:
        self._at = (self._at + 1) % len(self._all)
        return self._all[self._at][:most]

    def long(self, most: int = LONG) -> str:
        words = ""
        while len(words) < most / 2:
            words += f"{self.one(500)} | "
        return words[:most]


def can_come_in(text: str) -> bool:
    """Telegram speaks JSON in UTF-8: half a character is in none of its messages."""
    return not any(0xD800 <= ord(sign) < 0xE000 for sign in text)


Filled = Callable[[Texts, Any], Any]
TEXTS: dict[str, tuple[type[Any], Filled]] = {
    "person.name": (Person, lambda texts, _row: texts.one()),
    "person.village_text": (Person, lambda texts, _row: texts.long(1000)),
    "person.needs": (Person, lambda texts, _row: {"kinds": ["large_print"], "words": texts.long()}),
    "account.called": (Account, lambda texts, _row: texts.one(CALLED)),
    "account.organisation": (Account, lambda texts, _row: texts.one()),
    "application.answers": (Application, lambda texts, row: {key: texts.long() for key in text_questions(row)}),
    "staff.name": (Staff, lambda texts, _row: texts.one()),
    "help_request.words": (HelpRequest, lambda texts, _row: texts.long()),
    "data_request.wish": (
        DataRequest,
        lambda texts, row: {"was": texts.one(), "becomes": texts.one()} if row.kind is Right.CORRECT else texts.long(),
    ),
    "data_request.answer": (DataRequest, lambda texts, _row: texts.long(300)),
    "departure.words": (Departure, lambda texts, _row: texts.long(1000)),
    "departure.assisted_by": (Departure, lambda texts, _row: texts.one()),
    "consent.shown": (Consent, lambda texts, _row: texts.long()),
    "consent.assisted_by": (Consent, lambda texts, _row: texts.one()),
    "printed_letter.words": (
        PrintedLetter,
        lambda texts, row: row.words | {"title": texts.one(), "lines": [texts.long(), texts.one()]},
    ),
}
"""The columns that hold what a person wrote, and how they are filled."""
ELSEWHERE = {
    "breach.what": "told by `tell_of_breach` below",
    "breach.done": "told by `tell_of_breach` below",
    "audit.note": "the reasons of staff, written by `fill` below: the log is only added to",
    "draft.answers": "what the same person typed before it is filed; tests/attacks/test_markup.py writes it",
    "conversation_state.state": "what the same person typed last; tests/attacks/test_markup.py writes it",
}
NO_TEXTS = {
    "file_download.source": "the number of a file",
    "inbox.body": "an update as it came",
    "outbox.body": "a message, made of the texts above",
    "person.birth_date": "a date",
    "person.phone": "digits",
    "person.nik": "digits",
    "person.nik_findings": "words of our own",
    "person.disabilities": "a choice",
    "document.advice": "words of our own",
}


def text_questions(row: Application) -> list[str]:
    from tests.chat import desk

    return [one.key for one in desk().catalogue[row.programme].questions if one.kind == "text"]


def test_every_sealed_column_is_filled_or_says_why_not() -> None:
    sealed = {
        f"{table.name}.{column.name}"
        for table in METADATA.tables.values()
        for column in table.columns
        if isinstance(column.type, Encrypted)
    }
    assert sealed == {*TEXTS, *ELSEWHERE, *NO_TEXTS}


# The story: each person has something of each kind.


async def settled_town(play: Play) -> None:
    await at_home(play)
    await serves(play, "Danu", Role.MANAGER)
    await serves(play, "Bima", Role.OPERATOR)
    await direct(play, "Rina sudah mendaftarkan Dewi Lestari, family, lahir 1999-02-01: keterampilan")
    await direct(play, "Danu mendaftarkan di loket Karsiyem Wagiman, lahir 1950-03-01: uep, 6472031001")
    await play.act("Rina", "/tanya")
    await play.act("Rina", "Kapan mulai?")
    await play.act("Rina", "/batal")
    rina, danu = await account_of(play, "Rina"), await account_of(play, "Danu")
    async with play.store.transaction() as session:
        people = list(await session.exec(select(Person).order_by(col(Person.id))))
        files = list(await session.exec(select(Application).order_by(col(Application.id))))
        for right in (Right.CORRECT, Right.LOOK):
            wish = {"was": "x", "becomes": "y"} if right is Right.CORRECT else "x"
            await data_request.ask(session, RequestSpec(rina, people[1], right, "name", wish), ANSWERING, now=play.now)
        for person in people:
            looked = DataAccess(play.now, "manager", OFFICE, "x", "data")
            await record_access(session, person.id or 0, looked, by=danu.id or 0)
        for number, file in enumerate(files):
            words = printed_letters.written("x", ["x"], play.now.date(), number=file.number)
            await store_letter(session, LetterDraft(file.person_id, file.office, f"x:{number}", words, play.now))
        away, theirs = play.reference.catalogue["keterampilan"].takes_away({}), files[2]
        link = await link_between(session, rina.id or 0, theirs.person_id)
        assert isinstance(away, LeavingHome) and link is not None
        await departure.ask(
            session, theirs, departure.AskedParty(Respondent.FAMILY, link, rina), away, by=None, now=play.now
        )
        session.add(Document(application_id=files[0].id or 0, person_id=files[0].person_id, kind="ktp",
                             stored_as="x", advice=[], media_type="image/jpeg", size=1, given_at=play.now))  # fmt: skip


async def fill(play: Play, texts: Texts) -> None:
    async with play.store.transaction() as session:
        for place, (table, filled) in TEXTS.items():
            rows = list(await session.exec(select(table)))
            assert rows, f"nothing of {place} would be shown"
            for row in rows:
                setattr(row, place.partition(".")[2], filled(texts, row))
                session.add(row)
        for person in list(await session.exec(select(Person))):
            looked = DataAccess(play.now, "manager", OFFICE, texts.one(200), "data")
            await record_access(session, person.id or 0, looked, by=1)


async def tell_of_breach(play: Play, texts: Texts) -> None:
    """The office's own two sentences, to all; some get it on paper."""
    async with play.store.transaction() as session:
        one = breach.Breach(what=texts.long(), done=texts.long(), known_at=play.now)
        await breach.declare(session, one, play.now)
        await breach.notify_batch(session, one, lambda language: notice(one, play.reference, language), play.now)
        await breach.write_letters_batch(session, one, lambda: on_paper(one, play.reference, play.now), play.now)
    await play.settle()


# The way through all conversations.


def commands(*, of_staff: bool) -> list[str]:
    entries = [handler for rule, handler in handlers.entries(handlers.registry()) if (rule.act is not None) is of_staff]
    talks = [one for one in entries if isinstance(one, PersistentConversation)]
    found = [*entries, *(one for talk in talks for one in talk.entry_points)]
    return sorted({name for one in found if isinstance(one, CommandHandler) for name in one.commands})


MOST_STEPS = 25
"""Of one command."""
FOR_GOOD = {"yes", "ya", "accept", "refuse", "all"}
"""Keys of choices after which something would be gone that a later step shows."""


class FormFlow:
    """A person goes through all that the bot offers them."""

    def __init__(self, play: Play, who: str, seed: int, *, of_staff: bool) -> None:
        self.play, self.who, self.seed, self.of_staff = play, who, seed, of_staff
        self.steps = 0

    async def everything(self, number: str) -> None:
        for command in commands(of_staff=self.of_staff):
            await self.below((f"/{command}",), 2)
        for about in (number, "Karsiyem") if self.of_staff else ():
            await self.below(("/loket", about), 2)

    async def below(self, begin: tuple[str, ...], depth: int) -> None:
        paths, seen = [begin], set[str]()
        for _ in range(MOST_STEPS):
            if not paths:
                return
            path = paths.pop(0)
            offered = await self.along(path)
            new = [data for data in offered if data not in seen and data.rpartition(":")[2] not in FOR_GOOD]
            seen |= set(new)
            paths += [(*path, f"(tekan {data})") for data in new if len(path) < len(begin) + depth]

    async def along(self, path: tuple[str, ...]) -> list[str]:
        phone = self.play.telegram.phone(self.who)
        await self.play.act(self.who, "/batal")
        for step in path:
            before, self.steps = phone.last_id, self.steps + 1
            self.play.telegram.heard = []
            if step.startswith("(tekan") and not any(phone.buttons()):
                return []
            await self.play.act(self.who, step)
            await self.look(path)
        new = [one for number, one in phone.messages.items() if number > before]
        rows = [row for one in new for row in (one.get("reply_markup") or {}).get("inline_keyboard", ())]
        return [key["callback_data"] for row in rows for key in row if "callback_data" in key]

    async def look(self, path: tuple[str, ...]) -> None:
        where = f"{self.who} {' '.join(path)}, seed {self.seed}"
        heads = [heard.head for heard in self.play.telegram.heard]
        assert self.play.bot.processor.dead_lettered == 0, where
        assert heads, where
        assert not [head for head in heads if "fails" in head], where
        assert not await left_over(self.play), where


async def left_over(play: Play) -> list[Any]:
    """Messages that were given up, or that still wait."""
    async with play.store.read_only() as session:
        states = (CallState.FAILED, CallState.SENDING, CallState.QUEUED)
        question = select(Call.method, Call.state, Call.reason).where(col(Call.state).in_(states))
        is_now = col(Call.not_before).is_(None) | (col(Call.not_before) <= play.now)
        return list(await session.exec(question.where(is_now)))


async def story(seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with playing(read(""), Path(folder)) as play:
            play.telegram.reads_papers = False  # it would take most of the time
            await settled_town(play)
            texts = Texts(seed)
            await fill(play, texts)
            await tell_of_breach(play, texts)
            for who in ("Rina", "Danu"):
                walk = FormFlow(play, who, seed, of_staff=who == "Danu")
                await walk.everything(str(play.bound.values["nomor Siti"]))
                assert walk.steps > 25
            files = play.telegram.handed
            assert {Path(file.name).suffix for file in files} >= {".pdf", ".json"}
            assert all(file.content.startswith(b"%PDF") for file in files if file.name.endswith(".pdf"))


def test_hostile_words_in_every_text_keep_no_message_back() -> None:
    """Others in each run; a failure names the seed, and `story(seed)` tells it again."""
    asyncio.run(story(random.randrange(2**32)))


async def test_a_page_that_cannot_be_made_costs_nobody_else_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with playing(read(""), tmp_path) as play:
        await settled_town(play)
        page = printed_letters.page

        def page_of(context: Any, person: Person, *theirs: Any, **how: Any) -> Any:
            if str(person.name).startswith("Siti"):
                raise KeyError("Siti")
            return page(context, person, *theirs, **how)

        monkeypatch.setattr(printed_letters, "page", page_of)
        play.telegram.handed = []
        for step in ("/cetak", "1"):
            await play.act("Danu", step)
        said = "\n".join(line for heard in play.telegram.heard for line in heard.lines)
        assert "Karsiyem" in said
        assert "Siti" not in said
        assert str(play.bound.values["nomor Siti"]) in said
