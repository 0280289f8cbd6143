"""`sapa breach`: whom a breach of personal data reached, the notice to each of them, the facts for the authority.

declare ─▶ (look at the numbers) ─▶ tell ─▶ facts          each can be asked again; nobody is told twice
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from handlers.context import Desk
    from models.breach import Breach, Reach
    from models.store import Store

breach = typer.Typer(no_args_is_help=True, help="After a breach of personal data: whom it reached, and telling them.")
Number = Annotated[int, typer.Argument(help="The number that `sapa breach declare` printed.")]


@breach.command()
def declare(
    *,
    what: Annotated[str, typer.Option(help="What happened, in plain words; it is sent as it stands.")],
    done: Annotated[str, typer.Option(help="What the office does about it; it is sent as it stands.")],
    known: Annotated[datetime, typer.Option(help="When it became known (UTC); the 72 hours run from then.")],
    office: Annotated[str, typer.Option(help="Only people with a file in this office.")] = "",
    region: Annotated[str, typer.Option(help="Only people of this region, by its code.")] = "",
    until: Annotated[datetime | None, typer.Option(help="Only people known by then (UTC), as in a lost copy.")] = None,
) -> None:
    """Write a breach down and say whom it reached. Nothing is sent."""
    from bot.__main__ import go
    from models.breach import Breach

    found = Breach(
        what=what,
        done=done,
        known_at=known.replace(tzinfo=UTC),
        office=office or None,
        region=region or None,
        until=until and until.replace(tzinfo=UTC),
    )
    go(_declare(found))


@breach.command()
def tell(number: Number) -> None:
    """Send the notice to everybody whom it reached and who was not told yet."""
    from bot.__main__ import go

    go(_tell(number))


@breach.command()
def facts(number: Number) -> None:
    """Print what the authority asks for: when, whom, which data, what is done."""
    from bot.__main__ import go

    go(_facts(number))


async def _declare(found: "Breach") -> None:
    from bot.app import clock
    from bot.settings import BadSettings
    from models.breach import declare as write
    from models.breach import reach

    async with _opened() as (store, desk):
        if found.office and found.office not in {one.key for one in desk.catalogue.office.offices}:
            raise BadSettings(f'office.yaml has no office "{found.office}".')
        async with store.writing() as session:
            await write(session, found, clock())
            far = await reach(session, found)
    typer.echo(f"Written down as breach {found.id}. Nothing was sent yet.\n{_numbers(found, far)}")
    typer.echo(f"To tell them: sapa breach tell {found.id}")


async def _tell(number: int) -> None:
    from bot.app import clock
    from handlers.breach_words import notice
    from handlers.breach_words import on_paper as letter
    from models.breach import tell_some, write_some

    count = 0
    async with _opened() as (store, desk):
        found = await _known(store, number)
        while True:
            async with store.writing() as session:
                some = await tell_some(session, found, lambda account: notice(found, desk, account), clock())
            if not some:
                break
            count += some
        on_paper = 0
        while True:
            async with store.writing() as session:
                some = await write_some(session, found, lambda: letter(found, desk, clock()), clock())
            if not some:
                break
            on_paper += some
    typer.echo(f"{count} notices wait in the outbox; the running bot sends them.")
    typer.echo(f"{on_paper} letters wait to be printed: staff type /cetak.")


async def _facts(number: int) -> None:
    from models.breach import reach

    async with _opened() as (store, _):
        found = await _known(store, number)
        async with store.reading() as session:
            far = await reach(session, found)
    typer.echo(f"# Breach {number}\n\nWhat happened: {found.what}\nWhat is done: {found.done}\n{_numbers(found, far)}")


async def _known(store: "Store", number: int) -> "Breach":
    from bot.settings import BadSettings
    from models.breach import known

    async with store.reading() as session:
        found = await known(session, number)
    if found is None:
        raise BadSettings(f"There is no breach {number}: begin with sapa breach declare.")
    return found


def _numbers(found: "Breach", far: "Reach") -> str:
    return "\n".join(
        [
            f"Known since: {found.known_at:%Y-%m-%d %H:%M} UTC",
            f"People and authority must be told by: {found.deadline:%Y-%m-%d %H:%M} UTC",
            f"People: {far.people}, all with name, birth date, address and what helps them",
            f"Of them with a NIK: {far.with_nik}; with a kind of disability: {far.with_disability}; "
            f"with papers: {far.with_papers}",
            f"Accounts that serve them: {far.accounts}, told so far: {far.told}",
            f"People whom no message can reach, to be told by letter: {far.by_letter}, written so far: {far.letters}",
        ]
    )


@asynccontextmanager
async def _opened() -> "AsyncIterator[tuple[Store, Desk]]":
    from bot.opened import opened
    from bot.settings import read_settings
    from handlers.context import Desk
    from models.places import gazetteer
    from models.programmes.catalogue import load_catalogue

    settings = read_settings()
    desk = Desk(load_catalogue(settings.office_file.parent), gazetteer())
    async with opened(settings) as store:
        yield store, desk
