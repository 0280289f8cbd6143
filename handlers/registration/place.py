"""Where somebody lives: kabupaten or kota, kecamatan, village; by button, or typed with "apakah maksud Anda"."""

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from telegram import Update

from handlers.conversation.access import REFUSALS
from handlers.conversation.buttons import Choice
from handlers.conversation.context import Context
from handlers.conversation.form import numbered_choice, too_long
from handlers.conversation.match import NO_NAME, words_of
from handlers.registration.registration_form import Question, Step, ask_next, at, form_of, keep, wait_at
from handlers.terms import you
from locales import N_
from locales import gettext as _
from models.applications.registration import Clarification, Registration
from models.offices.authority import Refusal
from models.people.name import clean
from models.places import Gazetteer, Place, SearchResults

AGAIN, AS_TYPED = "again", "typed"
LONGEST_VILLAGE = 100
REGENCY_DIGITS, DISTRICT_DIGITS = 4, 6
"""The first digits of a village's code are the codes of its kabupaten or kota and of its kecamatan."""


def ask_regency(context: Context) -> Step:
    form = form_of(context)
    if found := meant(context, form, Step.REGENCY):
        return wait_at(context, Step.REGENCY, _("Did you mean one of these?"), found)
    if form.is_for_self:
        text = _("In which kabupaten or kota do {you} live?").format(you=you(context))
    else:
        text = _("In which kabupaten or kota does {name} live?").format(name=form.first_name)
    served = [choice_of(Step.REGENCY, place) for place in served_regencies(context)]
    hint = [] if form.heard else [_("It is not listed? Type its name.")]
    return wait_at(context, Step.REGENCY, "\n".join([text, *hint]), served)


