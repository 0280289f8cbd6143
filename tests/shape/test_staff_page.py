"""The page for staff tells of every command and every matter at the counter, and of the roles that may."""

from pathlib import Path

import pytest

import handlers
from handlers.conversation.menu import STAFF_MENU
from handlers.counter.services import SERVICES, CounterService
from handlers.wording.staff_text import ROLE_WORDS
from locales import gettext as _
from locales import speaking
from models.offices.authority import ALL_ROLES, AT_THE_COUNTER, ROLES, Role

PAGE = Path(__file__).resolve().parents[2] / "docs" / "guide" / "petugas.md"
ROWS = [
    [cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.read_text("utf-8").splitlines() if "|" in line
]
TOLD = {cells[0].strip("`/"): cells for cells in ROWS}
"""The rows of its tables, by what stands first; who may stands last."""


def named(roles: frozenset[Role]) -> str:
    if roles in (ALL_ROLES, AT_THE_COUNTER):
        return "semua" if roles == ALL_ROLES else "semua yang di loket"
    return ", ".join(_(words).lower() for role, words in ROLE_WORDS.items() if role in roles)


OF_STAFF = [one for one in handlers.registry().conversations.values() if one.access.act and one.commands]


@pytest.mark.parametrize("command,roles", [(one.commands[0].name, ROLES[one.access.act]) for one in OF_STAFF])
def test_the_page_names_every_command_of_staff_and_who_may_use_it(command: str, roles: frozenset[Role]) -> None:
    with speaking("id"):
        told = named(roles)
    assert sorted(TOLD[command][-1].split(", ")) == sorted(told.split(", "))


@pytest.mark.parametrize("matter", SERVICES, ids=lambda matter: str(matter.act))
def test_the_page_names_every_matter_at_the_counter_and_who_may_do_it(matter: CounterService) -> None:
    with speaking("id"):
        words, told = _(matter.words), named(ROLES[matter.act])
    assert sorted(TOLD[words][-1].split(", ")) == sorted(told.split(", "))


def test_whatever_staff_may_type_they_may_also_tap() -> None:
    assert {one.name for one in OF_STAFF if one.name != STAFF_MENU} == {one.name for one in OF_STAFF if one.staff_menu}
