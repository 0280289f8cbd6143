"""`sapa audit`: compares the audit log with its chain of digests, and names the first digest that differs."""

import typer

audit = typer.Typer(no_args_is_help=True, help="The log of who did what, when and why.")


@audit.callback()
def _group() -> None:
    """Check the audit log: who did what, when and why."""


@audit.command()
def verify() -> None:
    """Compare the whole log with its chain of digests; exits with 1 if a row was changed, removed or inserted."""
    from bot.event_loop import go

    go(_verify())


async def _verify() -> None:
    from bot.clock import clock
    from bot.installation import STORE_SETTINGS, open_installation
    from bot.settings import read_settings
    from models.audit_seal import verify as look

    async with open_installation(read_settings(*STORE_SETTINGS), clock()) as store, store.read_only() as session:
        found = await look(session)
    if found.cut is not None and found.cut.cut_at is not None:
        day, first = found.cut.cut_at, found.cut.last + 1
        typer.echo(f"       Rows before {first} were past the office's days; removed by {day:%Y-%m-%d %H:%M} UTC.")
        typer.echo(f"       What the log says can be proved from row {first} on.")
    if (seal := found.broken) is not None:
        typer.echo(f"to do  The log does not fit seal {seal.id} (rows {seal.first} to {seal.last}):")
        typer.echo("       a row was changed, removed or put in. Compare with a backup from before.")
        raise typer.Exit(1)
    typer.echo(f"ok     {found.rows} rows fit their {found.seals} seals; {found.unsealed} newer rows have none yet.")
    if found.last is not None:
        typer.echo("       Keep this line elsewhere, to notice if the end is cut off:")
        typer.echo(f"       seal {found.last.id}, {found.last.made_at:%Y-%m-%d %H:%M} UTC, {found.last.digest.hex()}")
