"""A programme whose file is renamed or removed while applications are open: it is said, and keeps its name."""

from dataclasses import replace
from datetime import date

import pytest

from bot.commands.doctor_probes import ToDo
from bot.commands.doctor_storage import dates, programmes
from handlers.conversation.context import ReferenceData
from models.applications.application import Stage
from models.applications.removed_programmes import count_orphans
from models.database import Database
from models.programmes import programme_version
from models.programmes.catalogue import Catalogue
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW


def without(desk: ReferenceData, key: str) -> Catalogue:
    """The office's files when one of them is gone."""
    left = tuple(one for one in desk.catalogue if one.key != key)
    return replace(desk.catalogue, programmes=left, former={})


async def test_applications_to_a_programme_that_is_gone_are_counted_while_they_are_open(
    store: Database, desk: ReferenceData
) -> None:
    later = without(desk, "uep")
    async with store.transaction() as session:
        done = await filed(session, desk, SELF, await an_account(session))
        assert await count_orphans(session, desk.catalogue) == {}
        assert await count_orphans(session, later) == {"uep": 1}
        with pytest.raises(ToDo, match=r"uep \(1 open\)"):
            await programmes(session, later)
        done.application.move(Stage.WITHDRAWN, NOW)
        session.add(done.application)
        await session.flush()
        assert await count_orphans(session, later) == {}


async def test_people_go_on_reading_its_name_and_nobody_is_offered_it(store: Database, desk: ReferenceData) -> None:
    later = without(desk, "uep")
    async with store.transaction() as session:
        await programme_version.enter(session, desk.catalogue, NOW)
        await programme_version.remember_former(session, later)
    assert later.get("uep") == desk.catalogue["uep"]
    assert later.offered("uep") is None
    assert "uep" not in later and "uep" not in [one.key for one in later]
    assert "uep" not in [one.key for one in later.in_place("6472")]


async def test_a_date_that_has_passed_is_said_the_day_after(desk: ReferenceData) -> None:
    closed = [one for one in desk.catalogue if one.closed]
    last = max(one.closed.news_by for one in closed if one.closed)
    assert not [said for said in desk.catalogue.passed_dates(date(2026, 11, 23)) if "news_by" in said]
    said = list(desk.catalogue.passed_dates(last.replace(year=last.year + 1)))
    assert all(any(line.startswith(f"{one.key}: news_by was") for line in said) for one in closed)
    with pytest.raises(ToDo, match="people read it as still to come"):
        dates(desk.catalogue, NOW.replace(year=last.year + 1))
