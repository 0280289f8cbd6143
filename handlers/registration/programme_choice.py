"""Ask for the programme: the fitting ones first, the others with the plain reason and a choice to register anyway."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import match_choice
from handlers.conversation.questions import AGAIN
from handlers.registration.registration_form import Question, RegistrationSession, Step
from handlers.wording import status_text as standing_words
from handlers.wording.reasons import reasons_words
from locales import N_, language
from locales import gettext as _
from models.applications.overview import overviews_for
from models.applications.submission import is_about
from models.people.account import ReadingMode
from models.programmes.eligibility import Assessment, assess, order
from models.programmes.programme_file import Programme

OTHERS, FIRST = "others", "first"
WAYS = {OTHERS: N_("See other programmes"), FIRST: N_("See fitting programmes")}
YES = "yes"


def ask_programme(session: RegistrationSession) -> str | list[str]:
    """Ask for one of the fitting programmes; or of the others, each with its reason."""
    form = session.form
    fitting, others = sorted_out(session)
    if form.chosen == [OTHERS]:
        return other_programmes(session.context, others)
    if form.unsorted:
        found = _("These programmes are open, in plain order.")
    else:
        found = _("These programmes may fit.") if fitting else _("No open programme fits surely.")
    return [found, _("Which programme do you choose?")]


def other_programmes(context: Context, others: Iterable[Assessment]) -> str:
    """List the programmes that do not fit or are closed, each with its reason."""
    parts = [_("These programmes do not fit yet, or are closed.")]
    parts += ["\n".join([f"{name_of(one.programme)}:", *reasons_words(one, context.reference)]) for one in others]
    return "\n\n".join([*parts, _("You may register your interest all the same.")])


def programme_options(session: RegistrationSession) -> list[Choice]:
    fitting, others = sorted_out(session)
    if session.form.chosen == [OTHERS]:
        return [*(choice_of(session, one.programme) for one in others), way_to(session, FIRST)]
    return [*(choice_of(session, one.programme) for one in fitting), *([way_to(session, OTHERS)] if others else [])]


async def read_programme(session: RegistrationSession, update: Update) -> Any:
    """Read one of those listed now, or any other by its name or its button."""
    assessed = [one for listed in sorted_out(session) for one in listed]
    listed, rest = programme_options(session), [choice_of(session, one.programme) for one in assessed]
    ways = [way_to(session, OTHERS), way_to(session, FIRST)]
    choice = match_choice(update, listed) or match_choice(update, [*rest, *ways])
    if choice is None:
        return UNRECOGNISED
    if choice.key in WAYS:
        session.form.chosen = [OTHERS] if choice.key == OTHERS else []
        return AGAIN
    return await choose(session, next(one for one in assessed if one.programme.key == choice.key))


async def choose(session: RegistrationSession, one: Assessment) -> None:
    form, programme = session.form, one.programme
    form.is_repeated = await show_open_file(session, programme.key)
    if (fits_now(one) or (form.unsorted and one.is_open)) and not form.is_repeated:
        form.choose(programme.key, accepted=False)
        session.context.send(about(session.context, programme))
    else:
        form.considering = programme.key


async def show_open_file(session: RegistrationSession, programme: str) -> bool:
    """Show the open file for this programme, if the account may see it."""
    if session.assisted:
        return False
    context, form = session.context, session.form
    found = await overviews_for(context.session, context.account, context.now)
    of_them = (one for one in found if one.link.relation == form.for_whom)
    known = ((one, line) for one in of_them if form.is_for_self or is_about(form, one.person) for line in one.lines)
    is_open = ((one, line) for one, line in known if line.application.programme == programme and not line.is_over)
    if (first := next(is_open, None)) is None:
        return False
    context.send(await standing_words.line_text(context, *first))
    return True


def considered(session: RegistrationSession) -> Programme | None:
    return session.context.reference.catalogue.offered(session.form.considering or "")


def ask_anyway(session: RegistrationSession) -> list[str] | None:
    programme, form = considered(session), session.form
    if programme is None:
        return None
    if form.is_repeated:
        return [_("There is a registration for this programme already."), _("It goes on by itself.")]
    one = assess(programme, form.profile(), session.today)
    head = _("{programme} is not open now.") if one.fits else _("{programme} may not fit now.")
    return [
        head.format(programme=name_of(programme)),
        *reasons_words(one, session.context.reference),
        _("You may register your interest all the same."),
        _("An officer decides, never the bot."),
    ]


def take_anyway(session: RegistrationSession, key: str) -> Any:
    form = session.form
    if key == YES and form.considering:
        return form.choose(form.considering, accepted=not form.is_repeated)
    form.considering, form.is_repeated = None, False
    return session.ask(Step.PROGRAMME)


def sorted_out(session: RegistrationSession) -> tuple[list[Assessment], list[Assessment]]:
    """Return what fits and is open, and all others. The programme of the poster comes first, fitting or not."""
    known, form = session.form.profile(), session.form
    assessed = [assess(programme, known, session.today) for programme in catalogue_for(session)]
    if form.unsorted:  # for people who object to sorting: as the office lists them, only the closed ones apart
        return parted(assessed, lambda one: one.is_open)
    came_for = None if session.assisted else session.context.account.came_by
    ranked = sorted(order(assessed), key=lambda one: one.programme.key != came_for)
    return parted(ranked, lambda one: fits_now(one) or one.programme.key == came_for)


def parted(
    assessed: Sequence[Assessment], is_first: Callable[[Assessment], bool]
) -> tuple[list[Assessment], list[Assessment]]:
    return [one for one in assessed if is_first(one)], [one for one in assessed if not is_first(one)]


def catalogue_for(session: RegistrationSession) -> list[Programme]:
    """Return all programmes; at the counter those whose files belong to the officer's own office."""
    heard = session.form.heard
    offered = session.context.reference.catalogue
    return [one for one in offered if heard is None or one.next_step.office == heard.office]


def fits_now(one: Assessment) -> bool:
    return one.fits and one.is_open


def name_of(programme: Programme) -> str:
    return programme.short_name.in_(language())


def about(context: Context, programme: Programme) -> str:
    """Describe the programme and its aid, in the words of its office."""
    is_short = context.work.mode is ReadingMode.SIMPLE
    return "\n".join(wording.in_(language(), short=is_short) for wording in (programme.summary, programme.benefit))


def choice_of(session: RegistrationSession, programme: Programme) -> Choice:
    names = (programme.short_name.id, programme.short_name.en)
    return Choice(session.at(Step.PROGRAMME, programme.key), name_of(programme), names)


def way_to(session: RegistrationSession, key: str) -> Choice:
    return Choice(session.at(Step.PROGRAMME, key), WAYS[key])


def anyway_options(session: RegistrationSession) -> Sequence[tuple[str, str]]:
    yes = N_("Register once more") if session.form.is_repeated else N_("Register interest anyway")
    return (YES, yes), (FIRST, N_("Choose another programme"))


QUESTIONS = (
    Question(
        Step.ANYWAY,
        ask_anyway,
        answered=lambda session: considered(session) is None,
        options=anyway_options,
        take=take_anyway,
        is_clarification=True,
    ),
    Question(
        Step.PROGRAMME,
        ask_programme,
        answered=lambda session: session.form.programme in session.context.reference.catalogue,
        options=programme_options,
        read=read_programme,
    ),
)
