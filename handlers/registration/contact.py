"""Ask how the person is reached (a phone number, shared by button or typed, and whose it is), and what helps them."""

from collections.abc import Sequence
from typing import Any

from telegram import Contact, Update

from handlers.conversation.buttons import Choice, numbered
from handlers.conversation.form import NAVIGATION_WORDS, too_long, way_lines
from handlers.conversation.form_questions import UNRECOGNISED
from handlers.conversation.match import Takes, nik_too_early, words_of
from handlers.conversation.multi_select import read_several
from handlers.conversation.questions import Option
from handlers.registration.registration_form import ManyQuestion, Question, RegistrationSession, Step
from handlers.wording.terms import NEEDS, NOTHING_WORDS
from locales import N_
from locales import gettext as _
from models.applications.registration import Need, PhoneOwner
from models.people.account import ReadingMode
from models.people.name import clean
from models.people.phone import Phone, PhoneFault, PhoneProblem, read_phone, read_shared

SHARE, NONE = "share", "none"
LONGEST_NEEDS = 300
NOTHING, CHOOSE = "none", "choose"
NOTHING_ALSO = (N_("Nothing"), N_("None"), N_("No"), N_("Not needed"))
HELPED_OPTIONS = (
    Option(NOTHING, NOTHING_WORDS, also=NOTHING_ALSO),
    Option(CHOOSE, N_("Yes, I choose"), also=(N_("Yes"),)),
)

UNREADABLE = N_("No phone number could be read. Write only its digits.")
PHONE_PROBLEMS = {
    PhoneFault.AREA_CODE_MISSING: N_("The area code is missing. For example: 0541 123456."),
    PhoneFault.SERVICE_NUMBER: N_("That is a service number. Please write a number of a person."),
    PhoneFault.UNKNOWN_PREFIX: N_("A phone number begins with 0 or +62. Please look again."),
}


def ask_phone(session: RegistrationSession) -> str | Step:
    if pending := session.pending(Step.PHONE):
        return which_number(pending.found)
    if session.assisted:
        return phone_text(session)
    context, ways = session.context, session.ways(PHONE)
    keys = [{"text": _(SHARE_WORDS), "request_contact": True}]
    keys += [{"text": _(words)} for words in (NONE_WORDS, *(NAVIGATION_WORDS[way] for way in ways))]
    offered = [Choice(session.at(Step.PHONE, key), words) for key, words in phone_options(session)]
    listed = numbered(offered, context.work.mode) + way_lines(context, ways, True, apart=False)
    context.work.call(
        "sendMessage",
        {
            "chat_id": context.work.chat_id,
            "text": phone_text(session) + listed,
            "reply_markup": {"keyboard": [[key] for key in keys], "resize_keyboard": True, "one_time_keyboard": True},
        },
    )
    return Step.PHONE


def which_number(found: Sequence[str]) -> str:
    """Ask which number is meant: one in doubt, one from here or from abroad, or several."""
    if len(found) == 1:
        return _("Is this the number?")
    is_same = len({Phone(number).kind for number in found}) > 1
    return (
        _("Is it a number from Indonesia or from abroad?")
        if is_same
        else _("There is more than one number. Which one?")
    )


def phone_text(session: RegistrationSession) -> str:
    context, form = session.context, session.form
    theirs = _("What is the phone number of {name}?").format(name=form.first_name)
    if session.assisted:
        return "\n".join([theirs, _("The number of somebody who helps is fine too.")])
    if context.account.mode is ReadingMode.DEAF:
        lines = [_("Which number is for written messages?"), _("We will never call it.")]
    elif form.is_for_self:
        lines = [_("What is your phone number?")]
    else:
        lines = [theirs, _("Your own number is fine too.")]
    return "\n".join([*lines, _("Share it with the button below, or type it.")])


