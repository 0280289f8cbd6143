"""Put leaving home in words: where to and for how long, the question, and the answers so far."""

from handlers.conversation.buttons import CallbackData, Choice
from handlers.conversation.context import Context, ReferenceData
from handlers.wording.caregiver_text import first_name
from handlers.wording.example_text import marked
from locales import N_, language, ngettext
from locales import gettext as _
from locales.times import day_words
from models.applications.application import OVER, Application
from models.applications.departure import CONCERNS, LeavingStatus, Respondent, Response, load_leaving_status
from models.people import guardianship
from models.people.account import ReadingMode
from models.people.person import Person
from models.programmes.programme_parts import LeavingHome

MONTH, MANY_DAYS = 30, 60
"""Days of a month; from so many days on, months are named."""
ANSWERS = {
    Respondent.OWN: (
        (Response.GIVEN, N_("Yes, I want to go")),
        (Response.REFUSED, N_("No, I do not want to go")),
        (Response.TALK, N_("I want to ask first")),
    ),
    Respondent.FAMILY: (
        (Response.GIVEN, N_("Yes, the family agrees")),
        (Response.REFUSED, N_("No, the family does not agree")),
        (Response.TALK, N_("The family wants to ask first")),
    ),
}
MINE = {
    Response.NOT_ASKED: N_("You have not said yet whether you want to go."),
    Response.ASKED: N_("You have not said yet whether you want to go."),
    Response.GIVEN: N_("You want to go."),
    Response.REFUSED: N_("You do not want to go."),
    Response.TALK: N_("You want to ask first."),
    Response.WITHDRAWN: N_("You no longer want to go."),
}
THEIRS = {
    Response.NOT_ASKED: N_("{first_name} has not said yet: go or stay."),
    Response.ASKED: N_("{first_name} has not said yet: go or stay."),
    Response.GIVEN: N_("{first_name} wants to go."),
    Response.REFUSED: N_("{first_name} does not want to go."),
    Response.TALK: N_("{first_name} wants to ask first."),
    Response.WITHDRAWN: N_("{first_name} no longer wants to go."),
}
THE_FAMILY = {
    Response.NOT_ASKED: N_("The family has not been asked yet."),
    Response.ASKED: N_("The family has not answered yet."),
    Response.GIVEN: N_("The family agrees."),
    Response.REFUSED: N_("The family does not agree yet."),
    Response.TALK: N_("The family wants to ask first."),
    Response.WITHDRAWN: N_("The family no longer agrees."),
}


def away_of(reference: ReferenceData, application: Application) -> LeavingHome | None:
    """Return where the programme takes the person (an answer may decide); None where it does not, or is over."""
    if application.stage in OVER:
        return None
    programme = reference.catalogue.get(application.programme)
    said = (application.answers or {}).get("questions", {})
    answers = {key: tuple(one) if isinstance(one, list) else one for key, one in said.items()}
    return programme.takes_away(answers) if programme else None


def where_words(reference: ReferenceData, application: Application, away: LeavingHome) -> str:
    """Return "Tempatnya: asrama di Samarinda, sekitar 4 bulan": a label with its value."""
    where = away.where.in_(language())
    if away.days is not None:
        where += ", " + marked(length_words(away.days), reference, application.programme, "leaves_home", "days")
    return _("During the programme you stay at: {place}").format(place=where)


def length_words(days: int) -> str:
    if days < MANY_DAYS:
        return ngettext("about {count} day", "about {count} days", days).format(count=days)
    months = round(days / MONTH)
    return ngettext("about {count} month", "about {count} months", months).format(count=months)


def question(context: Context, application: Application, person: Person, voice: Respondent) -> list[str]:
    """Return the question, in the same words on any phone and at the counter; for programmes away from home only."""
    away, name = away_of(context.reference, application), {"first_name": first_name(person)}
    about = [_("Programme: {programme}").format(programme=context.reference.programme_name(application.programme))]
    if away is not None:
        about += [
            where_words(context.reference, application, away),
            away.words.in_(language(), short=context.work.mode is ReadingMode.SIMPLE),
        ]
    if voice is Respondent.OWN:
        head = [_("This question is for {first_name}.").format(**name)]
        return [*head, *about, _("You may say yes. You may say no."), _("Go there or stay?")]
    head = [_("This question is for the family of {first_name}.").format(**name)]
    if guardianship.is_minor(person, context.now):
        head.append(_("Without a yes of the guardian {first_name} cannot go.").format(**name))
    else:
        head.append(_("{first_name} decides. Your word is kept too.").format(**name))
    return [*head, *about, _("Does the family agree?")]


def answer_choices(talk: str, step: str, voice: Respondent, row: int | None = None) -> list[Choice]:
    """Return yes, no, talk first; `row` names who was asked, where no conversation has it."""
    about = f" {row}" if row is not None else ""
    return [Choice(CallbackData(talk, step, f"{word}{about}"), label) for word, label in ANSWERS[voice]]


async def leaving_lines(context: Context, application: Application, person: Person, *, is_self: bool) -> list[str]:
    """Return the state of the step: where to, the person, the family, who must act and by when.

    There is none where the programme is not away from home.
    """
    away = away_of(context.reference, application)
    if away is None:
        return []
    step = await load_leaving_status(context.session, application, person, context.now)
    if application.completed_at is None and step.own is step.family is Response.NOT_ASKED:
        return ["", where_words(context.reference, application, away), _("We ask about it when the file is complete.")]
    own, name = (MINE if is_self else THEIRS)[step.own], {"first_name": first_name(person)}
    lines = ["", where_words(context.reference, application, away), _(own).format(**name)]
    if step.lacks_proof and step.family is Response.ASKED:
        lines += [_("A guardian agrees."), _("It counts when staff have seen the family card.")]
    else:
        lines.append(_(THE_FAMILY[step.family]))
    if step.family in CONCERNS and not step.is_minor:
        lines.append(_("You decide yourself.") if is_self else _("{first_name} decides.").format(**name))
    return [*lines, *day_line(context, application, step)]


def day_line(context: Context, application: Application, step: LeavingStatus) -> list[str]:
    """Return by when an answer is expected; nothing, where none is."""
    if step.answer_by is None:
        return []
    day = day_words(context.reference.day_at(application.office, step.answer_by))
    words = _("Please answer at the latest on {day}.").format(day=day)
    return [marked(words, context.reference, application.programme, "leaves_home", "answer_days")]
