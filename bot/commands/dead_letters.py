"""`sapa dead-letters`: lists dead letters without their content, and retries or drops them while the bot runs."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

if TYPE_CHECKING:
    from models.messaging.dead_letters import DeadLetter

    Change = Callable[[AsyncSession, Sequence[DeadLetter], datetime], Awaitable[int]]

dead_letters = typer.Typer(
    invoke_without_command=True, help="What was set aside because the program, or Telegram, could not take it."
)
Names = Annotated[list[str] | None, typer.Argument(help="As they are listed: inbox-12 outbox-7")]
All = Annotated[bool, typer.Option("--all", help="All that are listed.")]


@dead_letters.callback()
def listing(context: typer.Context) -> None:
    """List dead letters: the queue and number, the kind, the class of the error, when, a mark of the chat."""
    from bot.event_loop import go

    if context.invoked_subcommand is None:
        go(_list())


@dead_letters.command()
def retry(names: Names = None, every: All = False) -> None:
    """Put dead letters back into their queues, after the cause was mended; the bot retries within a second."""
    from bot.event_loop import go
    from models.messaging import dead_letters

    go(_change(names or [], every, dead_letters.retry, "tried again"))


@dead_letters.command()
def drop(names: Names = None, every: All = False) -> None:
    """Drop dead letters for good; their content is deleted."""
    from bot.event_loop import go
    from models.messaging import dead_letters

    go(_change(names or [], every, dead_letters.drop, "dropped"))


async def _list() -> None:
    from bot.clock import clock
    from bot.installation import STORE_SETTINGS, open_installation
    from bot.settings import read_settings
    from models.messaging.dead_letters import dead_letters as find

    async with open_installation(read_settings(*STORE_SETTINGS), clock()) as store, store.read_only() as session:
        found = await find(session)
    for letter in found:
        typer.echo(line_of(letter))
    typer.echo(f"{len(found)} are set aside." if found else "Nothing is set aside.")


def line_of(letter: "DeadLetter") -> str:
    """Describe a dead letter in one line, without content or numbers of a person; a chat keeps its mark."""
    at = f"{letter.at:%Y-%m-%d %H:%M} UTC" if letter.at else "unknown time"
    content = "" if letter.can_retry else "  (its content is gone: it can only be dropped)"
    return f"{letter.name:<12} {at}  chat {letter.chat}  {letter.what}: {letter.fault}{content}"


async def _change(names: list[str], every: bool, change: "Change", done: str) -> None:
    from bot.clock import clock
    from bot.installation import STORE_SETTINGS, open_installation
    from bot.settings import BadSettings, read_settings
    from models.messaging.dead_letters import dead_letters as find

    if every == bool(names):
        raise BadSettings("Name what is meant, as it is listed, or say --all.")
    async with open_installation(read_settings(*STORE_SETTINGS), clock()) as store, store.transaction() as session:
        found = {letter.name: letter for letter in await find(session)}
        if unknown := sorted(set(names) - set(found)):
            raise BadSettings(f"Nothing is set aside under {', '.join(unknown)}: sapa dead-letters lists what is.")
        changed = await change(session, [found[name] for name in (found if every else names)], clock())
    typer.echo(f"{changed} {done}.")
    if left := len(found if every else names) - changed:
        typer.echo(f"{left} could not be: their content is gone, or somebody was quicker.")