def take_phone(session: RegistrationSession, key: str) -> Any:
    """Take one of several numbers that were read, none, or the words of the button that shares it."""
    form = session.form
    if key == SHARE:
        return session.refuse(_("Please tap the button, or type the number."))
    if key != NONE:
        return reached_at(session, Phone(f"+{key}"), own(session))
    form.phone, form.no_phone, form.phone_owner = None, True, None
    words = _("All right, without a number. We write to you here.")
    if session.assisted:
        words = _("All right, without a number. News waits at the office.")
    return session.context.send(words, menu=True)


def read_phone_answer(session: RegistrationSession, update: Update) -> Any:
    """Read a contact card, or a number in words."""
    if update.message and update.message.contact:
        return read_contact(session, update.message.contact)
    reading = read_phone(words_of(update) or "")
    if isinstance(reading, Phone):
        return reached_at(session, reading, own(session))
    if reading.fault is PhoneFault.LOOKS_LIKE_NIK:
        session.context.delete_answer()
    return phone_doubt(session, reading)


def own(session: RegistrationSession) -> PhoneOwner | None:
    """Return whose number it is, where that is clear without asking."""
    return PhoneOwner.PERSON if session.form.is_for_self else None


def read_contact(session: RegistrationSession, card: Contact) -> Any:
    """Read a contact card; for another person's card it is asked whose number it is."""
    reading, context = read_shared(card.phone_number), session.context
    if isinstance(reading, PhoneProblem):
        return phone_doubt(session, reading)
    if card.user_id is not None and card.user_id == context.account.telegram_id and not session.assisted:
        return reached_at(session, reading, own(session) or PhoneOwner.WRITER)
    whose = clean(" ".join(filter(None, (card.first_name, card.last_name))))[:60]
    context.send(_("That is the contact card of {name}.").format(name=whose or "?"))
    return reached_at(session, reading, None)


def reached_at(session: RegistrationSession, phone: Phone, owner: PhoneOwner | None) -> None:
    form = session.form
    form.phone, form.no_phone, form.phone_owner = phone.e164, False, owner
    number = phone.spoken if session.context.work.mode is ReadingMode.SCREEN_READER else phone.national
    session.context.send(_("Noted: {number}.").format(number=number), menu=True)


def phone_doubt(session: RegistrationSession, problem: PhoneProblem) -> int:
    if problem.candidates:
        return session.clarify(Step.PHONE, found=[phone.e164 for phone in problem.candidates])
    return session.refuse(phone_problem(problem))


def phone_problem(problem: PhoneProblem) -> str:
    if problem.fault is PhoneFault.LOOKS_LIKE_NIK:
        return nik_too_early()
    if problem.fault in {PhoneFault.TOO_SHORT, PhoneFault.TOO_LONG}:
        return _("{count} digits could be read. A mobile number has 10 to 13.").format(count=problem.digits)
    return _(PHONE_PROBLEMS.get(problem.fault, UNREADABLE))


def take_phone_owner(session: RegistrationSession, key: str) -> Any:
    if key == NONE:
        session.form.phone = None
        return session.ask(Step.PHONE)
    session.form.phone_owner = PhoneOwner(key)
    return None


SHARE_WORDS, NONE_WORDS = N_("Share my number"), N_("I have no number")


def phone_options(session: RegistrationSession) -> Sequence[tuple[str, str]]:
    if pending := session.pending(Step.PHONE):
        return [(number.lstrip("+"), Phone(number).national) for number in pending.found]
    return [(NONE, N_("There is no number"))] if session.assisted else [(SHARE, SHARE_WORDS), (NONE, NONE_WORDS)]


def owner_options(session: RegistrationSession) -> Sequence[Choice | tuple[str, str]]:
    wrong = (NONE, N_("Another number is better"))
    mine = N_("It is my own number")
    if session.form.is_for_self:
        return [(PhoneOwner.PERSON, mine), (PhoneOwner.OTHER, N_("Of somebody who helps me")), wrong]
    name, others = session.form.first_name, [(PhoneOwner.OTHER, N_("Of somebody else")), wrong]
    theirs = Choice(session.at(Step.PHONE_OWNER, PhoneOwner.PERSON), name, (N_("Number of the applicant"),))
    return [theirs, *others] if session.assisted else [theirs, (PhoneOwner.WRITER, mine), *others]


