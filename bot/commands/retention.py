"""`sapa retention`: lists what is past the days that the office keeps it, kind by kind; --apply removes it."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.commands.confirmation import Yes, confirm

if TYPE_CHECKING:
    from models.database import Database
    from models.office_file import Retention
    from models.retention.policy import Preview


def retention(
    *,
    apply: Annotated[bool, typer.Option("--apply", help="Remove it now; the bot does it once a day.")] = False,
    yes: Yes = False,
) -> None:
    """Say what is past the days in office.yaml, and when the next goes. Nothing is changed without --apply."""
    from bot.event_loop import go

    go(_retention(apply=apply, yes=yes))


async def _retention(*, apply: bool, yes: bool) -> None:
    from bot.clock import clock
    from bot.installation import STORE_SETTINGS, open_installation
    from bot.settings import read_settings
    from models.programmes.catalogue import load_catalogue
    from models.retention.policies import POLICIES
    from models.retention.policy import preview

    settings = read_settings(*STORE_SETTINGS, "office_file")
    async with open_installation(settings, clock()) as store:
        days = load_catalogue(settings.office_file.parent).office.retention
        for kind in POLICIES:
            async with store.read_only() as session:
                found = await preview(session, kind, days, clock())
            typer.echo(line_of(found))
        if apply:
            confirm("Remove what would go, now and for ever?", yes=yes)
            await _remove(store, days)
    typer.echo(f"{'backup':<13}{days.backup:>5} days  `sapa backup` removes older ones from the folder it writes to.")
    typer.echo("Done." if apply else "Nothing was changed. The bot removes it once a day; --apply does it now.")


async def _remove(store: "Database", days: "Retention") -> None:
    """Remove what is due, kind by kind; the log counts each under its setting."""
    from bot.clock import clock
    from models.audit import COMMAND, record
    from models.audit_seal import seal_all
    from models.retention.policies import POLICIES
    from models.retention.policy import remove_some

    how: dict[str, Any] = {"by": COMMAND, "act": "retention", "entity": "retention", "entity_id": None}
    for kind in POLICIES:
        gone = 0
        while some := await remove_some(store, kind, days, clock()):
            gone += some
        if gone:
            typer.echo(f"{kind.setting:<13} {kind.what}: {gone} gone")
            async with store.transaction() as session:
                await record(session, at=clock(), after=f"{kind.setting} {gone}", **how)
    await seal_all(store, clock())


def line_of(found: "Preview") -> str:
    """Describe one kind: its days, how many go, the first by the office's own numbers, when the next goes."""
    parts = [f"{found.kind.setting:<13}{found.days:>5} days  {found.kind.what}: {found.past} would go"]
    if found.called:
        more = found.past - len(found.called)
        parts.append(f"  ({', '.join(found.called)}{f' and {more} more' if more else ''})")
    if found.held:
        parts.append(f"; {found.held} older ones are open and stay")
    parts.append(f"; the next on {found.next:%Y-%m-%d}" if found.next else "; no other waits")
    return "".join(parts)
