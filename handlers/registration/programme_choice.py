"""Ask for the programme: the fitting ones first, the others with the plain reason and a choice to register anyway."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import match_choice
from handlers.conversation.questions import AGAIN
from handlers.programmes.browse import GROUPS, REFERRALS, group_of
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
WAYS = {
    OTHERS: N_("See other programmes"),
    FIRST: N_("See fitting programmes"),
    REFERRALS: GROUPS[REFERRALS].label,
}
LAST_RESORT = "panti"
"""The kind of programmes that stand behind "other programmes", also where they fit."""
YES = "yes"


def ask_programme(session: RegistrationSession) -> str | list[str]:
    """Ask for one of the fitting programmes; or of the others, each with its reason."""
    form = session.form
    fitting, others = sorted_out(session)
    if form.chosen == [OTHERS]:
        return other_programmes(session.context, others)
    if form.chosen == [REFERRALS]:
        return [_(WAYS[REFERRALS]), _("Which one do you choose?")]
    if form.unsorted:
        found = _("These programmes are open, in plain order.")
    else:
        found = _("These programmes may fit.") if fitting else _("No open programme fits surely.")
    return [found, _("Which one do you choose?")]


def other_programmes(context: Context, others: Iterable[Assessment]) -> str:
    """List the programmes that do not fit or are closed, each with its reason."""
    parts = [_("These programmes do not fit yet, or are closed.")]
    parts += ["\n".join([f"{name_of(one.programme)}:", *reasons_words(one, context.reference)]) for one in others]
    return "\n\n".join([*parts, _("You may register all the same.")])


def programme_options(session: RegistrationSession) -> list[Choice]:
    fitting, others = sorted_out(session)
    referrals = [one for one in fitting if group_of(one.programme) == REFERRALS]
    if session.form.chosen == [OTHERS]:
        return [*(choice_of(session, one.programme) for one in others), way_to(session, FIRST)]
    if session.form.chosen == [REFERRALS]:
        return [*(choice_of(session, one.programme) for one in referrals), way_to(session, FIRST)]
    shown = [choice_of(session, one.programme) for one in fitting if one not in referrals]
    ways = [way for way, there in ((REFERRALS, referrals), (OTHERS, others)) if there]
    return [*shown, *(way_to(session, way) for way in ways)]


async def read_programme(session: RegistrationSession, update: Update) -> Any:
    """Read one of those listed now, or any other by its name or its button."""
    assessed = [one for listed in sorted_out(session) for one in listed]
    listed, rest = programme_options(session), [choice_of(session, one.programme) for one in assessed]
    ways = [way_to(session, way) for way in WAYS]
    choice = match_choice(update, listed) or match_choice(update, [*rest, *ways])
    if choice is None:
        return UNRECOGNISED
    if choice.key in WAYS:
        session.form.chosen = [] if choice.key == FIRST else [choice.key]
        return AGAIN
    return await choose(session, next(one for one in assessed if one.programme.key == choice.key))


async def choose(session: RegistrationSession, one: Assessment) -> None:
    form, programme = session.form, one.programme
    form.is_repeated = await show_open_file(session, programme.key)
    if (fits_now(one) or (form.unsorted and one.is_open)) and not form.is_repeated:
        form.choose(programme.key, accepted=False)
        session.lead.append(about(session.context, programme))
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


def preset(session: RegistrationSession, key: str) -> None:
    """Take the programme that was read about before, as on a poster: it is not asked for."""
    programme = session.context.reference.catalogue.offered(key)
    if programme is not None:
        session.form.programme, session.form.is_preset = programme.key, True


def considered(session: RegistrationSession) -> Programme | None:
    """Return the programme of which it is asked whether it is meant all the same."""
    form, offered = session.form, session.context.reference.catalogue.offered
    if form.considering or not form.is_preset:
        return offered(form.considering or "")
    programme = offered(form.programme or "")
    if programme is None or form.born is None or not form.has_village:
        return None
    is_clear = fits_now(assess(programme, form.profile(), session.today)) and not form.is_repeated
    return None if is_clear else programme


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
        _("You may register all the same."),
        _("An officer decides, never the bot."),
    ]


def take_anyway(session: RegistrationSession, key: str) -> Any:
    form = session.form
    programme = considered(session)
    if key == YES and programme is not None:
        return form.choose(programme.key, accepted=not form.is_repeated)
    form.considering, form.programme, form.is_preset, form.is_repeated = None, None, False, False
    return session.ask(Step.PROGRAMME)


def sorted_out(session: RegistrationSession) -> tuple[list[Assessment], list[Assessment]]:
    """Return what fits and is open, and all others, care homes among them."""
    known, form = session.form.profile(), session.form
    assessed = [assess(programme, known, session.today) for programme in catalogue_for(session)]
    if form.unsorted:  # for people who object to sorting: as the office lists them, only the closed ones apart
        return parted(assessed, lambda one: one.is_open)
    return parted(order(assessed), lambda one: fits_now(one) and one.programme.kind != LAST_RESORT)


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
    yes = N_("Register once more") if session.form.is_repeated else N_("Register all the same")
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
