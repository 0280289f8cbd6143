"""`sapa staff`: prints an invitation link for the first manager of an office, who invites the others in the chat."""

from typing import TYPE_CHECKING, Annotated

import typer

from models.offices.authority import Role

if TYPE_CHECKING:
    from bot.settings import Settings
    from models.office_file import OfficeFile

staff = typer.Typer(no_args_is_help=True, help="The staff of the offices.")


@staff.callback()
def _group() -> None:
    """Manage the staff of the offices."""  # with a callback, a group of one command is still a group


@staff.command()
def invite(
    office: Annotated[str, typer.Option(help="The key of the office in office.yaml.")],
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.MANAGER,
    region: Annotated[str, typer.Option(help="Code of the region, 2, 4 or 6 digits; the office's own if empty.")] = "",
) -> None:
    """Print a link by which one person comes on duty in an office; good once, for 24 hours."""
    from bot.event_loop import go
    from bot.settings import read_settings

    go(_invite(read_settings(), office, role, region))


async def _invite(settings: "Settings", office: str, role: Role, region: str) -> None:
    from bot.bot_username import UsernameCheck, check_username
    from bot.clock import clock
    from bot.installation import open_installation
    from models.offices import invitation
    from models.programmes import programme_version
    from models.programmes.catalogue import load_catalogue

    catalogue = load_catalogue(settings.office_file.parent)
    region = where(catalogue.office, office, region)
    name = catalogue.office.bot.username
    named = await check_username(settings, name)
    async with open_installation(settings, clock()) as store, store.transaction() as session:
        await programme_version.enter(session, catalogue, clock())
        _, token = await invitation.invite(session, office=office, role=role, region=region, by=None, now=clock())
    becomes = f"whoever uses it first becomes {role} of {office}. It is good for 24 hours."
    if named is UsernameCheck.SAME:
        typer.echo(f"Send this link to one person; {becomes}\nhttps://t.me/{name}?start={invitation.PAYLOAD}{token}")
    else:
        typer.echo(f"Telegram could not be asked whether @{name} is this bot, so there is no link.")
        typer.echo(f"Let one person write this to the bot; {becomes}\n/start {invitation.PAYLOAD}{token}")


def where(offices: "OfficeFile", office: str, region: str) -> str:
    """Return the region of the post. Raises BadSettings for an unknown office or region."""
    from bot.settings import BadSettings
    from models.offices.authority import is_within
    from models.places import gazetteer

    known = {one.key: one.region for one in offices.offices}
    if office not in known:
        raise BadSettings(f'office.yaml has no office "{office}"; it has {", ".join(known)}.')
    if region and gazetteer().place(region) is None:
        raise BadSettings(f"There is no region {region}: give the 2, 4 or 6 digits that a NIK begins with.")
    if region and not is_within(region, known[office]):
        raise BadSettings(f"{region} does not lie in {known[office]}, the region of {office}.")
    return region or known[office]
