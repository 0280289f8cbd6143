"""How long people are kept, on both databases: to the day, and nobody with anything open."""

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.context import Desk
from models.applications.application import Application, Stage
from models.people.erasure import Erasure
from models.people.person import Person
from models.retention import Overdue, erase_them, look, past
from models.store import Store
from tests.store.test_filing import CHILD, SELF, an_account, filed
from tests.stores import NOW


async def ended(store: Store, desk: Desk, *stages: Stage) -> None:
    """One person with a file in each of these stages, since NOW."""
    async with store.writing() as session:
        account = await an_account(session)
        first = await filed(session, desk, SELF, account)
        for stage in stages[1:]:
            form = SELF.model_copy(update={"programme": "keterampilan", "answers": {}})
            (await filed(session, desk, form, account)).application.stage = stage
        first.application.stage = stages[0]
        session.add(first.application)


async def looked(store: Store, desk: Desk, days: float) -> Overdue:
    async with store.reading() as session:
        return await look(session, desk.catalogue.office.retention, NOW + timedelta(days=days))


@pytest.mark.parametrize(("stages", "days"), [
    ([Stage.WITHDRAWN], 365), ([Stage.REJECTED], 365), ([Stage.EXPIRED], 365), ([Stage.REJECTED_FINAL], 365),
    ([Stage.CLOSED], 730), ([Stage.CLOSED, Stage.WITHDRAWN], 730), ([Stage.WITHDRAWN, Stage.CLOSED], 730),
])  # fmt: skip
async def test_people_are_kept_to_the_day(store: Store, desk: Desk, stages: list[Stage], days: int) -> None:
    await ended(store, desk, *stages)
    assert await looked(store, desk, days - 0.01) == Overdue(past=0, kept=1)
    assert await looked(store, desk, days) == Overdue(past=1, kept=0)


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {
    Stage.WITHDRAWN, Stage.REJECTED, Stage.EXPIRED, Stage.REJECTED_FINAL, Stage.CLOSED,
}])  # fmt: skip
async def test_nobody_with_anything_open_is_touched(store: Store, desk: Desk, stage: Stage) -> None:
    await ended(store, desk, Stage.WITHDRAWN, stage)
    assert await looked(store, desk, 10_000) == Overdue(past=0, kept=1)


async def test_they_are_erased_once_and_the_others_stay(store: Store, desk: Desk) -> None:
    await ended(store, desk, Stage.WITHDRAWN)
    then = NOW + timedelta(days=365)
    async with store.writing() as session:
        other = await filed(session, desk, CHILD, await an_account(session, 8))
    for count in (1, 0):
        days = desk.catalogue.office.retention
        async with store.reading() as session:
            people = await past(session, days, then)
        async with store.writing() as session:
            assert await erase_them(session, people, days, then) == count
            assert await erase_them(session, [other.person.id or 0], days, then) == 0
    async with store.reading() as session:
        assert {one.name for one in await session.exec(select(Person))} == {"", other.person.name}
        assert (await session.exec(select(Erasure))).one().by is None
        assert len(list(await session.exec(select(Application)))) == 2
    assert await looked(store, desk, 10_000) == Overdue(past=0, kept=1)
