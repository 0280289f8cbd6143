"""`sapa breach`: records a breach of personal data, tells the people it reached, prints facts for the authority.

declare ─▶ (look at the numbers) ─▶ tell: preview, a yes ─▶ facts          each is idempotent; no person is told twice
      └──▶ withdraw, as long as no person was told
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Annotated, Any
from zoneinfo import ZoneInfo

import typer

from bot.commands.confirmation import Yes, confirm

if TYPE_CHECKING:
    from sqlmodel.ext.asyncio.session import AsyncSession

    from handlers.conversation.context import ReferenceData
    from models.breach import Breach, Reach
    from models.database import Database

breach = typer.Typer(no_args_is_help=True, help="After a breach of personal data: whom it reached, and telling them.")
Number = Annotated[int, typer.Argument(help="The number that `sapa breach declare` printed.")]
CLOCK = "a time without a zone is by the office's clock; or end it with WIB, WITA, WIT or +08:00"


@breach.command()
def declare(
    *,
    what: Annotated[str, typer.Option(help="What happened, in plain words; it is sent as it stands.")],
    done: Annotated[str, typer.Option(help="What the office does about it; it is sent as it stands.")],
    known: Annotated[str, typer.Option(help=f"When it became known, the 72 hours run from then ({CLOCK}).")],
    office: Annotated[str, typer.Option(help="Only people with a file in this office.")] = "",
    region: Annotated[str, typer.Option(help="Only people of this region, by its code.")] = "",
    until: Annotated[str, typer.Option(help="Only people known by then, as in a lost copy.")] = "",
) -> None:
    """Write a breach down and say whom it reached. Nothing is sent."""
    from bot.event_loop import go

    go(_declare({"what": what, "done": done}, known, until, office=office, region=region))


@breach.command()
def tell(number: Number, *, yes: Yes = False) -> None:
    """Show the notice, ask for a yes, and send it to every affected person who was not told yet."""
    from bot.event_loop import go

    go(_tell(number, yes=yes))


@breach.command()
def withdraw(number: Number, *, yes: Yes = False) -> None:
    """Take a breach back that was declared by mistake; only as long as no person was told."""
    from bot.event_loop import go

    go(_withdraw(number, yes=yes))


@breach.command()
def facts(number: Number) -> None:
    """Print what the authority asks for: when, whom, which data, what is done."""
    from bot.event_loop import go

    go(_facts(number))


async def _declare(words: dict[str, Any], known: str, until: str, *, office: str, region: str) -> None:
    from bot.clock import clock
    from bot.commands.timestamps import parse_timestamp
    from models.breach import Breach, reach
    from models.breach import declare as write

    async with _opened() as (store, reference):
        zone = _zone(reference, office)
        known_at = parse_timestamp(known, "--known", zone, clock())
        before = parse_timestamp(until, "--until", zone, clock()) if until else None
        found = Breach(**words, known_at=known_at, until=before, office=office or None, region=region or None)
        async with store.transaction() as session:
            await write(session, found, clock())
            far = await reach(session, found)
        await _seal(store)
    typer.echo(f"Written down as breach {found.id}. Nothing was sent yet.\n{_numbers(found, far, zone)}")
    typer.echo(f"To tell them: sapa breach tell {found.id}. A mistake? sapa breach withdraw {found.id}")


async def _tell(number: int, *, yes: bool) -> None:
    from bot.clock import clock
    from handlers.wording.breach_notice import notice
    from handlers.wording.breach_notice import on_paper as letter
    from models.breach import count_pending, notify_batch, record_telling, write_letters_batch

    async with _opened() as (store, reference):
        found = await _open_one(store, number)
        async with store.read_only() as session:
            accounts, people = await count_pending(session, found)
        _preview(found, reference)
        typer.echo(f"{accounts} accounts get this as a message, {people} people as a letter on paper.")
        confirm(f"Tell them about breach {number}?", yes=yes)
        async with store.transaction() as session:
            await record_telling(session, found, accounts, people, clock())
        count = await _all(
            store, lambda one: notify_batch(one, found, lambda to: notice(found, reference, to), clock())
        )
        on_paper = await _all(
            store, lambda one: write_letters_batch(one, found, lambda: letter(found, reference, clock()), clock())
        )
        await _seal(store)
    typer.echo(f"{count} notices wait in the outbox; the running bot sends them.")
    typer.echo(f"{on_paper} letters wait to be printed: staff type /cetak.")


async def _all(store: "Database", some: "Callable[[AsyncSession], Awaitable[int]]") -> int:
    """Run batches, each a transaction, until nothing is left; returns how many."""
    count, more = 0, 1
    while more:
        async with store.transaction() as session:
            more = await some(session)
        count += more
    return count


def _preview(found: "Breach", reference: "ReferenceData") -> None:
    from handlers.wording.breach_notice import notice
    from locales import LANGUAGES

    for language in LANGUAGES:
        typer.echo(f"--- {language}\n{notice(found, reference, language)}")
    typer.echo("---")


async def _withdraw(number: int, *, yes: bool) -> None:
    from bot.clock import clock
    from bot.settings import BadSettings
    from models.breach import withdraw as take_back

    async with _opened() as (store, _):
        await _open_one(store, number)
        confirm(f"Withdraw breach {number}? Nobody can be told of it then.", yes=yes)
        async with store.transaction() as session:
            is_withdrawn = await take_back(session, number, clock())
        if not is_withdrawn:
            raise BadSettings(f"Breach {number} cannot be withdrawn: people were told of it already.")
        await _seal(store)
    typer.echo(f"Breach {number} is withdrawn; nobody was told.")


async def _facts(number: int) -> None:
    from models.breach import reach

    async with _opened() as (store, reference):
        found = await _known(store, number)
        async with store.read_only() as session:
            far = await reach(session, found)
        numbers = _numbers(found, far, _zone(reference, found.office or ""))
    typer.echo(f"# Breach {number}\n\nWhat happened: {found.what}\nWhat is done: {found.done}\n{numbers}")


async def _known(store: "Database", number: int) -> "Breach":
    from bot.settings import BadSettings
    from models.breach import get_breach

    async with store.read_only() as session:
        found = await get_breach(session, number)
    if found is None:
        raise BadSettings(f"There is no breach {number}: begin with sapa breach declare.")
    return found


async def _open_one(store: "Database", number: int) -> "Breach":
    from bot.settings import BadSettings

    found = await _known(store, number)
    if found.withdrawn_at is not None:
        raise BadSettings(f"Breach {number} was withdrawn: declare it anew with sapa breach declare.")
    return found


def _zone(reference: "ReferenceData", office: str) -> ZoneInfo:
    """Return the zone of the office, or of the first one. Raises BadSettings for one that is not in office.yaml."""
    from bot.settings import BadSettings

    offices = reference.catalogue.office.offices
    found = next((one for one in offices if one.key == (office or offices[0].key)), None)
    if found is None:
        raise BadSettings(f'office.yaml has no office "{office}".')
    return ZoneInfo(reference.places.zone(found.region).name)


def _numbers(found: "Breach", far: "Reach", zone: ZoneInfo) -> str:
    from bot.commands.timestamps import format_timestamp

    return "\n".join(
        [
            f"Known since: {format_timestamp(found.known_at, zone)}",
            *([f"Withdrawn: {format_timestamp(found.withdrawn_at, zone)}"] if found.withdrawn_at else []),
            *([f"Only people known by: {format_timestamp(found.until, zone)}"] if found.until else []),
            f"People and authority must be told by: {format_timestamp(found.deadline, zone)}",
            f"People: {far.people}, all with name, birth date, address and what helps them",
            f"Of them with a NIK: {far.with_nik}; with a kind of disability: {far.with_disability}; "
            f"with papers: {far.with_papers}",
            f"Accounts that serve them: {far.accounts}, told so far: {far.told}",
            f"People whom no message can reach, to be told by letter: {far.by_letter}, written so far: {far.letters}",
        ]
    )


async def _seal(store: "Database") -> None:
    from bot.clock import clock
    from models.audit_seal import seal_all

    await seal_all(store, clock())


@asynccontextmanager
async def _opened() -> "AsyncIterator[tuple[Database, ReferenceData]]":
    from bot.clock import clock
    from bot.installation import STORE_SETTINGS, open_installation
    from bot.settings import read_settings
    from handlers.conversation.context import ReferenceData
    from models.places import gazetteer
    from models.programmes.catalogue import load_catalogue

    settings = read_settings(*STORE_SETTINGS, "office_file")
    async with open_installation(settings, clock()) as store:
        yield store, ReferenceData(load_catalogue(settings.office_file.parent), gazetteer())
