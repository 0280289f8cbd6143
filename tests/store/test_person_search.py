"""Finding a person at the counter, on both databases: by hash, and only as far as the post reaches."""

import pytest
from sqlmodel import col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.audit import Audit
from models.database import Database
from models.keyring import keyring_of
from models.mydata.access_history import DataAccess, accesses_to, record_access
from models.offices import staff
from models.offices.authority import Role
from models.offices.staff import Staff
from models.people import erasure
from models.people.person import Person
from models.people.person_search import MAX_RESULTS, SearchKey, SearchResult, find, read_query
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

NIK = "6472055708909001"
READINGS = [
    ("KT-2026-0412-G", SearchKey.NUMBER),
    ("kt 2026 0412 g", SearchKey.NUMBER),
    (NIK, SearchKey.NIK),
    ("6472 0557 0890 9001", SearchKey.NIK),
    ("0812-3456-7890", SearchKey.PHONE),
    ("+62 812 3456 7890", SearchKey.PHONE),
    ("Sari", SearchKey.NAME),
    ("  ibu SARI lestari ", SearchKey.NAME),
]


@pytest.mark.parametrize(("typed", "by"), READINGS)
def test_what_an_officer_types_is_read_as_what_it_is(typed: str, by: SearchKey) -> None:
    wanted = read_query(typed)
    assert wanted is not None
    assert wanted.by is by


@pytest.mark.parametrize("typed", ["", "?", "123", "64720557", "..."])
def test_there_is_nothing_to_look_for_in_half_a_number(typed: str) -> None:
    assert read_query(typed) is None


async def post_of(session: AsyncSession, office: str, region: str, telegram_id: int = 99) -> Staff:
    account = await an_account(session, telegram_id)
    return await staff.appoint(session, account, "Bima", office=office, role=Role.OPERATOR, region=region, now=NOW)


async def found(session: AsyncSession, post: Staff, typed: str) -> SearchResult:
    wanted = read_query(typed)
    assert wanted is not None
    return await find(session, wanted, post, NOW)


async def with_nik(session: AsyncSession, person: Person) -> None:
    person.nik, person.nik_hash = NIK, keyring_of(session.get_bind().dialect).blind_index("nik", NIK)
    session.add(person)
    await session.flush()


@pytest.mark.parametrize("region", ["64", SELF.regency, SELF.district])
async def test_every_way_of_looking_finds_the_same_file(store: Database, desk: ReferenceData, region: str) -> None:
    async with store.transaction() as session:
        mine = await filed(session, desk, SELF, await an_account(session))
        await with_nik(session, mine.person)
        post = await post_of(session, mine.application.office, region)
        for typed in (mine.application.number, NIK, str(SELF.phone), str(SELF.name), "SARI dewi"):
            files = (await found(session, post, typed)).files
            assert [application.id for application, _person in files] == [mine.application.id]


@pytest.mark.parametrize(
    ("office", "region"), [("dinsos-bpp", "6471"), ("dinsos-kaltim", "6471"), ("dinsos-kaltim", "1")]
)
async def test_nobody_is_found_beyond_the_office_and_the_region_of_the_post(
    store: Database, desk: ReferenceData, office: str, region: str
) -> None:
    async with store.transaction() as session:
        mine = await filed(session, desk, SELF, await an_account(session))
        await with_nik(session, mine.person)
        post = await post_of(session, office, region)
        for typed in (mine.application.number, NIK, str(SELF.phone), str(SELF.name)):
            assert not (await found(session, post, typed)).files


async def test_all_words_of_a_name_must_fit_and_many_files_are_cut_off(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        for number in range(MAX_RESULTS + 1):
            form = SELF.model_copy(update={"name": f"Sari Ke{'abcdefghi'[number]}"})
            last = await filed(session, desk, form, await an_account(session, 1_000 + number))
        post = await post_of(session, last.application.office, "64")
        everybody = await found(session, post, "sari")
        assert (len(everybody.files), everybody.more) == (MAX_RESULTS, True)
        assert everybody.files[0][0].id == last.application.id
        one = await found(session, post, "kea sari")
        assert ([person.name for _file, person in one.files], one.more) == (["Sari Kea"], False)
        assert not (await found(session, post, "sari lestari wati")).files


async def test_whoever_was_erased_is_not_found(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        mine = await filed(session, desk, SELF, await an_account(session))
        post = await post_of(session, mine.application.office, "64")
        await erasure.erase(session, mine.person.id or 0, by=None, now=NOW)
        assert not (await found(session, post, mine.application.number)).files


async def test_a_search_stands_in_the_log_without_what_was_typed(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        mine = await filed(session, desk, SELF, await an_account(session))
        post = await post_of(session, mine.application.office, "64")
        await found(session, post, str(SELF.name))
        row = (await session.exec(select(Audit).where(Audit.act == "search"))).one()
        assert (row.by, row.note) == (f"account:{post.account_id}", {"by": "name", "found": 1})


async def test_who_looked_is_kept_with_post_and_reason_and_told_without_the_officer(
    store: Database, desk: ReferenceData
) -> None:
    looked = DataAccess(NOW, Role.OPERATOR, "dinsos-kaltim", "check", "ktp")
    async with store.transaction() as session:
        mine = await filed(session, desk, SELF, await an_account(session))
        await record_access(session, mine.person.id or 0, looked, by=5)
        assert await accesses_to(session, mine.person.id or 0) == [looked]
        assert await accesses_to(session, (mine.person.id or 0) + 1) == []
        row = (await session.exec(select(Audit).where(col(Audit.act) == "reveal"))).one()
        assert row.by == "account:5"
