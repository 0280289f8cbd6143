"""`sapa retention`: who is past the days that the office keeps people, in numbers; and erasing them at once."""

from typing import Annotated

import typer


def retention(
    apply: Annotated[bool, typer.Option("--apply", help="Erase them now; the bot does it each hour.")] = False,
) -> None:
    """Say how many people are past the days in office.yaml. Nothing is changed without --apply."""
    from bot.__main__ import go

    go(_retention(apply=apply))


async def _retention(*, apply: bool) -> None:
    from bot.app import clock
    from bot.opened import opened
    from bot.settings import read_settings
    from models.programmes.catalogue import load_catalogue
    from models.retention import erase_them, look, past

    settings = read_settings()
    days = load_catalogue(settings.office_file.parent).office.retention
    async with opened(settings) as store:
        async with store.reading() as session:
            found = await look(session, days, clock())
        typer.echo(f"Refused or withdrawn: kept {days.refused} days. Took part: kept {days.participant} days.")
        typer.echo(f"{found.past} people are past their days, {found.kept} are kept.")
        gone = 0
        while apply:
            async with store.reading() as session:
                people = await past(session, days, clock())
            async with store.writing() as session:
                some = await erase_them(session, people, days, clock())
            gone += some
            if not some:
                typer.echo(f"{gone} people are erased.")
                break
