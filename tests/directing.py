"""Stage directions of a transcript: time passes, the process restarts, staff act, a person is registered already.

Their written form is in the docstring of tests/chat.py.
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlmodel import col, func, select

from bot.disk_space import MEGABYTE, RESERVE, DiskSpace
from handlers.onboarding import consent_question
from locales import speaking
from models.applications.application import Application, Stage
from models.applications.receipt import grouped
from models.applications.registration import Registration, WitnessedConsent
from models.applications.submission import SubmissionSettings, submit, submit_at_counter
from models.messaging.file_download import DownloadPurpose, FileDownload
from models.messaging.outbox import Call, CallState
from models.offices import staff
from models.offices.authority import Role
from models.people import account as accounts
from models.people.account import Account, Address, ReadingMode
from models.people.calling_name import calling_name
from models.people.consent import Answer, ConsentContext, Purpose, record_consent
from models.people.link import Link, Relation, revoke
from models.scheduled import ScheduledEvent, ScheduledState

if TYPE_CHECKING:
    from tests.chat import Play

HERE = ZoneInfo("Asia/Makassar")
WAIT = re.compile(r"^(?P<count>se|\d+) ?(?P<unit>[a-z]+?)s? (?:later|kemudian)$")
UNTIL = re.compile(r"^(?:until|sampai) (?P<moment>[\d: -]+)$")
UNITS = {
    "second": "seconds", "detik": "seconds", "minute": "minutes", "menit": "minutes", "hour": "hours",
    "jam": "hours", "day": "days", "hari": "days", "week": "weeks", "minggu": "weeks",
}  # fmt: skip
RESTART = re.compile(r"^restart$")
NEW_CONSENT = re.compile(r"^teks persetujuan berubah$")
STARTED = re.compile(r"^(?P<who>.+) (?:sudah mulai|has started): (?P<how>.+)$")
REGISTERED = re.compile(
    r"^(?P<who>.+) (?:sudah mendaftarkan|has registered) (?P<name>.+), (?P<relation>\w+), lahir (?P<born>[\d-]+)"
    r": (?P<programme>\S+)$"
)
AT_COUNTER = re.compile(
    r"^(?P<who>.+) (?:mendaftarkan di loket|registers at the counter) (?P<name>.+), lahir (?P<born>[\d-]+)"
    r": (?P<programme>\S+), (?P<village>\d+)$"
)
MOVED = re.compile(r"^(?:petugas memindahkan|staff move) (?P<number>.+) (?:ke|to) (?P<stage>\w+)$")
POSTED = re.compile(r"^(?P<who>.+) (?:bertugas sebagai|serves as) (?P<role>\w+): (?P<office>\S+), (?P<region>\d+)$")
UPLOADED = re.compile(r"^(?P<who>.+) (?:sudah mengirim|has sent) (?P<count>\d+) MB (?:file|of files)$")
DISK = re.compile(r"^disk (?P<how>penuh|kosong|full|empty)$")
ENDED = re.compile(r"^(?:semua izin dicabut|all permissions end)$")
BY_NAME = "Nama saja "
MODES = {
    "Biasa": ReadingMode.PLAIN, "Normal": ReadingMode.PLAIN, "Singkat dan mudah": ReadingMode.SIMPLE,
    "Pembaca layar": ReadingMode.SCREEN_READER, "Screen reader": ReadingMode.SCREEN_READER,
    "Saya Tuli": ReadingMode.DEAF, "4": ReadingMode.DEAF,
}  # fmt: skip
MADE_UP_PHONE = "+6281200000000"


async def direct(play: "Play", what: str) -> None:
    """Carry out a direction. Raises ValueError for an unknown one."""
    for pattern, carry_out in DIRECTIONS.items():
        if match := pattern.match(what):
            await carry_out(play, match)
            return
    raise ValueError(f"Not a stage direction: ({what})")


def moment(text: str) -> datetime:
    """A moment of the story, written in WITA."""
    return datetime.fromisoformat(text).replace(tzinfo=HERE).astimezone(UTC)


async def wait(play: "Play", match: re.Match[str]) -> None:
    count = 1 if match["count"] == "se" else int(match["count"])
    await move_to(play, play.now + timedelta(**{UNITS[match["unit"]]: count}))


async def wait_until(play: "Play", match: re.Match[str]) -> None:
    await move_to(play, moment(match["moment"]))


async def move_to(play: "Play", target: datetime) -> None:
    """Let time pass: each event that comes due on the way happens at its own moment."""
    while (then := await next_moment(play)) is not None and then <= target:
        play.now = max(play.now, then)
        await play.bot.scheduler.dispatch_due()
        await play.settle()
    play.now = target
    await play.bot.scheduler.check_failed_attempts()
    await play.bot.scheduler.dispatch_due()
    await play.settle()


async def next_moment(play: "Play") -> datetime | None:
    async with play.store.read_only() as session:
        due = (
            await session.exec(
                select(func.min(ScheduledEvent.due_at)).where(ScheduledEvent.state == ScheduledState.WAITING)
            )
        ).one()
        held = select(func.min(Call.not_before)).where(Call.state == CallState.QUEUED)
        later = (await session.exec(held.where(col(Call.not_before) > play.now))).one()
    moments = [one if one.tzinfo else one.replace(tzinfo=UTC) for one in (due, later) if one is not None]
    return min(moments, default=None)


async def restart(play: "Play", _: re.Match[str]) -> None:
    await play.end()
    await play.begin()
    await play.settle()


async def change_consent(play: "Play", match: re.Match[str]) -> None:
    office = play.reference.catalogue.office
    consent = office.consent.model_copy(update={"version": office.consent.version + 1})
    office = office.model_copy(update={"consent": consent})
    play.reference = replace(play.reference, catalogue=replace(play.reference.catalogue, office=office))
    await restart(play, match)


async def start(play: "Play", match: re.Match[str]) -> None:
    """Let an account choose its form of address, its way of reading and its language, and agree to the text."""
    how = [part.strip() for part in match["how"].split(",")]
    await play.act(match["who"], "/start")
    play.telegram.heard = []
    chat_id = play.telegram.phone(match["who"]).chat_id
    async with play.store.transaction() as session:
        account = (await accounts.load(session, [chat_id]))[chat_id]
        account.called = how[0].removeprefix(BY_NAME) if how[0].startswith(BY_NAME) else account.called
        account.address = Address.NAME if how[0].startswith(BY_NAME) else Address(how[0].casefold())
        account.mode, account.language = MODES[how[1]], "en" if how[2:] == ["English"] else "id"
        version = str(play.reference.catalogue.office.consent.version)
        said = ConsentContext.on(account, Answer.GIVEN, text_of_consent(play, account), version)
        session.add(account)
        await record_consent(session, account.id or 0, Purpose.REGISTER, said, now=play.now)


def text_of_consent(play: "Play", account: Account) -> str:
    """The text as this account reads it, without the update that the conversation would have."""
    reads: Any = SimpleNamespace(reference=play.reference, work=SimpleNamespace(mode=account.mode))
    with speaking(account.language):
        return consent_question.text(reads)


async def register(play: "Play", match: re.Match[str]) -> None:
    """File a registration as the conversation would, without playing it."""
    programme = play.reference.catalogue[match["programme"]]
    form = Registration(
        for_whom=Relation(match["relation"]),
        name=match["name"],
        born=date.fromisoformat(match["born"]),
        regency="6472",
        district="647203",
        village_text="Sidodadi",
        phone=MADE_UP_PHONE,
        needs_said=True,
        programme=programme.key,
    )
    chat_id = play.telegram.phone(match["who"]).chat_id
    office = play.reference.catalogue.office
    zone = play.reference.places.zone(office[programme.next_step.office].region).name
    async with play.store.transaction() as session:
        account = (await accounts.load(session, [chat_id]))[chat_id]
        filed = await submit(session, account, form, programme, SubmissionSettings(office, zone, play.now))
    first_name = calling_name(match["name"])
    play.bound.values[f"nomor {first_name}"] = filed.application.number
    play.bound.values[f"kode_cek {first_name}"] = grouped(filed.kode_cek)


async def register_at_counter(play: "Play", match: re.Match[str]) -> None:
    """An officer files a registration for a person without Telegram, without playing it."""
    programme, village = play.reference.catalogue[match["programme"]], match["village"]
    form = Registration(
        name=match["name"],
        born=date.fromisoformat(match["born"]),
        regency=village[:4],
        district=village[:6],
        village=village,
        no_phone=True,
        needs_said=True,
        programme=programme.key,
    )
    chat_id = play.telegram.phone(match["who"]).chat_id
    office = play.reference.catalogue.office
    zone = play.reference.places.zone(office[programme.next_step.office].region).name
    async with play.store.transaction() as session:
        post = await staff.active_post(session, (await accounts.load(session, [chat_id]))[chat_id].id or 0)
        assert post is not None
        how = {"shown": "?", "version": "1", "language": "id", "mode": "plain", "at": play.now}
        form.heard = WitnessedConsent(**how, office=post.office, region=post.region)
        filed = await submit_at_counter(session, post, form, programme, SubmissionSettings(office, zone, play.now))
    play.bound.values[f"nomor {match['name'].split()[0]}"] = filed.application.number


async def staff_move(play: "Play", match: re.Match[str]) -> None:
    """An officer moves a file, as their own conversations will."""
    async with play.store.transaction() as session:
        question = select(Application).where(Application.number == match["number"])
        application = (await session.exec(question)).one()
        application.complete(play.now)
        application.stage, application.moved_at = Stage(match["stage"]), play.now
        session.add(application)


async def give_post(play: "Play", match: re.Match[str]) -> None:
    """A person takes up a post, as by an invitation of `sapa staff invite`."""
    chat_id = play.telegram.phone(match["who"]).chat_id
    async with play.store.transaction() as session:
        known = await accounts.load(session, [chat_id])
        account = known.get(chat_id) or Account(telegram_id=chat_id, language=play.language, created_at=play.now)
        session.add(account)
        await session.flush()
        how = {"office": match["office"], "role": Role(match["role"]), "region": match["region"]}
        await staff.appoint(session, account, match["who"], **how, now=play.now)


async def end_links(play: "Play", match: re.Match[str]) -> None:
    """The person takes every permission back, as /keluarga will."""
    async with play.store.transaction() as session:
        for link in await session.exec(select(Link).where(Link.relation != Relation.SELF)):
            await revoke(session, link, by=0, now=play.now)


async def upload(play: "Play", match: re.Match[str]) -> None:
    """Files came in from a person, without being played."""
    async with play.store.transaction() as session:
        chat_id, size = play.telegram.phone(match["who"]).chat_id, int(match["count"]) * MEGABYTE
        sent = FileDownload(
            chat_id=chat_id, purpose=DownloadPurpose.FOR_STAFF, source={}, made_at=play.now, sent_size=size
        )
        sent.mark_lost("made up", play.now)
        session.add(sent)


async def fill_disk(play: "Play", match: re.Match[str]) -> None:
    is_full = match["how"] in {"penuh", "full"}
    play.bot.downloader.disk = DiskSpace(play.folder, lambda _folder: 0 if is_full else 100 * RESERVE)
    await play.settle()


DIRECTIONS: dict[re.Pattern[str], Callable[["Play", re.Match[str]], Awaitable[None]]] = {
    WAIT: wait,
    UNTIL: wait_until,
    RESTART: restart,
    NEW_CONSENT: change_consent,
    STARTED: start,
    REGISTERED: register,
    AT_COUNTER: register_at_counter,
    MOVED: staff_move,
    POSTED: give_post,
    UPLOADED: upload,
    DISK: fill_disk,
    ENDED: end_links,
}
