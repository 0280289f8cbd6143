"""Plays a chat against the whole bot: only the network is replaced, the clock is frozen, every message is compared.

The catalogue is that of the tests (tests/own_catalogue.py).

A transcript is a text file (tests/transcripts/*.chat):

    # A remark. The header below may be left out: language of the phones, moment at which the story begins (WITA).
    language: id
    now: 2026-11-23 09:00

    Sari: /start
    Bot: Halo. Ini bot resmi Dinas Sosial.
         Lines that are indented belong to the message above, and so do blank lines between them.

         1. [Bapak]
         2. [Ibu]
    Bot: Another message. An extra or missing one fails.

    Sari: [Ibu]

What people do
    Sari: words                          writes; several lines are indented like those of the bot
    Sari: [Ibu]                          taps the newest button with these words (or a key under the writing line)
    Sari: [Ibu] on "sapa apa"            taps it on the newest message that holds these words, however old
    Sari: [Ibu] (twice)                  taps twice before the bot could answer
    Sari: [Ibu] (again)                  taps the very same button of the same message once more
    Sari: (foto ktp-terang.jpg)          also (dokumen surat.pdf) (album a.jpg b.jpg); files lie under tests/
    Sari: (dokumen surat.pdf 21 MB)      says it is so large; Telegram refuses to give out more than 20 MB
    Sari: (suara) (video) (stiker) (lokasi) (polling)
    Sari: (terusan: words)               forwards another person's words
    Sari: (kontak Rina 081200000000)     a contact card; (nomorku 0812…) shares one's own number
    Sari: (terusan_foto x.jpg) (terusan_dokumen x.pdf) (terusan_kontak Rina 0812…)   forwards them
    Sari: (dadu) (layanan pinned_message)   what Telegram itself writes into a chat, by the name of its field
    Sari: (reaksi) (berpindah)           an edit without new words; a shared position that moves
    Sari: (edit: words)                  changes the last message she wrote
    Sari: (panjang 4096)                 writes so many characters
    Sari: (tekan start:ADDRESS:x)        a press with data of her own making
    Sari: (blokir), (buka_blokir)        blocks the bot, unblocks it
    Sari in Grup Desa: words             writes in a group; "in Kanal Info" in a channel
    Sari in Grup Desa: (menambah_bot)    adds the bot; (mengeluarkan_bot) removes it
    ~ Sari: [Ibu]                        the same, but what the bot answers is neither shown nor compared
English words work too: (photo …) (voice) (forward: …) (own_contact …) (press …) (blocks) …

Stage directions
    (2 days later) (3 hari kemudian) (sehari kemudian) (5 menit kemudian) …   runs what is due, in order of time
    (until 2026-12-04 09:00)             the same, to a moment (WITA)
    (teks persetujuan berubah)           the office raises the version of its text of consent, and restarts
    (restart)                            the process ends and another one begins on the same database
    (Sari sudah mulai: Ibu, Biasa)       has started, and agreed to the text of consent: address, way of reading;
                                         `, English` at the end is the language, `Nama saja Sari` a name
    (Sari sudah mendaftarkan Dewi Lestari, child, lahir 2008-02-01: uep)
                                         files it without a chat; relation: self, child, family, companion. The number
                                         is {nomor Dewi}, the kode cek {kode_cek Dewi} from now on
    (Bima mendaftarkan di loket Karsiyem Wagiman, lahir 1950-03-01: uep, 6472031001)
                                         an officer files it for a person without Telegram, who lives in that village
    (Danu bertugas sebagai manager: dinsos-kaltim, 64)
                                         takes up a post: role, office, region
    (Sari sudah mengirim 100 MB file)    came in from somebody; (disk penuh) (disk kosong): our disk
    (semua izin dicabut)                 every link with other people is revoked
    (petugas memindahkan {nomor Dewi} ke doc_check)   an officer moves the file to that stage

What the bot does
    Bot: …    Bot to Rina: …             to the last speaker, or to another person
    Bot deletes: …   Bot edits: …        and "Bot fails with 400: …" where Telegram would refuse
    1. [Bapak]                           a line of text whose words are also a button; a bare [Label] is only a button
    (keyboard: A | B / C)                keys under the writing line; (contact) marks the one that shares the number
    {nomor}                              any text where it is first seen, the same text ever after, also in what
                                         people write. A recording puts {kode_cek} ({kode_cek_dieja}
                                         where it is spelled), {undangan} and {izin} for what differs at every run.

    python -m tests.chat record FILE…    writes what the bot really answers, for a human to review
"""

