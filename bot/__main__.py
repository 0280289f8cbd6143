"""The commands: `sapa try`, `sapa run`, `sapa migrate`, `sapa doctor`."""

import sys
from collections.abc import Awaitable

import typer
import uvloop

from bot import log
from bot.app import open_bot, until_stopped
from bot.lead import AlreadyRunning
from bot.settings import BadSettings, Settings, read_settings
from models.edited_file import FileProblems
from models.migrate import migrate as migrate_store
from models.secrets import WrongKey
from models.store import Store

sapa = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sapa Daya, the Telegram bot of a Dinas Sosial.",
)


@sapa.command()
def run() -> None:
    """Serve the bot with the settings of the environment; the tables are brought up to date first."""
    settings = read_settings()
    log.set_up(settings.log_format)
    go(until_stopped(open_bot(settings)))


@sapa.command()
def migrate() -> None:
    """Bring the tables up to date and stop."""

    async def work(settings: Settings) -> None:
        store = Store.at(settings.database)
        await migrate_store(store)
        await store.close()

    go(work(read_settings()))


def go(work: Awaitable[None]) -> None:
    async def main() -> None:
        await work

    uvloop.run(main())


def plainly(problem: BaseException) -> str:
    """The one sentence for an operator."""
    if isinstance(problem, WrongKey):
        return "SAPA_SECRET_KEY is not the key this database was made with."
    return str(problem)


def main() -> None:
    """The `sapa` command: whatever is wrong with the set-up ends in a sentence, never in a traceback."""
    wrong: list[BaseException] = []
    try:
        sapa()
    except* (BadSettings, WrongKey, AlreadyRunning, FileProblems) as problems:
        wrong = list(problems.exceptions)
    if wrong:
        typer.echo("\n".join(map(plainly, wrong)), err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
