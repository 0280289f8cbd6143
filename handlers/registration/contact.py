"""How to reach somebody: a number shared by button or typed, and whose number it is."""

from collections.abc import Sequence
from typing import Any

from telegram import Contact, Update

from handlers.conversation.buttons import Choice, numbered
from handlers.conversation.context import Context, ReferenceData
from handlers.conversation.form import NAVIGATION_WORDS, numbered_choice, way_lines
from handlers.conversation.match import Takes, explain_unrecognised, match_choice, nik_too_early, words_of
from handlers.registration.registration_form import (
    Question,
    Step,
    ask_next,
    at,
    form_of,
    keep,
    offer,
    wait_at,
    ways_out,
)
from handlers.terms import you, your
from locales import N_
from locales import gettext as _
from models.applications.registration import Clarification, PhoneOwner, Registration
from models.people.account import ReadingMode
from models.people.name import clean
from models.people.phone import Phone, PhoneFault, PhoneProblem, read_phone, read_shared

SHARE, NONE = "share", "none"

OWNERS = {
    PhoneOwner.PERSON: N_("own number"),
    PhoneOwner.WRITER: N_("number of the writer"),
    PhoneOwner.OTHER: N_("number of somebody else"),
}


def ask_phone(context: Context) -> Step:
    form = form_of(context)
    if form.aside and form.aside.step == Step.PHONE:
        return wait_at(context, Step.PHONE, which_number(form.aside.found), several_numbers(form))
    if form.heard:
        return wait_at(context, Step.PHONE, phone_text(context, form), phone_choices(form))
    ways = ways_out(context, Step.PHONE)
    keys = [(SHARE_WORDS, True), (NONE_WORDS, False), *((NAVIGATION_WORDS[way], False) for way in ways)]
    listed = numbered(phone_choices(form), context.work.mode) + way_lines(context, ways, True, apart=False)
    context.work.call(
        "sendMessage",
        {
            "chat_id": context.work.chat_id,
            "text": phone_text(context, form) + listed,
            "reply_markup": {
                "keyboard": [[key_for(words, asks_for_number)] for words, asks_for_number in keys],
                "resize_keyboard": True,
                "one_time_keyboard": True,
            },
        },
    )
    return Step.PHONE


def which_number(found: Sequence[str]) -> str:
    """One number that may be meant, one from here or from abroad, or several."""
    if len(found) == 1:
        return _("Is this the number?")
    is_same = len({Phone(number).kind for number in found}) > 1
    return (
        _("Is it a number from Indonesia or from abroad?") if is_same else _("I read more than one number. Which one?")
    )


def key_for(words: str, asks_for_number: bool) -> dict[str, Any]:
    return {"text": _(words), **({"request_contact": True} if asks_for_number else {})}


def phone_text(context: Context, form: Registration) -> str:
    if form.heard:
        lines = [_("At which phone number can we reach {name}?").format(name=form.first_name)]
        return "\n".join([*lines, _("The number of somebody who helps is fine too.")])
    if context.account.mode is ReadingMode.DEAF:
        lines = [_("Which number is for written messages?"), _("We will never call it.")]
    elif form.is_for_self:
        lines = [_("At which phone number can we reach {you}?").format(you=you(context))]
    else:
        lines = [_("At which phone number can we reach {name}?").format(name=form.first_name)]
        lines.append(_("Also fine: {your} own number.").format(your=your(context)))
    return "\n".join([*lines, _("Share it with the button below, or type it.")])


