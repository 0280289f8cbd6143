"""`sapa keys`: rotates the data key while the bot runs, and wraps the keys with another SAPA_SECRET_KEY."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.settings import Settings
    from models.applications.encrypted_files import EncryptedFiles
    from models.database import Database
    from models.rotation import NotYet, Remainder

CHECK_SECONDS = 1
"""Seconds until what is still needed is looked at again."""
MOST_WAIT = timedelta(minutes=2)
"""How long a process is waited for that still holds an older key; it looks for new ones four times meanwhile."""

keys = typer.Typer(no_args_is_help=True, help="The keys that names, numbers and papers are encrypted with.")


@keys.command()
def rotate(
    quick: Annotated[
        bool, typer.Option("--quick", help="Begin at once; refused while a bot runs with this data.")
    ] = False,
) -> None:
    """Make a new data key, encrypt everything with it, and delete the old one. The bot may run; repeat after a stop."""
    from bot.event_loop import go
    from bot.installation import STORE_SETTINGS
    from bot.settings import read_settings

    go(_rotate(read_settings(*STORE_SETTINGS), quick=quick))


@keys.command()
def rewrap(
    new: Annotated[str, typer.Option(prompt="The new SAPA_SECRET_KEY", hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make another SAPA_SECRET_KEY the one that fits; afterwards set it for the bot and restart every process.

    One transaction: after a kill one of the two fits, and `sapa doctor` says with which settings.
    """
    from bot.event_loop import go
    from bot.installation import STORE_SETTINGS
    from bot.settings import LEAST_KEY, BadSettings, read_settings

    if len(new) < LEAST_KEY:
        raise BadSettings(f"The new SAPA_SECRET_KEY must be a text of at least {LEAST_KEY} characters.")
    settings = read_settings(*STORE_SETTINGS)
    if new == settings.secret_key.get_secret_value():
        raise BadSettings("That is the SAPA_SECRET_KEY which fits already.")
    go(_rewrap(settings, new))


async def _rotate(settings: "Settings", *, quick: bool) -> None:
    from bot.clock import clock
    from bot.installation import ensure_not_running, exclusive_command, open_installation
    from models.applications.encrypted_files import EncryptedFiles
    from models.audit_seal import seal_all
    from models.rotation import HEADSTART, begin

    secret, papers = settings.secret_key.get_secret_value(), EncryptedFiles(settings.data_dir / "papers")
    async with open_installation(settings, clock(), with_papers=True) as store, exclusive_command(settings, store):
        if quick:
            await ensure_not_running(settings, store, ", or leave --quick away")
        async with store.transaction() as session:
            key = await begin(session, secret, clock(), timedelta() if quick else HEADSTART)
        if (wait := (key.used_from - clock()).total_seconds()) > 0:
            typer.echo(f"Key {key.id} is announced; every process knows it in {wait:.0f} seconds.")
            await asyncio.sleep(wait)
        gone = await _carry_over(store, papers, secret, key.id or 0)
        await seal_all(store, clock())
    typer.echo(f"Done: everything carries key {key.id}; {gone} older key is deleted.")


async def _carry_over(store: "Database", papers: "EncryptedFiles", secret: str, newest: int) -> int:
    """Re-encrypt until no value has an older key, then delete those keys; returns how many. Raises BadSettings."""
    from bot.clock import clock
    from models.rotation import NotYet, retire

    before, until = None, clock() + MOST_WAIT
    while True:
        await store.learn_keys(secret, clock())
        if await _seal_anew(store, papers):
            continue  # until a whole pass has found nothing to do
        try:
            return await retire(store, papers, newest, clock())
        except NotYet as still:
            _give_up(still, before, is_late=clock() > until)
            before = still.left
        await asyncio.sleep(CHECK_SECONDS)


async def _seal_anew(store: "Database", papers: "EncryptedFiles") -> int:
    from models.rotation import reseal_papers, reseal_rows

    count = 0
    async for table, values in reseal_rows(store):
        count += values
        if values:
            typer.echo(f"{table}: {values} values")
    files = await reseal_papers(store, papers)
    if count or files:
        typer.echo(f"{count} values and {files} papers are encrypted anew.")
    return count + files


def _give_up(still: "NotYet", before: "Sequence[Remainder] | None", *, is_late: bool) -> None:
    """Report values that twice could not be re-encrypted: they are not readable. Raises BadSettings."""
    from bot.settings import BadSettings

    nothing = "No key was deleted"
    if still.left and still.left == before:
        which = "; ".join(map(str, still.left))
        raise BadSettings(
            f"{nothing}: this cannot be read, and may need an older key: {which}. Is SAPA_DATA_DIR right?"
        )
    if is_late:
        raise BadSettings(f"{nothing}: a process still uses an older one. End or restart it, then repeat this command.")


async def _rewrap(settings: "Settings", new: str) -> None:
    from bot.clock import clock
    from bot.installation import exclusive_command, open_installation
    from models.audit_seal import seal_all
    from models.rotation import rewrap

    async with open_installation(settings, clock(), with_papers=True) as store, exclusive_command(settings, store):
        async with store.transaction() as session:
            count = await rewrap(session, settings.secret_key.get_secret_value(), new, clock())
        await seal_all(store, clock())
    typer.echo(f"{count} keys fit the new SAPA_SECRET_KEY. Set it for the bot now and restart every process.")
    typer.echo(
        "Backups made until now open with the SAPA_SECRET_KEY before: take a new one, and keep that key with them."
    )
