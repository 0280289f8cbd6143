"""`sapa retention`: what is past the days that the office keeps it, kind by kind; and removing it at once."""

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from models.retention.kind import Outlook


def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Remove it now; the bot does it once a day.")] = False,
) -> None:
    """Say what is past the days in office.yaml, and when the next goes. Nothing is changed without --apply."""
    from bot.__main__ import go

    go(_retention(apply=apply))


async def _retention(*, apply: bool) -> None:
    from bot.app import clock
    from bot.opened import opened
    from bot.settings import read_settings
    from models.programmes.catalogue import load_catalogue
    from models.retention.kind import look, remove_some
    from models.retention.kinds import KINDS

    settings = read_settings()
    days = load_catalogue(settings.office_file.parent).office.retention
    async with opened(settings) as store:
        for kind in KINDS:
            async with store.reading() as session:
                found = await look(session, kind, days, clock())
            gone = 0
            while apply and (some := await remove_some(store, kind, days, clock())):
                gone += some
            typer.echo(line_of(found, gone if apply else None))
    typer.echo(f"{'backup':<13}{days.backup:>5} days  `sapa backup` removes older ones from the folder it writes to.")
    typer.echo("Done." if apply else "Nothing was changed. The bot removes it once a day; --apply does it now.")


def line_of(found: "Outlook", gone: int | None = None) -> str:
    """One kind: its days, how many go, the first of them by the office's own numbers, and when the next goes."""
    count = f"{found.past} would go" if gone is None else f"{gone} gone"
    parts = [f"{found.kind.setting:<13}{found.days:>5} days  {found.kind.what}: {count}"]
    if found.called:
        more = found.past - len(found.called)
        parts.append(f"  ({', '.join(found.called)}{f' and {more} more' if more else ''})")
    if found.held:
        parts.append(f"; {found.held} older ones are open and stay")
    parts.append(f"; the next on {found.next:%Y-%m-%d}" if found.next else "; no other waits")
    return "".join(parts)