def put_menu_back(session: RegistrationSession) -> None:
    """Restore the menu: the keyboard that shares a number must not stay under the next question."""
    if not session.assisted:
        session.context.send(_("All right."), menu=True)


def must_say_whose(session: RegistrationSession) -> bool:
    """Must the owner of the number be asked? Not of one's own number, typed or shared by oneself."""
    form = session.form
    return form.phone is not None and not (form.is_for_self and form.phone_owner is PhoneOwner.PERSON)


def asks_phone(session: RegistrationSession) -> bool:
    """Is the number asked here? Who registers themself is reached in this chat, and asked later."""
    return session.is_correction or session.assisted or not session.form.is_for_self


def ask_helped(session: RegistrationSession) -> list[str]:
    form = session.form
    return [
        _("What shall we prepare for {you} at the activity?").format(
            you=_("you") if form.is_for_self else form.first_name
        ),
        _("For example access for a wheelchair, or a sign language interpreter."),
    ]


def take_helped(session: RegistrationSession, key: str) -> None:
    session.form.wants_needs = key == CHOOSE
    if key == NOTHING:
        needs_are(session, [], None)


def read_helped(session: RegistrationSession, update: Update) -> Any:
    """Take what is written at once: some of the list, or own words."""
    listed = [Choice(session.at(Step.HELPED, key), words) for key, words in NEEDS.items()]
    several = read_several(update, listed, ()) if words_of(update) else None
    if several is None or not several.keys:
        return read_needs(session, update)
    return needs_are(session, list(several.keys), None)


def is_helped(session: RegistrationSession) -> bool:
    return session.form.needs_said or session.form.wants_needs


def ask_needs(session: RegistrationSession) -> list[str]:
    return [
        _("What shall we prepare?"),
        _("You may choose several. For example, type: 1, 3."),
        _("You may also write it in your own words."),
    ]


def take_needs(session: RegistrationSession, keys: list[str]) -> None:
    needs_are(session, keys, session.form.needs_text if keys else None)


def read_needs(session: RegistrationSession, update: Update) -> Any:
    """Add own words to the options tapped."""
    typed = clean(words_of(update) or "")
    if not any(map(str.isalpha, typed)):
        return UNRECOGNISED
    if len(typed) > LONGEST_NEEDS:
        return session.refuse(too_long(typed, LONGEST_NEEDS))
    return needs_are(session, session.form.chosen, typed)


def needs_are(session: RegistrationSession, keys: list[str], words: str | None) -> None:
    form = session.form
    form.needs, form.needs_text, form.needs_said = list(map(Need, keys)), words, True
    if {Need.SIGN_LANGUAGE, Need.SCREEN_READER} & set(form.needs) and session.context.work.mode is ReadingMode.PLAIN:
        session.lead.append(_("There are messages for the Deaf and for screen readers, too. Type /akses."))


PHONE = Question(
    Step.PHONE,
    ask_phone,
    "phone_is_settled",
    options=phone_options,
    take=take_phone,
    read=read_phone_answer,
    takes=Takes.CONTACT,
    on_leave=put_menu_back,
    belongs=asks_phone,
)
QUESTIONS = (
    PHONE,
    Question(
        Step.PHONE_OWNER,
        N_("Whose number is this?"),
        "phone_owner",
        belongs=lambda session: asks_phone(session) and must_say_whose(session),
        options=owner_options,
        take=take_phone_owner,
    ),
)
NEEDS_QUESTIONS = (
    Question(
        Step.HELPED,
        ask_helped,
        answered=is_helped,
        belongs=lambda session: not session.is_correction,
        options=HELPED_OPTIONS,
        take=take_helped,
        read=read_helped,
    ),
    ManyQuestion(
        Step.NEEDS,
        ask_needs,
        "needs_said",
        options=tuple(NEEDS.items()),  # before any diagnosis
        nothing=(NOTHING_WORDS, *NOTHING_ALSO),
        take_all=take_needs,
        read=read_needs,
        belongs=lambda session: session.is_correction or session.form.wants_needs,
    ),
)
