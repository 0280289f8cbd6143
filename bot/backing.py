"""`sapa backup` and `sapa restore`: one encrypted file of everything, and back again."""

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

MEGABYTE = 1_000_000


def backup(
    folder: Annotated[Path, typer.Argument(help="Where backups are kept; a new file is made there.", file_okay=False)],
) -> None:
    """Write everything into one encrypted file, check it, and delete backups past their days. The bot may run."""
    from bot.__main__ import go
    from bot.guarding import STORE
    from bot.settings import read_settings

    go(_backup(read_settings(*STORE, "office_file"), folder))


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it the backup is only checked.")] = False,
) -> None:
    """Check a backup, or bring it back into a new and empty database; nothing is sent twice."""
    from bot.__main__ import go
    from bot.guarding import STORE
    from bot.settings import read_settings

    go(_restore(read_settings(*STORE), file, yes=yes))


async def _backup(settings: "Settings", folder: Path) -> None:
    from bot.app import clock
    from bot.guarding import existing
    from models.backup import ledger
    from models.backup.taking import expire, take
    from models.programmes.catalogue import load_catalogue

    secret, now = settings.secret_key.get_secret_value(), clock()
    async with existing(settings, clock()) as store:
        office = load_catalogue(settings.office_file.parent).office
        path, count = await take(store, settings.data_dir / "papers", folder, secret, now)
        async with store.reading() as session:
            erased, _newest = await ledger.of_database(session)
    for place in (settings.data_dir, folder):
        ledger.add(place / ledger.NAME, erased)
    old = expire(folder, timedelta(days=office.retention.backup), now)
    size = path.stat().st_size / MEGABYTE
    typer.echo(f"{path}: {count.all_rows():,} rows and {count.papers:,} papers, {size:.1f} MB, read again and whole.")
    if old:
        typer.echo(f"{len(old)} backups were older than {office.retention.backup} days and are deleted.")


async def _restore(settings: "Settings", file: Path, *, yes: bool) -> None:
    from bot.app import clock
    from bot.guarding import creating
    from bot.lead import FileLock
    from models.backup import ledger
    from models.backup.bringing import bring
    from models.backup.taking import check
    from models.store import Store

    secret = settings.secret_key.get_secret_value()
    if not yes:
        count = check(file, secret)
        typer.echo(f"The backup is whole: {count.all_rows():,} rows and {count.papers:,} papers.")
        typer.echo("To bring it back into the database of these settings, add --yes.")
        return
    creating(settings)
    erased = ledger.read(settings.data_dir / ledger.NAME) | ledger.read(file.parent / ledger.NAME)
    with FileLock(settings.lock_file):
        store = Store.at(settings.database)
        try:
            done = await bring(store, settings.data_dir, file, secret=secret, erased=erased, now=clock())
        finally:
            await store.close()
    typer.echo(f"Brought back: {done.rows:,} rows and {done.papers:,} papers of {done.made_at:%Y-%m-%d %H:%M} UTC.")
    typer.echo(f"Not sent again: {done.given_up} messages; {done.set_aside} letters and {done.missed} timers rest.")
    typer.echo(f"Erased once more: {done.erased} people who were erased after the backup.")
    typer.echo("Start the bot: sapa run")
