"""/data: what is stored about the people of this account, who has seen it, and how to have it corrected.

/data ─▶ shown, with an offer ──correct or copy──▶ kept for staff, with a number
                          └──erase──▶ erasing.py
"""

from datetime import timedelta

from telegram import Update

from handlers import for_staff
from handlers.buttons import Choice, choices
from handlers.context import Talk
from handlers.family import telling
from handlers.following import erasing, helping
from handlers.menu import show_menu
from handlers.reception import resuming
from handlers.reception.offers import offer
from handlers.registering.needs import NEEDS
from handlers.words import DISABILITIES, NO_NIK, hidden_for
from locales import N_, NAMES
from locales import gettext as _
from locales.times import date_words, list_words
from models.applications.standing import Standing, standings
from models.people.consent import Answer, Consent
from models.people.data import consents_of, reveals_of
from models.people.person import Person

TALK = "data"


ASK = "ASK"
ANSWERS = {
    Answer.GIVEN: N_("Consent given: {day}"),
    Answer.REFUSED: N_("Consent refused: {day}"),
    Answer.WITHDRAWN: N_("Consent withdrawn: {day}"),
}
ERASE, NOTHING = "erase", "nothing"


async def show(update: Update, context: Talk) -> None:
    found = await standings(context.session, context.account, context.now)
    for standing in (one for one in found if one.shows_data):
        await telling.looked_at(context, standing.link, standing.person)
        context.say("\n".join(await person_lines(context, standing)), protect=True)
    context.say("\n".join(await account_lines(context, found)))
    lines = [
        _("You may correct your data, get a copy, or erase them."),
        _("Staff correct and copy. You erase yourself."),
    ]
    offer(context, "\n".join(lines), request_choices())


async def ask_staff_for(key: str, update: Update, context: Talk) -> None:
    """Correcting and copying are done by staff, within the hours that the office promises."""
    if key == ERASE:
        resuming.settle(erasing.TALK, await erasing.begin(update, context))
        return
    if key not in {choice.key for choice in request_choices()} - {NOTHING}:
        show_menu(context, _("All right. Type /data to see it again."))
        return
    within = timedelta(hours=context.desk.catalogue.office.deadlines.own_data_hours)
    await helping.say_kept(context, await for_staff.file(context, "data", key, promised_at=context.now + within))


async def person_lines(context: Talk, standing: Standing) -> list[str]:
    """What is stored about one person, a line each; what opens doors elsewhere is masked."""
    person = standing.person
    told = [
        (N_("Name: {it}"), person.name),
        (N_("Birth date: {it}"), date_words(person.born)),
        (N_("Address: {it}"), address_words(context, person)),
        (N_("Phone: {it}"), hidden_for(context.work.mode, person.phone) if person.phone else None),
        (N_("NIK: {it}"), nik_words(context, person)),
        (N_("What helps: {it}"), needs_words(person)),
        (N_("Kind of disability: {it}"), disability_words(person)),
    ]
    lines = [_("This is stored:"), *(_(label).format(it=it or _("not filled in")) for label, it in told)]
    seen = await reveals_of(context.session, person.id or 0)
    days = [date_words(day) for day in seen]
    return [*lines, _("Seen in full by staff on: {days}").format(days=list_words(days)) if days else nobody_looked()]


def nobody_looked() -> str:
    return _("No staff member has opened the full NIK.")


async def account_lines(context: Talk, found: list[Standing]) -> list[str]:
    account = context.account
    lines = [] if found else [_("Nobody is registered from this account yet.")]
    lines += [_("About this account:"), _("Language: {language}").format(language=NAMES[account.language])]
    lines += [consent_words(context, one) for one in await consents_of(context.session, account.id or 0)]
    lines += [_("Unsent answers are kept for 30 days.")] if context.work.drafts else []
    return lines


def consent_words(context: Talk, consent: Consent) -> str:
    region = context.desk.catalogue.office.offices[0].region
    return _(ANSWERS[consent.answer]).format(day=date_words(context.desk.day_in(region, consent.at)))


def address_words(context: Talk, person: Person) -> str:
    """Village, district and regency, as far as they are known."""
    places = context.desk.places
    names = [places.place(code) for code in (person.village, person.district, person.regency) if code]
    typed = [person.village_text] if person.village_text else []
    return ", ".join([*typed, *(place.label for place in names if place)])


def nik_words(context: Talk, person: Person) -> str | None:
    if person.nik:
        return hidden_for(context.work.mode, person.nik)
    return _(NO_NIK[person.no_nik]) if person.no_nik else None


def needs_words(person: Person) -> str | None:
    needs = person.needs or {}
    words = [_(NEEDS[kind]) for kind in NEEDS if kind in needs.get("kinds", [])]
    return list_words([*words, *([needs["words"]] if needs.get("words") else [])]) or None


def disability_words(person: Person) -> str | None:
    kinds = (person.disabilities or {}).get("kinds", [])
    return list_words([_(words) for kind, words in DISABILITIES.items() if kind in kinds]) or None


def request_choices() -> list[Choice]:
    return choices(
        TALK,
        ASK,
        ("correct", N_("Correct my data")),
        ("copy", N_("Get a copy of my data")),
        (ERASE, N_("Erase my data")),
        (NOTHING, N_("Change nothing")),
    )
