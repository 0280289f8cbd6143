"""Write printed letters: what a person without Telegram would have been told, on paper.

    written ─┬─ title, lines      Tanda terima / Nomor: KT-2026-0412-N / …
             └─ kode cek          on the receipt, until it is handed over
    page ────── one person: name, desa and kecamatan, their letters, the office, how to ask

A letter is in the language of its reader (models/people/language.py), not of the officer who prints it.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol

from handlers.conversation.context import A_DAY, Context
from handlers.wording.office_text import office_lines
from handlers.wording.pdf_sheets import Bundle, Code, Sheet, SheetSection
from locales import LANGUAGES, language, speaking
from locales import gettext as _
from locales.times import date_words
from models.applications.application import Application
from models.applications.receipt import PAYLOAD, grouped
from models.applications.registration import Need
from models.messaging.printed_letter import KODE_CEK, LetterDraft, PrintedLetter, store_letter
from models.people.language import language_of
from models.people.person import Person

FILE_NAME = "surat"
Letters = Sequence[tuple[Person, Sequence[PrintedLetter]]]


class Addressed(Protocol):
    """A person, the office that prints for them, and the number on the letter."""

    @property
    def person_id(self) -> int: ...
    @property
    def office(self) -> str: ...
    @property
    def number(self) -> str | None: ...


async def write(
    context: Context, reader: Addressed, occasion: str, title: str, lines: Sequence[str], *, kode_cek: str | None = None
) -> None:
    """Store a letter, once for each occasion (idempotent)."""
    on = context.reference.day_at(reader.office, context.now)
    words = written(title, lines, on, number=reader.number, kode_cek=kode_cek)
    await store_letter(context.session, LetterDraft(reader.person_id, reader.office, occasion, words, context.now))


def written(
    title: str, lines: Sequence[str], on: date, *, number: str | None = None, kode_cek: str | None = None
) -> dict[str, Any]:
    """Return what is stored of a letter, in the current language."""
    words = {"language": language(), "title": title, "lines": list(lines), "on": on.isoformat(), "number": number}
    return {**words, KODE_CEK: kode_cek} if kode_cek else words


def unkept(application: Application, words: dict[str, Any], now: datetime) -> PrintedLetter:
    """Make a letter that is printed but not stored: it is written again from the file the next time."""
    person, office = application.person_id, application.office
    return PrintedLetter(person_id=person, office=office, occasion="", words=words, made_at=now)


async def language_for(context: Context, person_id: int) -> str:
    """Return the language in which a person is written and read to."""
    return await language_of(context.session, person_id, context.now)


def page(context: Context, person: Person, letters: Sequence[PrintedLetter], *, shows_data: bool = True) -> Sheet:
    """Make the page with all letters of one person, in the language of the newest."""
    office = context.reference.office(letters[0].office)
    with speaking((letters[-1].words or {}).get("language") or LANGUAGES[0]):
        sections = [SheetSection("", [desa_words(context, person)])] if shows_data else []
        sections += [written_section(letter) for letter in letters]
        safety = [_("All services are free."), _("We never ask for a PIN, an OTP code, or money.")]
        sections.append(SheetSection(_("How to ask"), [*office_lines(office), *safety]))
        name = _("For {name}").format(name=person.name)
        code, foot = code_of(context, letters), office.name.in_(language())
        large = shows_data and Need.LARGE_PRINT in (person.needs or {}).get("kinds", [])
        return Sheet(name, sections, foot=foot, code=code, large=large, instead=not_printed(letters))


def page_or_missing(
    context: Context, person: Person, letters: Sequence[PrintedLetter], *, shows_data: bool = True
) -> Sheet:
    """Make the page of one person; after an error one that names their files, so that the others are printed."""
    try:
        return page(context, person, letters, shows_data=shows_data)
    except Exception:  # letters of an older release, or of a removed programme
        return Sheet(not_printed(letters), [])


def not_printed(letters: Sequence[PrintedLetter]) -> str:
    """Return the text of a page whose letters cannot be printed: the numbers of the files."""
    numbers = {letter.words["number"]: None for letter in letters if letter.words and letter.words.get("number")}
    return _("Letters about registration {numbers} could not be printed.").format(numbers=", ".join(numbers) or "–")


def written_section(letter: PrintedLetter) -> SheetSection:
    """Make the section of one letter; the receipt has the kode cek until it is handed over."""
    words = letter.words
    lines = [date_words(date.fromisoformat(words["on"])), *words["lines"]]
    if words.get(KODE_CEK):
        lines += [
            _("Kode cek status: {code}").format(code=grouped(words[KODE_CEK])),
            _("Use it to see the status from another phone. Type /cek."),
            _("Keep it, and give it to nobody else."),
        ]
    return SheetSection(words["title"], lines)


def desa_words(context: Context, person: Person) -> str:
    """Return desa and kecamatan, by which letters are sorted and delivered."""
    codes = (None if person.village_text else person.village, person.district)
    places = [place.label for code in codes if code and (place := context.reference.places.place(code))]
    return ", ".join([*([str(person.village_text)] if person.village_text else []), *places])


def code_of(context: Context, letters: Sequence[PrintedLetter]) -> Code:
    """Make the QR code to /cek of the newest file, or to the bot."""
    numbers = [letter.words["number"] for letter in letters if letter.words["number"]]
    if not numbers:
        return Code(context.reference.link(), _("Scan it to open the bot on Telegram."))
    words = _("Scan it to see the status of registration {number}.").format(number=numbers[-1])
    return Code(context.reference.link(PAYLOAD + numbers[-1]), words)


def send_letters(
    context: Context, people: Letters, caption: str, *, reference: str | None = None, shows_data: bool = True
) -> None:
    """Print letters, each person on a page of their own. The file can be saved, and is deleted after a day.

    `shows_data`: may the officer see where the person lives, and what helps?
    """
    pages = [page_or_missing(context, person, letters, shows_data=shows_data) for person, letters in people]
    bundle = Bundle(_("Letters"), pages)
    lines = [caption, _("We delete this message after one day.")]
    context.send_file(bundle.attachment(FILE_NAME), *lines, delete_after=A_DAY, reference=reference)
