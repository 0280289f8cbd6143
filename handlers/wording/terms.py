"""Map enums to words, and name the form of address, as in "Kapan Ibu lahir?"."""

from dataclasses import dataclass

from handlers.conversation.context import Context
from locales import ADDRESSED, N_, language
from locales import gettext as _
from locales.times import date_words, month_words
from models.applications import receipt
from models.applications.application import Stage
from models.applications.registration import Need, PhoneOwner
from models.people.account import Account, Address, ReadingMode
from models.people.born import Born
from models.people.disability import Disability
from models.people.person import NoNik

ADDRESSES = {
    Address.BAPAK: N_("Bapak"),
    Address.IBU: N_("Ibu"),
    Address.KAK: N_("Kakak"),
    Address.NAME: N_("Just my name"),
}
MODES = {
    ReadingMode.PLAIN: N_("Normal"),
    ReadingMode.SIMPLE: N_("Short and easy"),
    ReadingMode.SCREEN_READER: N_("Screen reader"),
    ReadingMode.DEAF: N_("Deaf, writing only"),
}
DISABILITIES = {
    Disability.PHYSICAL: N_("Physical"),
    Disability.INTELLECTUAL: N_("Intellectual"),
    Disability.MENTAL: N_("Mental"),
    Disability.SENSORY_SIGHT: N_("Sight (blind or low vision)"),
    Disability.SENSORY_HEARING: N_("Hearing (Deaf)"),
    Disability.SENSORY_SPEECH: N_("Speech"),
}
NO_NIK = {
    NoNik.NOT_YET: N_("No NIK yet"),
    NoNik.LOST: N_("The card is lost"),
    NoNik.IN_PROCESS: N_("The card is being made"),
    NoNik.IN_PHOTO: N_("To be read from the photo"),
}
OWNERS = {
    PhoneOwner.PERSON: N_("own number"),
    PhoneOwner.WRITER: N_("number of the writer"),
    PhoneOwner.OTHER: N_("number of somebody else"),
}
NEEDS = {
    Need.SIGN_LANGUAGE: N_("Sign language interpreter"),
    Need.RAMP: N_("Wheelchair access"),
    Need.COMPANION: N_("A companion"),
    Need.WRITTEN: N_("Written material"),
    Need.LARGE_PRINT: N_("Large letters"),
    Need.SCREEN_READER: N_("Text for a screen reader"),
    Need.QUIET_ROOM: N_("A quiet room"),
    Need.SLOWLY: N_("Explained slowly"),
    Need.TRANSPORT: N_("Help with the way there"),
}
NOTHING_WORDS = N_("Nothing is needed")
TITLES = {Address.BAPAK: "Bapak", Address.IBU: "Ibu", Address.KAK: "Kak"}
PRONOUNS = {**TITLES, Address.KAK: "Kakak"}
"""The form of address before a name, and alone in place of "Anda": Kak Sari, but: nama Kakak."""


@dataclass(frozen=True, slots=True)
class StageWords:
    """Three parts of a status; the fourth is the date of the next message."""

    where: str
    why: str
    next: str
    next_in_writing: str | None = None


