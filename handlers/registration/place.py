"""Ask where the person lives: kabupaten or kota, kecamatan, village; by button, or typed with "apakah maksud Anda"."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

from telegram import Update

from handlers.conversation.access import REFUSALS
from handlers.conversation.buttons import Choice
from handlers.conversation.form import too_long
from handlers.conversation.match import NO_NAME, words_of
from handlers.conversation.meanings import offer_clear_matter
from handlers.conversation.questions import AGAIN
from handlers.registration.registration_form import Question, RegistrationSession, Step
from locales import N_
from locales import gettext as _
from models.applications.registration import Registration
from models.offices.authority import Refusal
from models.people.name import clean
from models.place_line import find_in_line
from models.places import DISTRICT, REGENCY, Gazetteer, Place, SearchResults

TYPE_AGAIN, AS_TYPED, BY_LIST = "again", "typed", "list"
LONGEST_VILLAGE = 100


def ask_line(session: RegistrationSession) -> list[str]:
    """Ask for the village and its kecamatan, written in one line."""
    if session.pending(Step.PLACE):
        return [_("Did you mean one of these?")]
    if session.form.is_for_self:
        text = _("In which desa or kelurahan do you live?")
    else:
        text = _("In which desa or kelurahan does {name} live?").format(name=session.form.first_name)
    return [text, _("Write it with the kecamatan. For example: Sidodadi, Samarinda Ulu.")]


def line_options(session: RegistrationSession) -> list[Choice]:
    lists = Choice(session.at(Step.PLACE, BY_LIST), N_("Choose from a list"))
    pending = session.pending(Step.PLACE)
    if pending is None:
        return [lists]
    found = [place for code in pending.found if (place := session.context.reference.places.place(code))]
    again = Choice(session.at(Step.PLACE, TYPE_AGAIN), N_("None of these, type again"))
    return [*(choice_of(session, Step.PLACE, place) for place in found), again, lists]


def take_line(session: RegistrationSession, key: str) -> Any:
    if key == TYPE_AGAIN:
        return session.ask_afresh()
    session.form.by_list = key == BY_LIST
    return session.ask(Step.REGENCY) if key == BY_LIST else lives_at(session, key)


def read_line(session: RegistrationSession, update: Update) -> Any:
    """Read a village with its kecamatan; where only the kecamatan or the kabupaten is named, the rest is asked."""
    typed = clean(words_of(update) or "")
    codes = [place.code for place in served_regencies(session)]
    found = find_in_line(session.context.reference.places, typed, codes)
    if found.place is not None:
        return lives_at(session, found.place.code)
    if found.candidates:
        return session.clarify(Step.PLACE, found=[place.code for place in found.candidates])
    return session.refuse(_("We have not found that place. Write only the kecamatan, or choose from a list."))


def lives_at(session: RegistrationSession, code: str) -> Any:
    if is_beyond(session.form, code):
        session.form.pending = None
        return session.refuse(_(REFUSALS[Refusal.REGION]))
    return session.form.live_in(code)


def is_step_by_step(session: RegistrationSession) -> bool:
    """Are kabupaten, kecamatan and village asked one by one: by lists, or because the line named only a part?"""
    form = session.form
    return form.by_list or (form.regency is not None and not form.has_village)


def ask_regency(session: RegistrationSession) -> str | list[str]:
    if session.pending(Step.REGENCY):
        return _("Did you mean one of these?")
    if session.form.is_for_self:
        text = _("In which kabupaten or kota do you live?")
    else:
        text = _("In which kabupaten or kota does {name} live?").format(name=session.form.first_name)
    return text if session.assisted else [text, _("It is not listed? Type its name.")]


def ask_district(session: RegistrationSession) -> str:
    return _("Did you mean one of these?") if session.pending(Step.DISTRICT) else _("In which kecamatan?")


def ask_village(session: RegistrationSession) -> str:
    if pending := session.pending(Step.VILLAGE):
        return _("Did you mean one of these?") if pending.found else _("I do not know a village of that name.")
    return _("Which desa or kelurahan is it? Type its name.")


def take_place(step: Step, session: RegistrationSession, key: str) -> Any:
    pending = session.pending(step)
    if key == TYPE_AGAIN:
        return session.ask_afresh()
    if key == AS_TYPED and pending:
        return lives_in(session, None, pending.typed)
    return lives_in(session, key, None) if step is Step.VILLAGE else moves_to(session, step, key)


def read_place(step: Step, session: RegistrationSession, update: Update) -> Any:
    """Read a kabupaten, kota or kecamatan by its name; any of the country, for people who live elsewhere."""
    places = session.context.reference.places
    among = places.regencies() if step is Step.REGENCY else districts(session)
    found = places.find(words_of(update) or "", among)
    return moves_to(session, step, found.place.code) if found.place else doubt(session, step, update, found)


def moves_to(session: RegistrationSession, step: Step, code: str) -> Any:
    form = session.form
    if is_beyond(form, code):
        form.pending = None
        return session.refuse(_(REFUSALS[Refusal.REGION]))
    return form.move_to(code) if step is Step.REGENCY else form.move_within(code)


def read_village(session: RegistrationSession, update: Update) -> Any:
    """Read a village by its name: from the list of the kecamatan, or as typed where there is no list."""
    typed, places = clean(words_of(update) or ""), session.context.reference.places
    if not any(map(str.isalpha, typed)):
        return session.refuse(_(NO_NAME))
    if len(typed) > LONGEST_VILLAGE:
        return session.refuse(too_long(typed, LONGEST_VILLAGE))
    villages = villages_of(places, session.form.district or "?")
    if not villages:
        return lives_in(session, None, typed)
    found = places.find(typed, villages)
    if found.place:
        return lives_in(session, found.place.code, None)
    return doubt(session, Step.VILLAGE, update, with_neighbours(places, session.form, typed, found))


def with_neighbours(places: Gazetteer, form: Registration, typed: str, found: SearchResults) -> SearchResults:
    """Add villages of that name in other kecamatan of the kabupaten or kota: offered first, never taken unasked."""
    around = [place for place in villages_of(places, form.regency or "?") if not is_in(place, form.district)]
    around = [place for place in around if not is_beyond(form, place.code)]
    elsewhere = places.find(typed, around)
    if elsewhere.place is not None:
        return replace(found, candidates=(elsewhere.place, *found.candidates))
    return found if found.candidates else elsewhere


def lives_in(session: RegistrationSession, code: str | None, typed: str | None) -> None:
    if code is not None:
        session.form.move_within(code[:DISTRICT])
    session.form.village, session.form.village_text = code, typed


def doubt(session: RegistrationSession, step: Step, update: Update, found: SearchResults) -> int:
    """Offer places that were perhaps meant, where none has that name; none is taken by a guess."""
    typed = clean(words_of(update) or "")[:LONGEST_VILLAGE]
    if offer_clear_matter(update, session.context):
        return AGAIN
    if typed and (found.candidates or step is Step.VILLAGE):
        return session.clarify(step, typed=typed, found=[place.code for place in found.candidates])
    session.form.pending = None
    return session.refuse(_("I do not know a place of that name."))


def options_at(step: Step, session: RegistrationSession) -> Sequence[Choice]:
    """Return the places that are served; or those that the typed words may have meant, and other ways to go on."""
    pending = session.pending(step)
    if pending is None:
        return [choice_of(session, step, place) for place in LISTED[step](session)]
    places = [place for code in pending.found if (place := session.context.reference.places.place(code))]
    ways = [Choice(session.at(step, TYPE_AGAIN), N_("None of these, type again") if places else N_("Type again"))]
    if step is Step.VILLAGE:
        ways.insert(0, Choice(session.at(step, AS_TYPED), N_("It is not listed, keep it")))
    return [*(choice_of(session, step, place) for place in places), *ways]


def choice_of(session: RegistrationSession, step: Step, place: Place) -> Choice:
    """Make the choice of a place; of a village in another kecamatan with its name."""
    around = session.context.reference.places.place(place.code[:DISTRICT])
    is_far = step is Step.PLACE or not is_in(place, session.form.district)
    is_elsewhere = step in {Step.PLACE, Step.VILLAGE} and around is not None and around != place and is_far
    label = f"{place.name}, {around.label}" if is_elsewhere and around else place.label
    return Choice(session.at(step, place.code), label, (place.name,))


def is_in(place: Place, district: str | None) -> bool:
    return district is not None and place.code.startswith(district)


def served_regencies(session: RegistrationSession) -> Sequence[Place]:
    context, form = session.context, session.form
    codes = context.reference.catalogue.office.served.regencies
    within = [place for code in codes if (place := context.reference.places.place(code)) and not is_beyond(form, code)]
    if form.heard and not within:
        own = context.reference.places.place(form.heard.region[:REGENCY])
        return [own] if own else []
    return within


def districts(session: RegistrationSession) -> Sequence[Place]:
    found = districts_of(session.context.reference.places, session.form.regency or "?")
    return [place for place in found if not is_beyond(session.form, place.code)]


def is_beyond(form: Registration, code: str) -> bool:
    """Is a place outside of the region of the officer who fills this in? Checked again on sending."""
    region = form.heard.region if form.heard else ""
    return not (code.startswith(region) or region.startswith(code))


@lru_cache(maxsize=1_024)
def districts_of(places: Gazetteer, regency: str) -> Sequence[Place]:
    """Return the kecamatan that are served, cached: the list of the country is long."""
    return places.districts(regency)


@lru_cache(maxsize=1_024)
def villages_of(places: Gazetteer, district: str) -> Sequence[Place]:
    return places.villages(district)


LISTED: dict[Step, Callable[[RegistrationSession], Sequence[Place]]] = {
    Step.REGENCY: served_regencies,
    Step.DISTRICT: districts,
    Step.VILLAGE: lambda session: (),
}
LINE = Question(
    Step.PLACE,
    ask_line,
    answered=lambda session: session.form.by_list or session.form.regency is not None,
    options=line_options,
    take=take_line,
    read=read_line,
)
BY_STEPS = tuple(
    Question(
        step,
        ask,
        field,
        belongs=is_step_by_step,
        options=partial(options_at, step),
        take=partial(take_place, step),
        read=read,
    )
    for step, ask, field, read in (
        (Step.REGENCY, ask_regency, "regency", partial(read_place, Step.REGENCY)),
        (Step.DISTRICT, ask_district, "district", partial(read_place, Step.DISTRICT)),
        (Step.VILLAGE, ask_village, "has_village", read_village),
    )
)
QUESTIONS = (LINE, *BY_STEPS)
