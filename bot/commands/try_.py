"""`sapa try`: runs the bot against the sandbox on this machine, with people of every role, and a page of their chats.

    page in a browser ◀──HTTP──▶ sandbox ◀──Bot API over HTTP──▶ the same bot as `sapa run`
                                    └── var/try/telegram              └── var/try/sapa.db

The bot is given settings and an address, as an office would give them; it does not know what answers there.
"""

import asyncio
import errno
import sys
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from secrets import token_urlsafe
from typing import Any, NamedTuple

import orjson
import typer
from pydantic import SecretStr, ValidationError

from bot.app import open_bot
from bot.clock import clock
from bot.installation import open_installation
from bot.leader_election import AlreadyRunning, FileLock
from bot.sandbox import Sandbox
from bot.settings import BadSettings, Settings, has_display
from models.keyring import WrongKey
from models.office_file import OfficeEntry
from models.offices.authority import Role
from models.offices.staff import appoint
from models.people.account import Account, load
from models.programmes.catalogue import Catalogue, load_catalogue


class Neighbour(NamedTuple):
    """A ready-made person. `role`: their post in the first office, or in the second where it is `further`."""

    first_name: str
    about: str
    username: str
    phone: str
    role: Role | None = None
    further: bool = False


PEOPLE = (
    Neighbour("Sari", "(pemohon)", "sari_contoh", "+6281255500001"),
    Neighbour("Ibu Rina", "(ibu)", "rina_contoh", "+6281255500002"),
    Neighbour("Pak Danu", "(admin)", "danu_contoh", "+6281255500003", Role.MANAGER),
    Neighbour("Bu Wati", "(petugas loket)", "wati_contoh", "+6281255500004", Role.OPERATOR),
    Neighbour("Bu Yuli", "(verifikator)", "yuli_contoh", "+6281255500005", Role.VERIFIER),
    Neighbour("Mas Eko", "(pendamping lapangan)", "eko_contoh", "+6281255500006", Role.COMPANION),
    Neighbour("Bu Ratna", "(pimpinan)", "ratna_contoh", "+6281255500007", Role.LEADER),
    Neighbour("Pak Joko", "(petugas loket, kabupaten)", "joko_contoh", "+6281255500008", Role.OPERATOR, further=True),
)
"""A person of every role, and an officer of a second office: what one office decides, the other does not see."""
CHECK_SECONDS = 0.02


async def try_out(folder: Path, port: int, office: Path | None, *, browser: bool) -> None:
    """Serve until cancelled. Raises BadSettings where folder or port are in use."""
    with TryLock(folder / "try.lock"):
        keys = keys_in(folder)
        sandbox = Sandbox(keys["token"], state_dir=folder / "telegram", flood_limits=True)
        try:
            async with listening(sandbox, port) as root:
                move_in(sandbox)
                settings = settings_for(folder, root, keys, office)
                sandbox.world.profile.username = load_catalogue(settings.office_file.parent).office.bot.username
                await serve(sandbox, settings, browser=browser)
        finally:
            sandbox.close()


async def serve(sandbox: Sandbox, settings: Settings, *, browser: bool) -> None:
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(open_bot_of(settings))
        tasks.create_task(settle_in(sandbox, settings, browser=browser))


async def open_bot_of(settings: Settings) -> None:
    try:
        await open_bot(settings)
    except WrongKey:
        gone = "The data here was made with another key: delete the folder to begin anew"
        raise BadSettings(f"{gone} ({settings.data_dir}).") from None


async def settle_in(sandbox: Sandbox, settings: Settings, *, browser: bool) -> None:
    """After the bot has called getMe: give the officers their posts, and announce the page."""
    while not sandbox.calls.counts["getme 200"]:
        await asyncio.sleep(CHECK_SECONDS)
    await give_posts(sandbox, settings)
    welcome(sandbox, settings.data_dir, browser=browser)


