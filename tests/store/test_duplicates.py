"""People are found across the spellings of their names, and staff see who may be the same; on both databases."""

from datetime import date

import pytest
from sqlmodel.ext.asyncio.session import AsyncSession

from handlers.conversation.context import ReferenceData
from models.applications.application import Application
from models.database import Database
from models.offices.staff import Staff
from models.people import erasure
from models.people.born import Born
from models.people.duplicates import MatchReason, find_duplicates
from models.people.person import Person
from tests.store.test_person_search import found, post_of
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

OTHER_PHONE = "+6281300000000"


async def known_as(
    session: AsyncSession, desk: ReferenceData, name: str, telegram_id: int, **more: object
) -> Application:
    """A person of another family, registered by an account of their own."""
    about = {"name": name, "phone": OTHER_PHONE[:-1] + str(telegram_id % 10), **more}
    account = await an_account(session, telegram_id)
    return (await filed(session, desk, SELF.model_copy(update=about), account)).application


async def seen(session: AsyncSession, post: Staff, one: Application) -> list[tuple[str, tuple[MatchReason, ...]]]:
    person = await session.get_one(Person, one.person_id)
    return [(other.application.number, other.why) for other in await find_duplicates(session, person, post)]


@pytest.mark.parametrize(
    ("stored", "typed"),
    [
        ("Mohammad Soeharto", "muhamad suharto"), ("Nurhayati", "Nur Hayati"), ("Nur Hayati Tjandra", "nurhayati"),
        ("Abd. Rahman", "Abdurrahman"), ("Muh. Joesoef", "M Yusuf"), ("Siti Fatimah", "St. Patimah"),
    ],
)  # fmt: skip
async def test_somebody_is_found_in_any_spelling(store: Database, desk: ReferenceData, stored: str, typed: str) -> None:
    async with store.transaction() as session:
        mine = await known_as(session, desk, stored, 5)
        post = await post_of(session, "dinsos-kaltim", "64")
        await known_as(session, desk, "Bambang Lestari", 6)
        assert [one.id for one, _person in (await found(session, post, typed)).files] == [mine.id]


async def test_staff_see_who_may_be_the_same_and_why(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        mine = await known_as(session, desk, "Mohammad Nur Hayadi", 11)
        post = await post_of(session, "dinsos-kaltim", "64")
        same = await known_as(session, desk, "Moh. Noerhajadi", 12)
        about = await known_as(session, desk, "Muhamad Nurhayadi", 13, born=Born.in_years(1994, 1996))
        await known_as(session, desk, "Mohammad Nur Hayadi", 14, born=Born.of(date(1975, 8, 17)))
        phone = await known_as(session, desk, "Bambang", 15, phone=OTHER_PHONE[:-1] + "1")
        child = {"phone": OTHER_PHONE[:-1] + "1", "born": Born.of(date(2012, 5, 1))}
        await known_as(session, desk, "Anisa", 16, **child)
        assert await seen(session, post, mine) == [
            (phone.number, (MatchReason.PHONE,)),
            (about.number, (MatchReason.NAME_AND_BIRTH,)),
            (same.number, (MatchReason.NAME_AND_BIRTH,)),
        ]


async def test_nobody_is_pointed_out_beyond_the_post_or_after_their_erasure(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        mine, same = [await known_as(session, desk, "Rina Wati", number) for number in (21, 22)]
        near, far = await post_of(session, "dinsos-kaltim", "64"), await post_of(session, "dinsos-kaltim", "6401", 98)
        assert [number for number, _why in await seen(session, near, mine)] == [same.number]
        assert await seen(session, far, mine) == []
        person = await session.get_one(Person, same.person_id)
        assert person.alike_hash is not None
        await erasure.erase(session, person.id or 0, by=None, now=NOW)
        assert person.alike_hash is None
        assert await seen(session, near, mine) == []
