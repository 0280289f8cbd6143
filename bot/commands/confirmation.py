"""Asks for a yes before what cannot be undone: `--yes` says it for scripts; without a terminal it is refused."""

import sys
from typing import Annotated

import typer

from bot.settings import BadSettings

Yes = Annotated[bool, typer.Option("--yes", help="Do it without being asked; for scripts.")]


def confirm(question: str, *, yes: bool) -> None:
    """Ask for a yes. Raises BadSettings without a terminal to ask in, Exit after any other answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise BadSettings("This cannot be undone, and nobody can be asked here: add --yes to do it.")
    if not typer.confirm(question, default=False):
        typer.echo("Nothing was done.")
        raise typer.Exit(1)