async def give_posts(sandbox: Sandbox, settings: Settings) -> None:
    """Make the ready-made officers staff, unless they have written or worked there before."""
    catalogue = load_catalogue(settings.office_file.parent)
    posts = {one.username: (one, one.role) for one in PEOPLE if one.role}
    officers = [person for person in sandbox.people if person.username in posts]
    async with open_installation(settings, clock()) as store, store.transaction() as session:
        known = await load(session, [officer.id for officer in officers])
        for officer in officers:
            if officer.id not in known:
                post, role = posts[officer.username]
                office = (further_office(catalogue) if post.further else None) or catalogue.office.offices[0]
                account = Account(telegram_id=officer.id, created_at=clock())
                session.add(account)
                await session.flush()
                await appoint(
                    session,
                    account,
                    post.first_name,
                    office=office.key,
                    role=role,
                    region=office.region,
                    now=clock(),
                )


def further_office(catalogue: Catalogue) -> OfficeEntry | None:
    """Return a second office that looks after a programme, one of a kabupaten first; None where there is none."""
    others = catalogue.office.offices[1:]
    busy = {programme.next_step.office for programme in catalogue}
    return min((one for one in others if one.key in busy), key=lambda one: one.level != "regency", default=None)


def welcome(sandbox: Sandbox, folder: Path, *, browser: bool) -> None:
    names = ", ".join(f"{person.first_name} {person.last_name}".strip() for person in sandbox.people)
    typer.echo(
        "\nSapa Daya is up on this machine; nothing leaves it.\n\n"
        f"  Open    {sandbox.root}\n"
        f"  People  {names}; add more on the page\n"
        f"  Kept    in {folder}; delete the folder to begin anew\n"
        "  Stop    Ctrl-C; start again and the chats are still there\n"
    )
    sys.stdout.flush()
    if browser and has_display():
        threading.Thread(target=webbrowser.open, args=(sandbox.root,), daemon=True).start()


def move_in(sandbox: Sandbox) -> None:
    """Add the ready-made people, unless the sandbox has people already."""
    if not sandbox.people:
        for one in PEOPLE:
            sandbox.add_person(one.first_name, last_name=one.about, username=one.username, phone=one.phone)


def settings_for(folder: Path, root: str, keys: dict[str, str], office: Path | None) -> Settings:
    """Return a value for every setting, so that none of a real bot's in the environment or in .env is used."""
    plain: dict[str, Any] = {
        name: field.default for name, field in Settings.model_fields.items() if not field.is_required()
    }
    chosen = {"telegram_api": root, "data_dir": folder, "office_file": office or plain["office_file"]}
    secret = {"bot_token": SecretStr(keys["token"]), "secret_key": SecretStr(keys["key"])}
    try:
        return Settings(**plain | chosen | secret)
    except ValidationError:
        raise BadSettings("--office must name a file called office.yaml, with programmes beside it.") from None


def keys_in(folder: Path) -> dict[str, str]:
    """Return the token and the secret key of this folder, made up at the first start; for made-up data only."""
    file = folder / "keys.json"
    if not file.exists():
        fresh = folder / "keys.new"
        fresh.touch(mode=0o600)
        fresh.write_bytes(orjson.dumps({"token": f"9001:{token_urlsafe(26)}", "key": token_urlsafe(36)}))
        fresh.replace(file)
    kept: dict[str, str] = orjson.loads(file.read_bytes())
    return kept


class TryLock(FileLock):
    """Locks the folder; its refusal says that another `sapa try` uses it."""

    def __enter__(self) -> None:
        try:
            super().__enter__()
        except AlreadyRunning:
            folder = self._path.parent
            raise BadSettings(
                f"Another `sapa try` uses the folder {folder}: open its page, stop it, or choose another with --dir."
            ) from None


@asynccontextmanager
async def listening(sandbox: Sandbox, port: int) -> AsyncIterator[str]:
    try:
        async with sandbox.serve(port=port) as root:
            yield root
    except OSError as error:
        if error.errno not in {errno.EADDRINUSE, errno.EACCES}:
            raise
        raise BadSettings(f"Port {port} is taken: stop what uses it, or choose another with --port.") from None
