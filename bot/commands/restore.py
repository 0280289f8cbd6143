"""`sapa restore`: checks a backup, or brings it back into a new and empty database."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

MOST_NAMED = 5


def restore(
    file: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    yes: Annotated[bool, typer.Option("--yes", help="Do it; without it the backup is only checked.")] = False,
) -> None:
    """Check a backup, or bring it back into a new and empty database; nothing is sent twice."""
    from bot.event_loop import go
    from bot.installation import STORE_SETTINGS
    from bot.settings import read_settings

    go(_restore(read_settings(*STORE_SETTINGS), file, yes=yes))


async def _restore(settings: "Settings", file: Path, *, yes: bool) -> None:
    from bot.clock import clock
    from bot.installation import create_installation, ensure_not_running, exclusive_command
    from bot.leader_election import FileLock
    from models.audit_seal import seal_all
    from models.backup import ledger
    from models.backup.create import check
    from models.backup.office_files import restore_office
    from models.backup.restore import restore_backup
    from models.database import Database

    secret = settings.secret_key.get_secret_value()
    if not yes:
        count = check(file, secret)
        typer.echo(f"The backup is whole: {count.all_rows():,} rows and {count.papers:,} papers.")
        typer.echo("To bring it back into the database of these settings, add --yes.")
        return
    create_installation(settings)
    erased = ledger.read(settings.data_dir / ledger.NAME) | ledger.read(file.parent / ledger.NAME)
    store = Database.at(settings.database)
    try:
        await ensure_not_running(settings, store, "")
        async with exclusive_command(settings, store):
            with FileLock(settings.lock_file):
                done = await restore_backup(store, settings.data_dir, file, secret=secret, erased=erased, now=clock())
            await seal_all(store, clock())
    finally:
        await store.close()
    typer.echo(f"Brought back: {done.rows:,} rows and {done.papers:,} papers of {done.made_at:%Y-%m-%d %H:%M} UTC.")
    typer.echo(f"Not sent again: {done.given_up} messages; {done.set_aside} letters and {done.missed} timers rest.")
    typer.echo(f"Erased once more: {done.erased} people who were erased after the backup.")
    if (place := restore_office(file, secret, settings.data_dir)) is not None:
        typer.echo(f"The office's own files of that day lie in {place}; {settings.office_file} was not touched.")
    for line in _broken_lines(done.not_intact):
        typer.echo(line, err=True)
    typer.echo("Start the bot: sapa run")


def _broken_lines(broken: list[str]) -> list[str]:
    """Describe for the operator the values that do not fit their rows."""
    if not broken:
        return []
    first = "; ".join(broken[:MOST_NAMED])
    return [
        f"{len(broken)} values were changed outside of the bot before the backup: {first}. Compare an older backup."
    ]
