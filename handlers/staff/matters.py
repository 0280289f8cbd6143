"""What is done at the counter for somebody who stands there: a yes is heard, a proof seen, a new phone given a code."""

from collections.abc import Sequence
from typing import NamedTuple

from handlers.buttons import Choice, choices
from handlers.context import Talk
from handlers.family.asking import NO, YES
from handlers.family.words import VERSION, first_name, name_of, question, tell, tell_person
from handlers.menu import show_menu
from handlers.permission import permitted
from locales import N_
from locales import gettext as _
from models.applications.application import Application
from models.applications.receipt import grouped
from models.offices.authority import Act
from models.people import guardianship, permission
from models.people.account import Account
from models.people.agreement import Said, agree_in_front_of_staff
from models.people.consent import Answer
from models.people.link import Link, Scope
from models.people.person import Person

MATTERS = (
    (Act.WITNESS_CONSENT, N_("Note down a yes to a helper")),
    (Act.CHECK_GUARDIAN, N_("I saw the proof of a guardian")),
    (Act.GIVE_NEW_PHONE, N_("The phone is lost")),
    (Act.NOTE_CAPACITY, N_("Cannot decide alone for now")),
)
ABOUT_A_HELPER = frozenset({Act.WITNESS_CONSENT, Act.CHECK_GUARDIAN})
ANY_DOUBT = (N_("Not right? Type /keluarga to end it."), dict[str, str]())


class Case(NamedTuple):
    """Whose file lies on the counter, who helps them, and what it is about."""

    application: Application
    person: Person
    helpers: Sequence[tuple[Link, Account]]
    act: Act
    helper: tuple[Link, Account] | None
    scope: Scope


async def sure_lines(context: Talk, case: Case) -> list[str]:
    """What is about to be written down."""
    matter, helper = case.act, case.helper
    if matter is Act.GIVE_NEW_PHONE:
        return [
            _("Did you see the card of this person?"),
            _("Name: {name}").format(name=case.person.name),
            _("The old phone then no longer sees the files."),
        ]
    who = await name_of(context, helper[1]) if helper else "?"
    if matter is Act.CHECK_GUARDIAN:
        return [
            _("Did you see the proof, such as the family card?"),
            _("Child: {name}").format(name=case.person.name),
            _("Guardian: {name}").format(name=who),
        ]
    asked = question(who, case.scope)
    return [_("Read this aloud to {first_name}.").format(first_name=first_name(case.person)), "", asked]


async def done(context: Talk, case: Case, *, said_yes: bool) -> None:
    """Write it down, and tell both sides."""
    matter, helper = case.act, case.helper
    if matter is Act.WITNESS_CONSENT and helper is not None:
        await heard(context, case, *helper, answer=Answer.GIVEN if said_yes else Answer.REFUSED)
    elif not said_yes:
        show_menu(context, _("All right. Nothing has changed."))
    elif matter is Act.CHECK_GUARDIAN and helper is not None:
        await guardianship.prove(context.session, helper[0], by=context.account.id or 0, now=context.now)
        about = {"first_name": first_name(case.person)}
        tell(context, helper[1], (N_("Staff have seen the proof for {first_name}."), about))
        show_menu(context, _("The proof is written down."))
    elif matter is Act.GIVE_NEW_PHONE:
        await give_code(context, case)
    else:
        show_menu(context, _("That can no longer be done."))


async def heard(context: Talk, case: Case, link: Link, account: Account, *, answer: Answer) -> None:
    """The answer that was given before this officer."""
    post = await permitted(context, Act.WITNESS_CONSENT)
    who = await name_of(context, account)
    said = Said(
        shown=question(who, case.scope),
        language=context.account.language,
        mode=context.account.mode,
        version=VERSION,
        assisted_by=str(post.name) if post else None,
    )
    await agree_in_front_of_staff(
        context.session, link, case.scope, answer=answer, said=said, by=context.account, now=context.now
    )
    if answer is Answer.GIVEN:
        about = {"first_name": first_name(case.person)}
        tell(context, account, (N_("{first_name} has said yes."), about), (N_("See it with /keluarga."), {}))
        await tell_person(context, case.person, (N_("{who} now helps you here."), {"who": who}), ANY_DOUBT)
    show_menu(context, _("The answer is written down."))


async def give_code(context: Talk, case: Case) -> None:
    """A code for the new phone; it opens only together with the birth date."""
    code = await permission.code_for_new_phone(
        context.session, case.person.id or 0, by=context.account.id or 0, now=context.now
    )
    lines = [
        _("Code for the new phone: {code}").format(code=grouped(code)),
        _("On the new phone: /keluarga, then I have a code."),
        _("It is valid for three days, and only once."),
    ]
    context.say("\n".join(lines), menu=True, protect=True)


def sure_choices(talk: str, step: str, matter: Act) -> list[Choice]:
    if matter is Act.WITNESS_CONSENT:
        return choices(talk, step, (YES, N_("The person said yes")), (NO, N_("The person said no")))
    return choices(talk, step, (YES, N_("Yes, I saw it")), (NO, N_("No, not yet")))
