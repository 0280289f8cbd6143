"""Printed letters: messages to people without Telegram, stored until they are printed and handed over.

waiting ──printed, as often as it takes──▶ printed ──handed over──▶ done
   └── the person was erased: its words are gone
"""

from datetime import datetime
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import Index, bindparam, text, update
from sqlmodel import Field, col, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.database import insert_for
from models.encrypted import PINNED, EncryptedRow, encrypted

NOT_HANDED = text("handed_at IS NULL")
KODE_CEK = "kode_cek"
"""What stands in a letter only until it is in its reader's hand."""


class PrintedLetter(EncryptedRow, table=True):
    """One letter. `words`: its content (handlers/wording/printed_letters.py); None once its person was erased.

    `occasion` is why it was written, such as "receipt:KT-2026-0412-N"; it is unique, so that no letter is written
    twice.
    """

    __tablename__ = "printed_letter"
    __table_args__ = (
        Index("ix_printed_letter_waiting", "office", sqlite_where=NOT_HANDED, postgresql_where=NOT_HANDED),
    )

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True, sa_column_kwargs=PINNED)
    office: str = Field(foreign_key="office.key")
    occasion: str = Field(unique=True)
    words: Any = encrypted("printed_letter.words", default=None)
    made_at: datetime
    printed_at: datetime | None = None
    handed_at: datetime | None = None

    def print(self, now: datetime) -> None:
        """Mark as printed; the first time counts."""
        self.printed_at = self.printed_at or now

    def hand_over(self, now: datetime) -> None:
        """Mark as handed over, and remove the kode cek, which only its reader needs from now on."""
        self.printed_at, self.handed_at = self.printed_at or now, now
        if self.words:
            self.words = self.for_others()

    def for_others(self) -> dict[str, Any]:
        """Return what stands on it, without what is for its reader alone."""
        return {name: value for name, value in (self.words or {}).items() if name != KODE_CEK}


class LetterDraft(NamedTuple):
    """A letter to be kept."""

    person_id: int
    office: str
    occasion: str
    words: dict[str, Any]
    made_at: datetime


async def store_letter(session: AsyncSession, letter: LetterDraft) -> None:
    """Keep a letter; one of the same occasion is there already, and stays as it is."""
    connection = await session.connection()
    await connection.execute(insert_statement(connection.dialect.name), [letter._asdict()])


@cache
def insert_statement(dialect: str) -> Any:
    return insert_for(dialect)(PrintedLetter).on_conflict_do_nothing(index_elements=["occasion"])


LAST_LETTER = (
    select(PrintedLetter)
    .where(col(PrintedLetter.person_id) == bindparam("person"))
    .order_by(col(PrintedLetter.id).desc())
    .limit(1)
)


async def last_letter_to(session: AsyncSession, person_id: int) -> PrintedLetter | None:
    """Return the newest letter to a person."""
    return (await session.exec(LAST_LETTER, params={"person": person_id})).first()


async def letters_to_person(session: AsyncSession, person_id: int) -> list[PrintedLetter]:
    """Return the letters to a person, the oldest first; without those whose words are gone."""
    question = select(PrintedLetter).where(PrintedLetter.person_id == person_id).order_by(col(PrintedLetter.id))
    return [one for one in await session.exec(question) if one.words]


async def letters_from_office(session: AsyncSession, person_id: int, office: str) -> list[PrintedLetter]:
    """Return the letters of one office to a person."""
    return [one for one in await letters_to_person(session, person_id) if one.office == office]


async def remove_kode_cek(session: AsyncSession, person_id: int, number: str) -> None:
    """Remove a kode cek that is no longer valid from the letters that still hold it."""
    for letter in await letters_to_person(session, person_id):
        if KODE_CEK in letter.words and letter.words["number"] == number:
            letter.words = letter.for_others()
            session.add(letter)


def erase_words_statement(person_id: int) -> Any:
    """Build the statement that empties the letters of a person who is erased."""
    return update(PrintedLetter).where(col(PrintedLetter.person_id) == person_id).values(words=None)
