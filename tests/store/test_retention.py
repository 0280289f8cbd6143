"""How long people are kept, on both databases: to the day, and no person with anything open."""

from datetime import timedelta

import pytest
from sqlmodel import select

from handlers.conversation.context import ReferenceData
from models.applications.application import Application, Stage
from models.database import Database
from models.people.erasure import Erasure
from models.people.person import Person
from models.retention.policies import POLICIES
from models.retention.policy import preview, remove, remove_some
from tests.store.test_submission import CHILD, SELF, an_account, filed
from tests.stores import NOW


async def ended(store: Database, desk: ReferenceData, *stages: Stage) -> None:
    """One person with a file in each of these stages, since NOW."""
    async with store.transaction() as session:
        account = await an_account(session)
        first = await filed(session, desk, SELF, account)
        for stage in stages[1:]:
            form = SELF.model_copy(update={"programme": "keterampilan", "answers": {}})
            (await filed(session, desk, form, account)).application.stage = stage
        first.application.stage = stages[0]
        session.add(first.application)


KINDS_OF_PEOPLE = {kind.setting: kind for kind in POLICIES if kind.setting in {"refused", "participant"}}


async def past_of(store: Database, desk: ReferenceData, days: float) -> dict[str, int]:
    """How many people would go, by the setting that says so."""
    kept, then = desk.catalogue.office.retention, NOW + timedelta(days=days)
    async with store.read_only() as session:
        return {name: (await preview(session, kind, kept, then)).past for name, kind in KINDS_OF_PEOPLE.items()}


@pytest.mark.parametrize(("stages", "setting", "days"), [
    ([Stage.WITHDRAWN], "refused", 365), ([Stage.REJECTED], "refused", 365), ([Stage.EXPIRED], "refused", 365),
    ([Stage.REJECTED_FINAL], "refused", 365), ([Stage.WITHDRAWN, Stage.REJECTED], "refused", 365),
    ([Stage.CLOSED], "participant", 730), ([Stage.CLOSED, Stage.CLOSED], "participant", 730),
    ([Stage.CLOSED, Stage.WITHDRAWN], "participant", 730), ([Stage.WITHDRAWN, Stage.CLOSED], "participant", 730),
])  # fmt: skip
async def test_people_are_kept_to_the_day(
    store: Database, desk: ReferenceData, stages: list[Stage], setting: str, days: int
) -> None:
    await ended(store, desk, *stages)
    none = dict.fromkeys(KINDS_OF_PEOPLE, 0)
    assert await past_of(store, desk, days - 0.01) == none
    assert await past_of(store, desk, days) == none | {setting: 1}
    async with store.read_only() as session:
        found = await preview(session, KINDS_OF_PEOPLE[setting], desk.catalogue.office.retention, NOW)
    assert found.next == NOW + timedelta(days=days)


@pytest.mark.parametrize("later", [300, 400])
async def test_a_refusal_after_a_finished_training_keeps_a_person_as_long_as_the_longer_of_both(
    store: Database, desk: ReferenceData, later: int
) -> None:
    await ended(store, desk, Stage.CLOSED, Stage.REJECTED)
    async with store.transaction() as session:
        refused = (await session.exec(select(Application).where(Application.stage == Stage.REJECTED))).one()
        refused.moved_at = NOW + timedelta(days=later)
        session.add(refused)
    setting, days = ("participant", 730) if later == 300 else ("refused", 400 + 365)
    assert sum((await past_of(store, desk, days - 0.01)).values()) == 0
    assert (await past_of(store, desk, days))[setting] == 1
    assert sum((await past_of(store, desk, days)).values()) == 1


@pytest.mark.parametrize("stage", [stage for stage in Stage if stage not in {
    Stage.WITHDRAWN, Stage.REJECTED, Stage.EXPIRED, Stage.REJECTED_FINAL, Stage.CLOSED,
}])  # fmt: skip
@pytest.mark.parametrize("other", [Stage.WITHDRAWN, Stage.CLOSED])
async def test_nobody_with_anything_open_is_touched(
    store: Database, desk: ReferenceData, stage: Stage, other: Stage
) -> None:
    await ended(store, desk, other, stage)
    assert await past_of(store, desk, 10_000) == {"refused": 0, "participant": 0}


async def test_they_are_erased_once_and_the_others_stay(store: Database, desk: ReferenceData) -> None:
    await ended(store, desk, Stage.WITHDRAWN)
    then, kept, kind = NOW + timedelta(days=365), desk.catalogue.office.retention, KINDS_OF_PEOPLE["refused"]
    async with store.transaction() as session:
        other = await filed(session, desk, CHILD, await an_account(session, 8))
    async with store.transaction() as session:
        assert await remove(session, kind, [other.person.id or 0], kept, then) == 0
    assert [await remove_some(store, kind, kept, then), await remove_some(store, kind, kept, then)] == [1, 0]
    async with store.read_only() as session:
        assert {one.name for one in await session.exec(select(Person))} == {"", other.person.name}
        assert (await session.exec(select(Erasure))).one().by is None
        assert len(list(await session.exec(select(Application)))) == 2
    assert await past_of(store, desk, 10_000) == {"refused": 0, "participant": 0}
