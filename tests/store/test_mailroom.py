"""The mailroom on both databases: letters by desa, only in the region of the post, and no person gets one twice."""

from sqlmodel import select

from handlers.conversation.context import ReferenceData
from models.breach import Breach, declare, reach, write_letters_batch
from models.database import Database
from models.messaging.printed_letter import LetterDraft, PrintedLetter, store_letter
from models.offices import mailroom
from models.offices.mailroom import VillageMail
from models.people.account import Account
from tests.store.test_person_search import post_of
from tests.store.test_submission import SELF, an_account, filed
from tests.stores import NOW

WORDS = {"language": "id", "title": "Kabar", "lines": ["Sudah lengkap."], "on": "2026-11-28", "number": None}


async def test_letters_are_found_printed_and_handed_over_as_far_as_the_post_reaches(
    store: Database, desk: ReferenceData
) -> None:
    async with store.transaction() as session:
        one = await filed(session, desk, SELF, await an_account(session))
        person, office = one.person, one.application.office
        for _time in range(2):
            await store_letter(session, LetterDraft(person.id or 0, office, "receipt:x", WORDS, NOW))
        here = await post_of(session, office, person.regency, 97)
        elsewhere = await post_of(session, office, "1371", 98)
        assert await mailroom.villages_with_mail(session, here, printed=False) == [
            VillageMail(person.district, person.village, 1)
        ]
        assert not await mailroom.villages_with_mail(session, elsewhere, printed=False)
        assert not await mailroom.next_mail(session, elsewhere, printed=False)
        mails = await mailroom.next_mail(session, here, printed=False, district=person.district)
        await mailroom.mark_printed(session, mails, by=here.account_id, now=NOW)
        assert not await mailroom.next_mail(session, here, printed=False)
        await mailroom.mark_handed_over(
            session, await mailroom.next_mail(session, here, printed=True), by=here.account_id, now=NOW
        )
        assert not await mailroom.villages_with_mail(session, here, printed=True)
        (letter,) = await session.exec(select(PrintedLetter))
        assert (letter.printed_at, letter.handed_at) == (NOW, NOW)


async def test_after_a_breach_whoever_no_message_reaches_gets_one_letter(store: Database, desk: ReferenceData) -> None:
    async with store.transaction() as session:
        account: Account = await an_account(session)
        await filed(session, desk, SELF, account)
        account.unreachable = "blocked"
        session.add(account)
        breach = await declare(session, Breach(what="x", done="y", known_at=NOW), NOW)
        assert [await write_letters_batch(session, breach, lambda: WORDS, NOW) for _time in range(2)] == [1, 0]
        assert (await reach(session, breach)).letters == 1