async def take_phone(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    if update.message and update.message.contact:
        return take_contact(context, form, update.message.contact)
    choice = numbered_choice(update, several_numbers(form) or phone_choices(form))
    if choice and choice.key == NONE:
        form.phone, form.no_phone, form.phone_owner, form.aside = None, True, None, None
        keep(context, form)
        context.send(without_number(form), menu=True)
        return ask_next(context)
    if choice and choice.key == SHARE:
        context.send(_("Please tap the button, or type the number."))
        return ask_phone(context)
    reading = Phone(f"+{choice.key}") if choice else read_phone(words_of(update) or "")
    if isinstance(reading, PhoneProblem):
        if reading.fault is PhoneFault.LOOKS_LIKE_NIK:
            context.delete(update.message.message_id if update.message else None)
        return phone_doubt(context, form, reading)
    return reached_at(context, form, reading, PhoneOwner.PERSON if form.is_for_self else None)


def take_contact(context: Context, form: Registration, card: Contact) -> Step | int:
    """A contact card. Somebody else's is taken too, but then it is asked whose number it is."""
    reading = read_shared(card.phone_number)
    if isinstance(reading, PhoneProblem):
        return phone_doubt(context, form, reading)
    own = card.user_id is not None and card.user_id == context.account.telegram_id and form.heard is None
    if own:
        return reached_at(context, form, reading, PhoneOwner.PERSON if form.is_for_self else PhoneOwner.WRITER)
    whose = clean(" ".join(filter(None, (card.first_name, card.last_name))))[:60]
    context.send(_("That is the contact card of {name}.").format(name=whose or "?"))
    return reached_at(context, form, reading, None)


def reached_at(context: Context, form: Registration, phone: Phone, owner: PhoneOwner | None) -> Step | int:
    form.phone, form.no_phone, form.phone_owner, form.aside = phone.e164, False, owner, None
    keep(context, form)
    context.send(_("Noted: {number}.").format(number=shown_number(context, phone)), menu=True)
    return ask_next(context)


def shown_number(context: Context, phone: Phone) -> str:
    return phone.spoken if context.work.mode is ReadingMode.SCREEN_READER else phone.national


def phone_doubt(context: Context, form: Registration, problem: PhoneProblem) -> Step | int:
    if problem.candidates:
        form.aside = Clarification(step=Step.PHONE, found=[phone.e164 for phone in problem.candidates])
        keep(context, form)
    else:
        context.send(phone_problem(problem))
    return ask_phone(context)


def phone_problem(problem: PhoneProblem) -> str:
    fault = problem.fault
    if fault is PhoneFault.LOOKS_LIKE_NIK:
        return nik_too_early()
    if fault is PhoneFault.AREA_CODE_MISSING:
        return _("The area code is missing. For example: 0541 123456.")
    if fault is PhoneFault.SERVICE_NUMBER:
        return _("That is a service number. Please write a number of a person.")
    if fault is PhoneFault.UNKNOWN_PREFIX:
        return _("A phone number begins with 0 or +62. Please look again.")
    if fault in {PhoneFault.TOO_SHORT, PhoneFault.TOO_LONG}:
        return _("I read {count} digits. A mobile number has 10 to 13.").format(count=problem.digits)
    return _("I could not read a phone number. Write only its digits.")


def ask_phone_owner(context: Context) -> Step:
    form = form_of(context)
    return wait_at(context, Step.PHONE_OWNER, _("Whose number is this?"), owner_choices(form))


async def take_phone_owner(update: Update, context: Context) -> Step | int:
    form = form_of(context)
    choice = match_choice(update, owner_choices(form))
    if choice is None:
        explain_unrecognised(update, context)
        return ask_phone_owner(context)
    if choice.key == NONE:
        form.phone = None
        keep(context, form)
        return ask_phone(context)
    form.phone_owner = PhoneOwner(choice.key)
    keep(context, form)
    return ask_next(context)


SHARE_WORDS, NONE_WORDS = N_("Share my number"), N_("I have no number")


def without_number(form: Registration) -> str:
    if form.heard:
        return _("All right, without a number. News waits at the office.")
    return _("All right, without a number. We write to you here.")


def phone_choices(form: Registration) -> list[Choice]:
    if form.heard:
        return offer(Step.PHONE, (NONE, N_("There is no number")))
    return offer(Step.PHONE, (SHARE, SHARE_WORDS), (NONE, NONE_WORDS))


def several_numbers(form: Registration) -> list[Choice]:
    if form.aside is None or form.aside.step != Step.PHONE:
        return []
    return offer(Step.PHONE, *((number.lstrip("+"), Phone(number).national) for number in form.aside.found))


def owner_choices(form: Registration) -> list[Choice]:
    wrong = (NONE, N_("Another number is better"))
    if form.is_for_self:
        return offer(
            Step.PHONE_OWNER,
            (PhoneOwner.PERSON, N_("It is my own number")),
            (PhoneOwner.OTHER, N_("Of somebody who helps me")),
            wrong,
        )
    theirs = Choice(at(Step.PHONE_OWNER, PhoneOwner.PERSON), form.first_name, (N_("Of this person"),))
    if form.heard:
        return [theirs, *offer(Step.PHONE_OWNER, (PhoneOwner.OTHER, N_("Of somebody else")), wrong)]
    others = offer(
        Step.PHONE_OWNER,
        (PhoneOwner.WRITER, N_("It is my own number")),
        (PhoneOwner.OTHER, N_("Of somebody else")),
        wrong,
    )
    return [theirs, *others]


def put_menu_back(context: Context) -> None:
    """The keyboard that shares a number must not stay under the next question."""
    if not form_of(context).heard:
        context.send(_("All right."), menu=True)


def must_say_whose(form: Registration, reference: ReferenceData) -> bool:
    """Clear by itself is only one's own number, typed or shared by oneself."""
    return form.phone is not None and not (form.is_for_self and form.phone_owner is PhoneOwner.PERSON)


QUESTIONS = (
    Question(
        Step.PHONE,
        lambda form, reference: form.phone_is_settled,
        ask_phone,
        take_phone,
        takes=Takes.CONTACT,
        leave=put_menu_back,
    ),
    Question(
        Step.PHONE_OWNER,
        lambda form, reference: form.phone_owner is not None,
        ask_phone_owner,
        take_phone_owner,
        belongs=must_say_whose,
    ),
)
