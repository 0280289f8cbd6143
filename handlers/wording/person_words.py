"""Put a person in words: what is stored about them, a line each; identifiers are masked, or shown in full."""

from typing import Any

from handlers.conversation.context import Context
from handlers.wording.terms import DISABILITIES, NEEDS, NO_NIK, NOTHING_WORDS, born_words, hidden_for, number_for
from locales import N_
from locales import gettext as _
from locales.times import list_words
from models.applications.registration import Registration
from models.people.person import Person


def described(context: Context, person: Person, *, in_full: bool = False) -> list[str]:
    """Return name, birth date, address, phone, NIK, what helps, kind of disability."""

    def number(text: str) -> str:
        return number_for(context.work.mode, text) if in_full else hidden_for(context.work.mode, text)

    told = [
        (N_("Name: {it}"), person.name),
        (N_("Birth date: {it}"), born_words(person.born)),
        (N_("Address: {it}"), address_words(context, person)),
        (N_("Phone: {it}"), number(person.phone) if person.phone else None),
        (N_("NIK: {it}"), number(person.nik) if person.nik else no_nik_words(person)),
        (N_("What helps: {it}"), needs_words(person.needs)),
        (N_("Kind of disability: {it}"), disability_words(person)),
    ]
    return [_(label).format(it=it or _("not filled in")) for label, it in told]


def address_words(context: Context, person: Person | Registration) -> str:
    """Return village, district and regency, as far as they are known."""
    places = context.reference.places
    names = [places.place(code) for code in (person.village, person.district, person.regency) if code]
    typed = [person.village_text] if person.village_text else []
    return ", ".join([*typed, *(place.label for place in names if place)])


def no_nik_words(person: Person) -> str | None:
    return _(NO_NIK[person.no_nik]) if person.no_nik else None


def needs_words(needs: dict[str, Any] | None) -> str | None:
    """Return what helps; None where it was not asked yet."""
    if needs is None:
        return None
    words = [_(NEEDS[kind]) for kind in NEEDS if kind in needs.get("kinds", [])]
    return list_words([*words, *([needs["words"]] if needs.get("words") else [])]) or _(NOTHING_WORDS)


def disability_words(person: Person) -> str | None:
    """Return the kinds of disability; None where it was not asked; the answer is voluntary."""
    if person.disabilities is None:
        return None
    kinds = person.disabilities.get("kinds", [])
    return list_words([_(words) for kind, words in DISABILITIES.items() if kind in kinds]) or _("not answered")