import asyncio
import atexit
import difflib
import shutil
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import event

from bot.app import Bot
from bot.settings import Settings
from handlers.conversation.context import ReferenceData
from models.database import Database
from models.migrate import migrate
from models.places import gazetteer
from tests.directing import direct, moment
from tests.gestures import CannotDo, Hand
from tests.own_catalogue import OFFICE, own_catalogue
from tests.phones import TOKEN, Telegram
from tests.stores import compiled_before
from tests.transcript import Beat, Bound, Heard, Transcript, read, with_placeholders

BEGINNING = "2026-11-23 09:00"
SECRET = "a secret that only the tests know, long enough"
MOST_ROUNDS = 500


class Differs(AssertionError):
    """The bot said something else than the transcript."""


@cache
def desk() -> ReferenceData:
    """Make the reference data of the tests' own catalogue and the real places, once."""
    return ReferenceData(own_catalogue(), gazetteer())


def quick(store: Database) -> Database:
    """A store for tests need not survive a power cut."""

    @event.listens_for(store.engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    return store


def at_once(store: Database) -> Database:
    """A store whose statements run where they are awaited, without SQLite's thread.

    In a story one step follows another, so nothing else could run meanwhile. What happens side by side is tested on
    the store as it is (tests/store, tests/pipeline, tests/chaos).
    """

    @event.listens_for(store.engine.sync_engine, "connect")
    def _connect(connection: Any, _record: object) -> None:
        async def execute(function: Callable[..., Any], *arguments: Any, **options: Any) -> Any:
            return function(*arguments, **options)

        connection._connection._execute = execute

    return store


@cache
def template() -> Path:
    """A migrated and unlocked SQLite file, made once; every story begins with a copy of it."""
    folder = tempfile.mkdtemp(prefix="sapa-chat-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "template.db"

    async def make() -> None:
        store = Database.at(f"sqlite:///{path}")
        await migrate(store)
        await store.load_keys(SECRET, datetime(2026, 1, 1, tzinfo=UTC), may_create=True)
        await store.close()

    # A thread of its own, because the caller may already be inside a running loop.
    from threading import Thread

    thread = Thread(target=lambda: asyncio.run(make()))
    thread.start()
    thread.join()
    return path


@asynccontextmanager
async def fresh_store(
    folder: Path, prepared: Callable[[Database], Database] = lambda store: store
) -> AsyncIterator[Database]:
    """An empty, unlocked SQLite store in a folder."""
    path = folder / "sapa.db"
    shutil.copyfile(template(), path)
    store = prepared(quick(Database.at(f"sqlite:///{path}")))
    with compiled_before(store):
        await store.load_keys(SECRET, datetime(2026, 1, 1, tzinfo=UTC))
        try:
            yield store
        finally:
            await store.close()


class Play:
    """A story under way: the bot, the phones, the clock."""

    def __init__(self, store: Database, folder: Path, *, language: str = "id", now: str = BEGINNING) -> None:
        self.store, self.folder, self.language = store, folder, language
        self.now = moment(now)
        self.telegram = Telegram(lambda: self.now, language)
        self.bound = Bound()
        self.reference = desk()

    async def begin(self) -> None:
        """Start the process, or start it again on the same database."""
        settings = Settings(  # type: ignore[call-arg]
            _env_file=None, bot_token=TOKEN, secret_key=SECRET, data_dir=self.folder, office_file=OFFICE, send_rate=0
        )
        self.bot = Bot(settings, self.store, self.telegram, self.reference, lambda: self.now)  # type: ignore[arg-type]
        await self.bot.prepare()

    async def end(self) -> None:
        await self.bot.application.shutdown()

    async def perform(self, beat: Beat) -> list[Heard]:
        """Do what a beat says; returns what the bot did then."""
        self.telegram.heard = []
        if beat.who is None:
            await direct(self, self.bound.fill(beat.what))
        else:
            await self.act(beat.who, self.bound.fill(beat.what))
        heard = self.telegram.heard
        return [] if beat.quiet else heard

    async def act(self, who: str, what: str) -> None:
        name, _, place = who.partition(" in ")
        phone = self.telegram.phone(name)
        group = self.telegram.phone(place, "channel" if place.startswith("Kanal") else "supergroup") if place else None
        self.telegram.speaker = (group or phone).name
        Hand(self.telegram, phone, group).does(what)
        await self.serve()

    async def serve(self) -> None:
        """Bring the bot what has come, and let it answer all of it."""
        await self.bot.receiver.store(self.telegram.come())
        await self.settle()

    async def settle(self) -> None:
        """Until nothing is left to do at this moment: turns, files, messages."""
        fetched = 1
        for number in range(MOST_ROUNDS):
            busy = await self.bot.processor.process_batch()
            if busy or fetched:
                fetched = await self.bot.downloader.download_batch()
            if number and not busy and not fetched:  # what was due was sent in the round before
                return
            busy += fetched + await self._send()
            if not busy:
                return
        raise RuntimeError("The bot does not come to rest.")

    async def _send(self) -> int:
        """Send what is due; the sender is driven by hand so that no time passes."""
        sent = 0
        while claimed := await self.bot.sender.once():
            sent += claimed
        return sent


@asynccontextmanager
async def playing(story: Transcript, folder: Path, office: ReferenceData | None = None) -> AsyncIterator[Play]:
    """Begin a play of this story's header on an empty store in `folder`, in another office where one is given."""
    async with fresh_store(folder, at_once) as store:
        play = Play(store, folder, **story.header)  # type: ignore[arg-type]
        play.reference = office or play.reference
        await play.begin()
        try:
            yield play
        finally:
            await play.end()


def story_of(path: Path) -> Transcript:
    return read(path.read_text(encoding="utf-8"))


def write(path: Path, story: Transcript) -> None:
    path.write_text(story.written(), encoding="utf-8")


async def play_file(path: Path, folder: Path, look: Callable[[Play], Awaitable[None]]) -> None:
    """Play a transcript and compare everything. Raises Differs with the lines around the first difference.

    `look` sees what the story leaves behind, before the database is closed.
    """
    story = story_of(path)
    async with playing(story, folder) as play:
        for at, beat in enumerate(story.beats):
            try:
                heard = await play.perform(beat)
            except CannotDo as problem:
                raise Differs(f"{path.name}, line {beat.number}: {problem}") from None
            fits = len(heard) == len(beat.answers) and all(map(play.bound.fits, beat.answers, heard))
            if not fits and not beat.quiet:
                raise Differs(difference(path, story, at, heard, play.bound))
        await look(play)


def difference(path: Path, story: Transcript, at: int, heard: list[Heard], bound: Bound) -> str:
    """The chat before the difference, and what was expected against what was said."""
    beat = story.beats[at]
    before = "\n".join(
        "\n".join([past.written(), *(answer.written() for answer in past.answers)])
        for past in story.beats[max(0, at - 2) : at]
    )
    wanted = [bound.fill(line) for answer in beat.answers for line in answer.written().split("\n")]
    said = [line for answer in heard for line in answer.written().split("\n")]
    diff = "\n".join(difflib.ndiff(wanted, said)) if wanted != said else "(the same words, in other messages)"
    head = f"{path.name}, line {beat.number}: the bot said something else (- expected, + said)"
    return f"{head}\n\n{before}\n\n{beat.written()}\n{diff}"


async def record_file(path: Path, folder: Path) -> None:
    """Rewrite the transcript with what the bot really says."""
    story = story_of(path)
    async with playing(story, folder) as play:
        for beat in story.beats:
            try:
                heard = await play.perform(beat)
            except CannotDo as problem:
                write(path, story)
                raise CannotDo(f"{path.name}, line {beat.number}: {problem} Recorded up to there.") from None
            # Values that the file already names by a placeholder keep it.
            if len(heard) == len(beat.answers):
                for wanted, got in zip(beat.answers, heard, strict=True):
                    play.bound.fits(wanted, got)
            beat.answers = [recorded(play.bound, got) for got in heard]
    write(path, story)


def recorded(bound: Bound, heard: Heard) -> Heard:
    """As a recording writes it: what is known already by its name, what differs at every run by its placeholder."""
    lines = heard.lines
    for name, value in bound.values.items():
        lines = [line.replace(value, f"{{{name}}}") for line in lines]
    written = with_placeholders(Heard(heard.head, lines))
    for line, plain in zip(written.lines, heard.lines, strict=True):
        if not bound._line_fits(line, plain):
            raise CannotDo(f"A second value of one kind needs a name of its own in the file: {plain}")
    return written


def main(arguments: list[str]) -> int:
    if len(arguments) < 2 or arguments[0] != "record":
        sys.stderr.write("Usage: python -m tests.chat record FILE...\n")
        return 2
    for name in arguments[1:]:
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(record_file(Path(name), Path(folder)))
        sys.stdout.write(Path(name).read_text(encoding="utf-8"))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
