"""Which programme: the fitting ones first, the others with the plain reason and the choice to register all the same."""

from collections.abc import Iterable

from telegram import Update

from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.match import explain_unrecognised, match_choice
from handlers.registration.reasons import reasons_words
from handlers.registration.registration_form import (
    Question,
    Step,
    ask_next,
    at,
    form_of,
    keep,
    offer,
    today_of,
    wait_at,
)
from handlers.status import status_text as standing_words
from locales import N_, language
from locales import gettext as _
from models.applications.overview import overviews_for
from models.applications.registration import Registration
from models.applications.submission import is_about
from models.people.account import ReadingMode
from models.programmes.eligibility import Assessment, assess, order
from models.programmes.programme_file import Programme

OTHERS, FIRST = "others", "first"
YES = "yes"


def ask_programme(context: Context) -> Step:
    form = form_of(context)
    fitting, others = sorted_out(context, form)
    if form.unsorted:
        lines = [_("These programmes are open, in plain order.")]
    else:
        lines = [_("These programmes may fit.")] if fitting else [_("No open programme fits surely.")]
    lines.append(_("Which programme do you choose?"))
    offered = [choice_of(one.programme) for one in fitting]
    offered += offer(Step.PROGRAMME, (OTHERS, N_("See other programmes"))) if others else []
    return wait_at(context, Step.PROGRAMME, "\n".join(lines), offered)


def ask_others(context: Context) -> Step:
    """The programmes that do not fit or are closed, each with its reason."""
    form = form_of(context)
    _fitting, others = sorted_out(context, form)
    parts = [_("These programmes do not fit yet, or are closed.")]
    parts += ["\n".join([f"{name_of(one.programme)}:", *reasons_words(one, context.reference)]) for one in others]
    parts.append(_("You may register your interest all the same."))
    offered = [choice_of(one.programme) for one in others]
    offered += offer(Step.PROGRAMME, (FIRST, N_("See fitting programmes")))
    return wait_at(context, Step.PROGRAMME, "\n\n".join(parts), offered)


async def take_programme(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    fitting, others = sorted_out(context, form)
    listed = others if form.chosen == [OTHERS] else fitting
    ways = offer(Step.PROGRAMME, (OTHERS, N_("See other programmes")), (FIRST, N_("See fitting programmes")))
    way = ways[1] if form.chosen == [OTHERS] else ways[0]
    first = [*(choice_of(one.programme) for one in listed), way]
    rest = [choice_of(one.programme) for one in [*fitting, *others]]
    choice = match_choice(update, first) or match_choice(update, [*rest, *ways])
    if choice is None:
        explain_unrecognised(update, context)
        return ask_listed(context, form)
    if choice.key in {OTHERS, FIRST}:
        form.chosen = [OTHERS] if choice.key == OTHERS else []
        keep(context, form)
        return ask_listed(context, form)
    one = next(one for one in [*fitting, *others] if one.programme.key == choice.key)
    form.chosen = []
    form.is_repeated = await show_open_file(context, form, choice.key)
    if (fits_now(one) or (form.unsorted and one.is_open)) and not form.is_repeated:
        form.choose(choice.key, accepted=False)
        context.send(about(context, one.programme))
    else:
        form.considering = choice.key
    keep(context, form)
    return ask_next(context)


async def show_open_file(context: Context, form: Registration, programme: str) -> bool:
    """Whoever waits for this programme already is shown where that stands, if this account may see it."""
    if form.heard:
        return False
    found = await overviews_for(context.session, context.account, context.now)
    of_them = (one for one in found if one.link.relation == form.for_whom)
    known = ((one, line) for one in of_them if form.is_for_self or is_about(form, one.person) for line in one.lines)
    is_open = ((one, line) for one, line in known if line.application.programme == programme and not line.is_over)
    if (first := next(is_open, None)) is None:
        return False
    context.send(await standing_words.line_text(context, *first))
    return True


def ask_listed(context: Context, form: Registration) -> Step:
    return ask_others(context) if form.chosen == [OTHERS] else ask_programme(context)


def ask_anyway(context: Context) -> Step:
    form = form_of(context)
    programme = context.reference.catalogue.offered(form.considering or "")
    if programme is None:
        return ask_programme(context)
    if form.is_repeated:
        lines = [_("There is a registration for this programme already."), _("It goes on by itself.")]
        return wait_at(context, Step.ANYWAY, "\n".join(lines), anyway_choices(form))
    one = assess(programme, form.profile(), today_of(context, form))
    head = _("{programme} is not open now.") if one.fits else _("{programme} may not fit now.")
    lines = [head.format(programme=name_of(programme)), *reasons_words(one, context.reference)]
    lines += [_("You may register your interest all the same."), _("An officer decides, never the bot.")]
    return wait_at(context, Step.ANYWAY, "\n".join(lines), anyway_choices(form))


async def take_anyway(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = match_choice(update, anyway_choices(form))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_anyway(context)
    if choice.key == YES and form.considering:
        form.choose(form.considering, accepted=not form.is_repeated)
        keep(context, form)
        return ask_next(context)
    form.considering, form.is_repeated = None, False
    keep(context, form)
    return ask_programme(context)


def sorted_out(context: Context, form: Registration) -> tuple[list[Assessment], list[Assessment]]:
    """What fits and is open, and everything else. The programme of the poster is offered first, fitting or not."""
    today, known = today_of(context, form), form.profile()
    if form.unsorted:
        return in_plain_order(assess(programme, known, today) for programme in catalogue_for(context, form))
    came_for = None if form.heard else context.account.came_by
    ranked = order(assess(programme, known, today) for programme in catalogue_for(context, form))
    ranked.sort(key=lambda one: one.programme.key != came_for)
    offered: list[Assessment] = []
    others: list[Assessment] = []
    for one in ranked:
        (offered if fits_now(one) or one.programme.key == came_for else others).append(one)
    return offered, others


def in_plain_order(assessed: Iterable[Assessment]) -> tuple[list[Assessment], list[Assessment]]:
    """For whoever objects to sorting: as the office lists them, only the closed ones apart."""
    listed = list(assessed)
    return [one for one in listed if one.is_open], [one for one in listed if not one.is_open]


def catalogue_for(context: Context, form: Registration) -> list[Programme]:
    """All programmes; at the counter those whose files lie at the officer's own office."""
    offered = list(context.reference.catalogue)
    return [one for one in offered if form.heard is None or one.next_step.office == form.heard.office]


def fits_now(one: Assessment) -> bool:
    return one.fits and one.is_open


def name_of(programme: Programme) -> str:
    return programme.short_name.in_(language())


def about(context: Context, programme: Programme) -> str:
    """What the programme is and what it gives, in the words of its office."""
    is_short = context.work.mode is ReadingMode.SIMPLE
    return "\n".join(wording.in_(language(), short=is_short) for wording in (programme.summary, programme.benefit))


def choice_of(programme: Programme) -> Choice:
    names = (programme.short_name.id, programme.short_name.en)
    return Choice(at(Step.PROGRAMME, programme.key), name_of(programme), names)


def anyway_choices(form: Registration) -> list[Choice]:
    yes = N_("Register once more") if form.is_repeated else N_("Register interest anyway")
    return offer(Step.ANYWAY, (YES, yes), (FIRST, N_("Choose another programme")))


QUESTIONS = (
    Question(Step.ANYWAY, lambda form, reference: form.considering is None, ask_anyway, take_anyway, is_aside=True),
    Question(
        Step.PROGRAMME, lambda form, reference: form.programme in reference.catalogue, ask_programme, take_programme
    ),
)
