"""/data: what is stored about the people of this account, who has seen it, and how to have it corrected.

/data ─▶ shown, with an offer ──correct or copy──▶ kept for staff, with a number
                          └──erase──▶ erasing.py
"""

from collections.abc import Sequence
from datetime import timedelta

from telegram import Update

from handlers import for_staff
from handlers.asking.drafts import life
from handlers.buttons import Choice, choices
from handlers.context import Talk
from handlers.counter.revealing import REASONS
from handlers.family import telling
from handlers.following import helping
from handlers.menu import show_menu
from handlers.mydata import erasing
from handlers.person_words import described
from handlers.reception import resuming
from handlers.reception.offers import offer
from handlers.staff.posts import ROLE_WORDS
from locales import N_, NAMES, language
from locales import gettext as _
from locales.times import date_words
from models.applications.standing import Standing, standings
from models.mydata.seen import Looked, consents_of, reveals_of
from models.offices.authority import Role
from models.people.consent import Answer, Consent

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


async def go_to(key: str, update: Update, context: Talk) -> None:
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
    lines = [_("This is stored:"), *described(context, person)]
    return [*lines, *seen_lines(context, await reveals_of(context.session, person.id or 0))]


def seen_lines(context: Talk, seen: Sequence[Looked]) -> list[str]:
    """Who looked at it in full, when and why: the post and the office, not the officer's name."""
    if not seen:
        return [_("No staff member has seen it in full.")]
    told = [looked_words(context, one) for one in seen]
    return ["", _("Staff have seen it in full:"), *dict.fromkeys(told)]


def looked_words(context: Talk, one: Looked) -> str:
    """The day, the post, and the reason in the officer's words below."""
    office = context.desk.catalogue.office[one.office]
    head = _("- {day}: {role}, {office}").format(
        day=date_words(context.desk.day_in(office.region, one.at)),
        role=_(ROLE_WORDS[Role(one.role)]),
        office=office.short_name.in_(language()),
    )
    return head + "\n" + (_(REASONS[one.reason]) if one.reason in REASONS else one.reason)


async def account_lines(context: Talk, found: list[Standing]) -> list[str]:
    account = context.account
    lines = [] if found else [_("Nobody is registered from this account yet.")]
    lines += [_("About this account:"), _("Language: {language}").format(language=NAMES[account.language])]
    lines += [consent_words(context, one) for one in await consents_of(context.session, account.id or 0)]
    lines += (
        [_("Unsent answers are kept for {count} days.").format(count=life(context).days)] if context.work.drafts else []
    )
    return lines


def consent_words(context: Talk, consent: Consent) -> str:
    region = context.desk.catalogue.office.offices[0].region
    return _(ANSWERS[consent.answer]).format(day=date_words(context.desk.day_in(region, consent.at)))


def request_choices() -> list[Choice]:
    return choices(
        TALK,
        ASK,
        ("correct", N_("Correct my data")),
        ("copy", N_("Get a copy of my data")),
        (ERASE, N_("Erase my data")),
        (NOTHING, N_("Change nothing")),
    )