STAGES = {
    Stage.SUBMITTED: StageWords(
        N_("Now: the registration is in."),
        N_("Why: staff have not opened it yet."),
        N_("Next: staff check the papers."),
    ),
    Stage.DOC_CHECK: StageWords(
        N_("Now: the papers are being checked."),
        N_("Why: every paper must be complete and readable."),
        N_("Next: staff compare the data."),
    ),
    Stage.NEEDS_FIX: StageWords(
        N_("Now: something must be added."),
        N_("Why: a paper is missing or not clear."),
        N_("Next: send that paper. Then staff check it."),
    ),
    Stage.DATA_VERIF: StageWords(
        N_("Now: the data are being compared."),
        N_("Why: staff make sure that the data are right."),
        N_("Next: staff make an assessment."),
    ),
    Stage.ASSESSMENT: StageWords(
        N_("Now: the assessment."),
        N_("Why: staff want to know what is needed."),
        N_("Next: staff visit or get in touch."),
        N_("Next: staff visit or write to you. All of it in writing."),
    ),
    Stage.ELIGIBLE: StageWords(
        N_("Now: the conditions are met."),
        N_("Why: the assessment is finished."),
        N_("Next: staff propose the name, or put it on the waiting list."),
    ),
    Stage.NOMINATED: StageWords(
        N_("Now: already proposed to the province."),
        N_("Why: the province decides who takes part."),
        N_("Next: the province decides. We tell you the result."),
    ),
    Stage.WAITLISTED: StageWords(
        N_("Now: on the waiting list."),
        N_("Why: all seats are taken."),
        N_("Next: when a seat is free, we tell you at once. You need not register again."),
    ),
    Stage.APPROVED: StageWords(
        N_("Now: chosen to take part or to receive."),
        N_("Why: the office has decided so."),
        N_("Next: staff tell you the day and the place."),
    ),
    Stage.REJECTED: StageWords(
        N_("Now: it is not possible in this programme yet."),
        N_("Why: a condition is not met yet."),
        N_("Next: you may object. Another officer then checks again."),
    ),
    Stage.OBJECTION: StageWords(
        N_("Now: it is being checked again."),
        N_("Why: there is an objection to the first result."),
        N_("Next: another officer decides."),
    ),
    Stage.REJECTED_FINAL: StageWords(
        N_("Now: the second check had the same result."),
        N_("Why: a condition is still not met."),
        N_("Next: ask staff about other programmes."),
    ),
    Stage.REFERRED: StageWords(
        N_("Now: passed on to another office."),
        N_("Why: that office can help better."),
        N_("Next: that office answers us. Then we tell you."),
    ),
    Stage.WITHDRAWN: StageWords(
        N_("Now: the registration is cancelled."),
        N_("Why: it was cancelled on request."),
        N_("Next: nothing more. You may register again."),
    ),
    Stage.EXPIRED: StageWords(
        N_("Now: the registration has ended."),
        N_("Why: its time was over."),
        N_("Next: nothing more. You may register again."),
    ),
    Stage.CLOSED: StageWords(
        N_("Now: finished."),
        N_("Why: every step is done."),
        N_("Next: nothing more for this registration."),
    ),
}


def pronoun_of(account: Account | None) -> str | None:
    """Return what an account is called instead of "Anda": "Ibu", "Kakak", a name; None while it is not known."""
    if account is None or account.address is None:
        return None
    return PRONOUNS.get(account.address, str(account.called) if account.called else None)


def address_of(account: Account) -> str:
    """Return the form of address for a greeting, in each language."""
    return pronoun_of(account) or _("you")


def named(context: Context, name: str) -> str:
    """Return "Ibu Sari": the account holder's name with their form of address."""
    return titled(context.account, name)


def titled(account: Account, name: str) -> str:
    """Return a name with the form of address of an account, in the current language."""
    title = TITLES.get(account.address) if account.address else None
    return f"{title} {name}" if title and language() == ADDRESSED else name


def born_words(born: Born) -> str:
    """Return a birth date; an estimated one is marked."""
    if born.day is not None:
        return date_words(born.day)
    first, last = born.earliest.year, born.latest.year
    if born == Born.in_month(first, born.earliest.month):
        return _("{month} (estimated)").format(month=month_words(born.earliest))
    if first == last:
        return _("the year {year} (estimated)").format(year=first)
    return _("{first} to {last} (estimated)").format(first=first, last=last)


def number_for(mode: ReadingMode, number: str) -> str:
    """Return a receipt number or reference: as it is, or spelled so that a screen reader says each sign."""
    read = receipt.read(number)
    if mode is ReadingMode.SCREEN_READER and isinstance(read, receipt.Receipt):
        return read.spoken
    return number


def hidden_for(mode: ReadingMode, number: str) -> str:
    """Mask a number to its ends; without dots for a screen reader, which would read each."""
    if mode is ReadingMode.SCREEN_READER:
        return _("ending in {digits}").format(digits=" ".join(number[-4:]))
    return masked(number)


def masked(text: str, first: int = 4, last: int = 4) -> str:
    """Mask a NIK or a phone number to its ends: 6472••••••••9001."""
    if len(text) <= first + last:
        return "•" * len(text)
    return text[:first] + "•" * (len(text) - first - last) + text[-last:]