async def take_regency(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    offered = meant(context, form, Step.REGENCY) or [
        choice_of(Step.REGENCY, place) for place in served_regencies(context)
    ]
    choice = numbered_choice(update, offered)
    if choice and choice.key == AGAIN:
        return again(context, form, Step.REGENCY)
    place = context.reference.places.place(choice.key) if choice else None
    if place is None:
        found = context.reference.places.find(words_of(update) or "", context.reference.places.regencies())
        if found.place is None:
            return doubt(update, context, Step.REGENCY, found)
        place = found.place
    if is_beyond(form, place):
        context.send(_(REFUSALS[Refusal.REGION]))
        return again(context, form, Step.REGENCY)
    form.move_to(place.code)
    return settled(context, form)


def ask_district(context: Context) -> Step:
    form = form_of(context)
    if found := meant(context, form, Step.DISTRICT):
        return wait_at(context, Step.DISTRICT, _("Did you mean one of these?"), found)
    offered = [choice_of(Step.DISTRICT, place) for place in districts(context, form)]
    return wait_at(context, Step.DISTRICT, _("In which kecamatan?"), offered)


async def take_district(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    among = districts(context, form)
    offered = meant(context, form, Step.DISTRICT) or [choice_of(Step.DISTRICT, place) for place in among]
    choice = numbered_choice(update, offered)
    if choice and choice.key == AGAIN:
        return again(context, form, Step.DISTRICT)
    place = context.reference.places.place(choice.key) if choice else None
    if place is None:
        found = context.reference.places.find(words_of(update) or "", among)
        if found.place is None:
            return doubt(update, context, Step.DISTRICT, found)
        place = found.place
    form.move_within(place.code)
    return settled(context, form)


def ask_village(context: Context) -> Step:
    form = form_of(context)
    if found := meant(context, form, Step.VILLAGE):
        text = _("Did you mean one of these?") if len(found) > 2 else _("I do not know a village of that name.")
        return wait_at(context, Step.VILLAGE, text, found)
    return wait_at(context, Step.VILLAGE, _("Which desa or kelurahan is it? Type its name."))


async def take_village(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = numbered_choice(update, meant(context, form, Step.VILLAGE))
    if choice is None:
        return typed_village(update, context, form)
    if choice.key == AGAIN:
        return again(context, form, Step.VILLAGE)
    is_as_typed = choice.key == AS_TYPED and form.aside is not None
    typed = form.aside.typed if is_as_typed and form.aside else None
    return lives_in(context, form, None if is_as_typed else choice.key, typed)


def typed_village(update: Update, context: Context, form: Registration) -> Step | int:
    """A village by its name: from the list of the kecamatan, or as it was typed where no list is kept."""
    typed = clean(words_of(update) or "")
    if not any(map(str.isalpha, typed)):
        context.send(_(NO_NAME))
        return ask_village(context)
    if len(typed) > LONGEST_VILLAGE:
        context.send(too_long(typed, LONGEST_VILLAGE))
        return ask_village(context)
    villages = villages_of(context.reference.places, form.district or "?")
    if not villages:
        return lives_in(context, form, None, typed)
    found = context.reference.places.find(typed, villages)
    if found.place:
        return lives_in(context, form, found.place.code, None)
    return doubt(update, context, Step.VILLAGE, with_neighbours(context.reference.places, form, typed, found))


def with_neighbours(places: Gazetteer, form: Registration, typed: str, found: SearchResults) -> SearchResults:
    """A right name may lie in another kecamatan of the same kabupaten or kota: offered first, never taken by itself."""
    around = [place for place in villages_of(places, form.regency or "?") if not is_in(place, form.district)]
    around = [place for place in around if not is_beyond(form, place)]
    elsewhere = places.find(typed, around)
    if elsewhere.place is not None:
        return replace(found, candidates=(elsewhere.place, *found.candidates))
    return found if found.candidates else elsewhere


def lives_in(context: Context, form: Registration, code: str | None, typed: str | None) -> Step | int:
    if code is not None:
        form.move_within(code[:DISTRICT_DIGITS])
    form.village, form.village_text = code, typed
    return settled(context, form)


def settled(context: Context, form: Registration) -> Step | int:
    form.aside = None
    keep(context, form)
    return ask_next(context)


def again(context: Context, form: Registration, step: Step) -> Step | int:
    form.aside = None
    keep(context, form)
    return ASKS[step](context)


def doubt(update: Update, context: Context, step: Step, found: SearchResults) -> Step | int:
    """No place of that name: offer what was perhaps meant, and never move anybody there by a guess."""
    form = form_of(context)
    typed = clean(words_of(update) or "")[:LONGEST_VILLAGE]
    if not typed or (not found.candidates and step is not Step.VILLAGE):
        form.aside = None
        keep(context, form)
        context.send(_("I do not know a place of that name."))
        return ASKS[step](context)
    form.aside = Clarification(step=step, typed=typed, found=[place.code for place in found.candidates])
    keep(context, form)
    return ASKS[step](context)


def meant(context: Context, form: Registration, step: Step) -> list[Choice]:
    """What the words typed at a step may have meant, and the ways on; empty where there is no doubt."""
    if form.aside is None or form.aside.step != step:
        return []
    places = [place for code in form.aside.found if (place := context.reference.places.place(code))]
    ways = [Choice(at(step, AGAIN), N_("None of these, type again") if places else N_("Type again"))]
    if step is Step.VILLAGE:
        ways.insert(0, Choice(at(step, AS_TYPED), N_("It is not listed, keep it")))
    near = form.district if step is Step.VILLAGE else None
    return [*(choice_near(context, step, place, near) for place in places), *ways]


def choice_near(context: Context, step: Step, place: Place, district: str | None) -> Choice:
    """A village of another kecamatan says so."""
    around = context.reference.places.place(place.code[:DISTRICT_DIGITS])
    if district is None or around is None or is_in(place, district):
        return choice_of(step, place)
    return Choice(at(step, place.code), f"{place.name}, {around.label}", (place.name,))


def is_in(place: Place, district: str | None) -> bool:
    return district is not None and place.code.startswith(district)


def choice_of(step: Step, place: Place) -> Choice:
    return Choice(at(step, place.code), place.label, (place.name,))


def served_regencies(context: Context) -> Sequence[Place]:
    codes = context.reference.catalogue.office.served.regencies
    named = [place for code in codes if (place := context.reference.places.place(code))]
    form = form_of(context)
    within = [place for place in named if not is_beyond(form, place)]
    if form.heard and not within:
        own = context.reference.places.place(form.heard.region[:REGENCY_DIGITS])
        return [own] if own else []
    return within


def districts(context: Context, form: Registration) -> Sequence[Place]:
    return [
        place for place in districts_of(context.reference.places, form.regency or "?") if not is_beyond(form, place)
    ]


def is_beyond(form: Registration, place: Place) -> bool:
    """Does a place lie outside of the region of the officer who fills this in? It is asked again when it is sent."""
    if form.heard is None:
        return False
    region = form.heard.region
    return not (place.code.startswith(region) or region.startswith(place.code))


@lru_cache(maxsize=1_024)
def districts_of(places: Gazetteer, regency: str) -> Sequence[Place]:
    """Asked at every step about places, and the list of the country is long."""
    return places.districts(regency)


@lru_cache(maxsize=1_024)
def villages_of(places: Gazetteer, district: str) -> Sequence[Place]:
    return places.villages(district)


ASKS = {Step.REGENCY: ask_regency, Step.DISTRICT: ask_district, Step.VILLAGE: ask_village}
QUESTIONS = (
    Question(Step.REGENCY, lambda form, reference: form.regency is not None, ask_regency, take_regency),
    Question(Step.DISTRICT, lambda form, reference: form.district is not None, ask_district, take_district),
    Question(Step.VILLAGE, lambda form, reference: form.has_village, ask_village, take_village),
)
