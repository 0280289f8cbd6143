"""Defines the `sapa` command: `try`, `run`, `migrate` and `doctor` here, the others in bot/commands."""

import os
import platform
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.audit import audit
from bot.commands.backup import backup
from bot.commands.breach import breach
from bot.commands.dead_letters import dead_letters
from bot.commands.keys import keys
from bot.commands.restore import restore
from bot.commands.retention import retention
from bot.commands.staff import staff
from bot.event_loop import go, loading

sapa = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"max_content_width": 120},
    help="Sapa Daya, the Telegram bot of a Dinas Sosial.",
    epilog="Settings are read from the environment and from a file: .env in this folder, or the one that SAPA_ENV_FILE "
    "names. .env.example explains them.",
)


sapa.add_typer(staff, name="staff")
sapa.add_typer(breach, name="breach")
sapa.add_typer(audit, name="audit")
sapa.add_typer(keys, name="keys")
sapa.add_typer(dead_letters, name="dead-letters")
sapa.command()(retention)
sapa.command()(backup)
sapa.command()(restore)


def show_version(wanted: bool) -> None:
    if wanted:
        from bot.release import release

        typer.echo(f"sapa-daya {release()}, Python {platform.python_version()}")
        raise typer.Exit


@sapa.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", help="Say which release this is.", callback=show_version, is_eager=True)
    ] = False,
) -> None:
    """Sapa Daya, the Telegram bot of a Dinas Sosial."""


@sapa.command("try")
def try_out(
    folder: Annotated[Path, typer.Option("--dir", help="Where the chats and the data are kept.")] = Path("var/try"),
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65_535)] = 8787,
    office: Annotated[Path | None, typer.Option(help="An office.yaml of your own to try.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page in a browser, where there is one.")] = True,
) -> None:
    """Chat with the bot in a browser on this machine: no token, no server, no internet."""
    with loading():
        from bot import log
        from bot.commands.try_ import try_out as trying
        from bot.shutdown import until_stopped

    log.set_up("text")
    go(until_stopped(trying(folder, port, office, browser=browser)))


@sapa.command()
def run() -> None:
    """Serve the bot on Telegram; the tables are brought up to date first."""
    from bot.settings import read_settings

    settings = read_settings()
    with loading():
        from bot import log
        from bot.app import open_bot
        from bot.shutdown import until_stopped

    log.set_up(settings.log_format)
    go(until_stopped(open_bot(settings)))


@sapa.command()
def migrate() -> None:
    """Bring the tables up to date and stop; doing it again does no harm."""
    from bot.installation import STORE_SETTINGS, create_installation
    from bot.settings import Settings, read_settings

    settings = read_settings(*STORE_SETTINGS)
    from bot.clock import clock
    from models.database import Database
    from models.migrate import migrate as migrate_store
    from models.migrate import revisions

    async def work(settings: Settings) -> None:
        create_installation(settings)
        store = Database.at(settings.database)
        try:
            await migrate_store(store)
            await store.load_keys(settings.secret_key.get_secret_value(), clock(), may_create=True)
            have, _ = await revisions(store)
        finally:
            await store.close()
        typer.echo(f"The tables are up to date (revision {have}).")

    go(work(settings))


@sapa.command()
def doctor(
    ask_updates: Annotated[
        bool,
        typer.Option(
            "--ask-updates",
            help="Also ask Telegram for updates for some seconds, to see whether another program does: "
            "it would be disturbed for as long, and nothing is lost.",
        ),
    ] = False,
    deep: Annotated[
        bool,
        typer.Option(
            "--deep",
            help="Open every encrypted value and every paper, not only those of the newest 200 rows of each table: "
            "it takes minutes where much is stored, and the bot may run meanwhile.",
        ),
    ] = False,
) -> None:
    """Check everything the bot depends on; each line says ok, or what to do. Nothing is changed."""
    from bot.commands.doctor import examine

    all_well = True

    async def work() -> None:
        nonlocal all_well
        async for finding in examine(ask_updates=ask_updates, deep=deep):
            typer.echo(str(finding))
            all_well = all_well and finding.well

    go(work())
    if not all_well:
        raise typer.Exit(1)


def main() -> None:
    """Run the `sapa` command; every error ends in a sentence and an exit code, never in a traceback.

    Files are created for this user alone, independent of the umask of the shell or the service.
    """
    os.umask(0o077)
    try:
        sys.exit(sapa(prog_name="sapa", standalone_mode=False))
    except Exception as problem:
        from bot.commands.errors import exit_code, sentences

        typer.echo("\n".join(sentences(problem)), err=True)
        sys.exit(exit_code(problem))


if __name__ == "__main__":
    main()
