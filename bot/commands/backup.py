"""`sapa backup`: writes everything into one encrypted file and reads it again, or proves a backup by restoring it."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.backup.create import Expired

MEGABYTE = 1_000_000
PROOF = "sapa-verify-"


def backup(
    context: typer.Context,
    folder: Annotated[
        Path | None, typer.Argument(help="Where backups are kept; a new file is made there.", file_okay=False)
    ] = None,
    *,
    verify: Annotated[
        Path | None,
        typer.Option(
            "--verify", help="Prove a backup: bring it back, throw the copy away.", exists=True, dir_okay=False
        ),
    ] = None,
) -> None:
    """Write everything into one encrypted file, check it, and delete backups past their days. The bot may run."""
    from bot.event_loop import go
    from bot.installation import STORE_SETTINGS
    from bot.settings import read_settings

    if (folder is None) is (verify is None):
        raise typer.BadParameter("give either a folder, or --verify and a backup", context)
    if verify is not None:
        go(_prove(read_settings("secret_key"), verify))
    elif folder is not None:
        go(_backup(read_settings(*STORE_SETTINGS, "office_file"), folder))


async def _backup(settings: "Settings", folder: Path) -> None:
    from bot.clock import clock
    from bot.installation import exclusive_command, open_installation
    from models.audit import COMMAND, record
    from models.audit_seal import seal_all
    from models.backup import ledger
    from models.backup.create import Expired, create_backup, expire
    from models.backup.identity import identity_of
    from models.backup.office_files import read_office
    from models.programmes.catalogue import load_catalogue

    secret, now = settings.secret_key.get_secret_value(), clock()
    async with open_installation(settings, clock(), with_papers=True) as store, exclusive_command(settings, store):
        keep = timedelta(days=load_catalogue(settings.office_file.parent).office.retention.backup)
        office = read_office(settings.office_file.parent)
        path, count = await create_backup(store, settings.data_dir / "papers", folder, secret, now, office=office)
        async with store.transaction() as session:
            erased, _newest = await ledger.erasures_since(session)
            identity = await identity_of(session)
            held = f"{count.all_rows()} rows, {count.papers} papers"
            await record(session, at=clock(), by=COMMAND, act="backup", entity="backup", entity_id=None, after=held)
        await seal_all(store, clock())
    for place in (settings.data_dir, folder):
        ledger.add(place / ledger.NAME, erased)
    old = Expired() if count.missing else expire(path, identity, keep, now)
    size = path.stat().st_size / MEGABYTE
    typer.echo(f"{path}: {count.all_rows():,} rows and {count.papers:,} papers, {size:.1f} MB, read again and whole.")
    _say_what_went(old, keep.days)
    if count.missing:
        typer.echo(
            f"{count.missing} papers that the database names are not in {settings.data_dir / 'papers'}.", err=True
        )
        typer.echo("No older backup was deleted. Is SAPA_DATA_DIR right?", err=True)
        raise typer.Exit(1)


def _say_what_went(old: "Expired", days: int) -> None:
    if old.deleted:
        typer.echo(f"{len(old.deleted)} backups were older than {days} days and are deleted.")
    if old.larger:
        names = ", ".join(path.name for path in old.larger)
        typer.echo(f"Older than {days} days and not deleted, for this one is less than half as large: {names}.")
        typer.echo("Is everything there? Then delete them yourself.")


async def _prove(settings: "Settings", file: Path) -> None:
    from bot.clock import clock
    from models.backup.verify import verify_backup

    with _thrown_away() as folder:
        proof = await verify_backup(file, settings.secret_key.get_secret_value(), folder, clock())
    typer.echo(f"{file}, made {proof.made_at:%Y-%m-%d %H:%M} UTC, was brought back into a throw-away database.")
    typer.echo(f"All {proof.rows:,} rows came in and fit each other.")
    typer.echo(f"All {proof.values:,} encrypted values and {proof.papers:,} papers were opened. The copy is gone.")


@contextmanager
def _thrown_away() -> Iterator[Path]:
    """Make a temporary folder; one that a kill left behind is removed by the next run."""
    here = Path(tempfile.gettempdir())
    for left in here.glob(f"{PROOF}*"):
        if left.is_dir() and not left.is_symlink() and left.stat().st_uid == os.geteuid() and not _is_in_use(left):
            shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=PROOF) as name:
        folder = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(folder, fcntl.LOCK_EX)
            yield Path(name)
        finally:
            os.close(folder)


def _is_in_use(folder: Path) -> bool:
    """Return whether a running process verifies a backup in this folder."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False
