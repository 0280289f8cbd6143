"""`sapa keys`: a new data key while the bot runs, and another SAPA_SECRET_KEY."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from bot.settings import Settings

keys = typer.Typer(no_args_is_help=True, help="The keys that names, numbers and papers are encrypted with.")


@keys.command()
def rotate(
    quick: Annotated[bool, typer.Option("--quick", help="Do not wait for running processes: none is running.")] = False,
) -> None:
    """Make a new data key, encrypt everything with it, and delete the old one. The bot may run; repeat after a stop."""
    from bot.__main__ import go
    from bot.guarding import STORE
    from bot.settings import read_settings

    go(_rotate(read_settings(*STORE), quick=quick))


@keys.command()
def rewrap(
    new: Annotated[str, typer.Option(prompt="The new SAPA_SECRET_KEY", hide_input=True, confirmation_prompt=True)],
) -> None:
    """Make another SAPA_SECRET_KEY the one that fits; afterwards set it for the bot and restart every process."""
    from bot.__main__ import go
    from bot.guarding import STORE
    from bot.settings import LEAST_KEY, BadSettings, read_settings

    if len(new) < LEAST_KEY:
        raise BadSettings(f"The new SAPA_SECRET_KEY must be a text of at least {LEAST_KEY} characters.")
    go(_rewrap(read_settings(*STORE), new))


async def _rotate(settings: "Settings", *, quick: bool) -> None:
    from bot.app import clock
    from bot.guarding import existing
    from models.applications.papers import Papers
    from models.rotation import begin, reseal_papers, reseal_rows, retire

    secret = settings.secret_key.get_secret_value()
    async with existing(settings, clock()) as store:
        async with store.writing() as session:
            key = await begin(session, secret, clock() - timedelta(days=1) if quick else clock())
        if (wait := (key.used_from - clock()).total_seconds()) > 0:
            typer.echo(f"Key {key.id} is announced; every process knows it in {wait:.0f} seconds.")
            await asyncio.sleep(wait)
        while True:
            await store.learn_keys(secret, clock())
            count = 0
            async for table, values in reseal_rows(store):
                count += values
                if values:
                    typer.echo(f"{table}: {values} values")
            papers = await reseal_papers(store, Papers(settings.data_dir / "papers"))
            typer.echo(f"{count} values and {papers} papers are encrypted anew.")
            if not count and not papers:
                break  # a whole look found nothing of an older key
        async with store.writing() as session:
            gone = await retire(session, key.id or 0)
    typer.echo(f"Done: everything carries key {key.id}; {gone} older key is deleted.")


async def _rewrap(settings: "Settings", new: str) -> None:
    from bot.app import clock
    from bot.guarding import existing
    from models.rotation import rewrap

    async with existing(settings, clock()) as store, store.writing() as session:
        count = await rewrap(session, settings.secret_key.get_secret_value(), new)
    typer.echo(f"{count} keys fit the new SAPA_SECRET_KEY. Set it for the bot now and restart every process.")
