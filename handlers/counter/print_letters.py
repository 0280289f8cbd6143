"""/cetak: print the letters that wait at the office for people without Telegram; mark those handed over.

/cetak ─▶ WHAT ─▶ WHERE ─▶ VILLAGE ─▶ printed, one person on a page
            └──handed over──▶ HANDED ─▶ marked, and asked again          /batal leaves from anywhere
WHAT only where some were printed before; WHERE and VILLAGE only where there are several.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from handlers.conversation.access import AccessRule, Resource, authorize, own_post, where_of
from handlers.conversation.context import A_DAY, Context
from handlers.conversation.engine import end_with
from handlers.conversation.questions import AGAIN, END, Choose, ChooseMany, Next, Option
from handlers.conversation.registry import Command, Conversation
from handlers.counter.case import Case
from handlers.status.printed_status import print_status
from handlers.wording import printed_letters
from locales import N_, ngettext
from locales import gettext as _
from models.messaging.printed_letter import letters_from_office
from models.offices import mailroom
from models.offices.authority import Act
from models.offices.mailroom import PersonMail, VillageMail

TALK = "letters"
RULE = AccessRule(Act.PRINT_LETTERS, Resource.OFFICE)
NEW, ONCE_MORE, HANDED, ALL = "new", "again", "handed", "all"
ALL_OF_THEM = Option(ALL, N_("All of them"))
NOTHING_WAITS = N_("No letters wait in your office and region.")


class Step(StrEnum):
    WHAT = "WHAT"
    WHERE = "WHERE"
    VILLAGE = "VILLAGE"
    HANDED = "HANDED"


@dataclass
class PrintState:
    """Whether to print new letters or printed ones again, and of which kecamatan."""

    what: str = NEW
    district: str | None = None


class Waiting(NamedTuple):
    """The letters that wait: new ones, those printed before, and the ones chosen of both."""

    new: list[VillageMail]
    before: list[VillageMail]
    piles: list[VillageMail]

    @property
    def has_several_places(self) -> bool:
        return len(districts(self.piles)) > 1


def conversation() -> Conversation:
    return Conversation(
        name=TALK,
        access=RULE,
        state=PrintState,
        subject=waiting,
        gone=NOTHING_WAITS,
        steps={
            Step.WHAT: Choose(ask_what, options=what_options, take=take_what, skips_single=True),
            Step.WHERE: Choose(
                N_("Of which kecamatan?"),
                options=where_options,
                take=take_where,
                back=Step.WHAT,
                back_if=lambda context, waiting: bool(waiting.before),
            ),
            Step.VILLAGE: Choose(
                N_("Of which desa or kelurahan?"),
                options=village_options,
                take=take_village,
                back=lambda context, waiting: Step.WHERE if waiting.has_several_places else Step.WHAT,
                back_if=lambda context, waiting: waiting.has_several_places or bool(waiting.before),
            ),
            Step.HANDED: ChooseMany(
                (N_("Who has the letters in their hands?"), N_("You may type several, for example: 1, 3.")),
                options=handed_options,
                take=take_handed,
                back=Step.WHAT,
                subject=printed,
                gone=N_("Every printed letter was handed over."),
                delete_after=A_DAY,
            ),
        },
        commands=[Command("cetak", N_("Print the letters that wait"))],
        staff_menu=N_("Print letters"),
    )


async def waiting(context: Context) -> Waiting | None:
    post = await own_post(context)
    new = await mailroom.villages_with_mail(context.session, post, printed=False)
    before = await mailroom.villages_with_mail(context.session, post, printed=True)
    chosen = before if context.state(PrintState).what == ONCE_MORE else new
    return Waiting(new, before, chosen) if new or before else None


def ask_what(context: Context, waiting: Waiting) -> list[str]:
    new, before = (sum(pile.people for pile in piles) for piles in (waiting.new, waiting.before))
    lines = [_("People with new letters: {count}.").format(count=new)] if new else []
    lines.append(_("People with printed letters, not handed over: {count}.").format(count=before))
    return [*lines, _("What do you want to do?")]


def what_options(context: Context, waiting: Waiting) -> list[tuple[str, str]]:
    """Return new letters, or those printed before; with only new ones there is nothing to ask."""
    new = [(NEW, N_("Print new letters"))] if waiting.new else []
    before = [(ONCE_MORE, N_("Print once more")), (HANDED, N_("Handed over"))] if waiting.before else []
    return new + before


async def take_what(context: Context, waiting: Waiting, key: str) -> Next:
    if key == HANDED:
        return Step.HANDED
    context.state(PrintState).what = key
    chosen = waiting._replace(piles=waiting.before if key == ONCE_MORE else waiting.new)
    if chosen.has_several_places:
        return Step.WHERE
    return await in_district(context, chosen, chosen.piles[0].district if chosen.piles else None)


def where_options(context: Context, waiting: Waiting) -> list[Option]:
    """Return the kecamatan with letters, and all of them."""
    return [*(place_option(context, *one) for one in districts(waiting.piles).items()), ALL_OF_THEM]


async def take_where(context: Context, waiting: Waiting, key: str) -> Next:
    return await (print_them(context) if key == ALL else in_district(context, waiting, key))


async def in_district(context: Context, waiting: Waiting, district: str | None) -> Next:
    """Choose the desa; a single one needs no question."""
    context.state(PrintState).district = district
    return Step.VILLAGE if len(village_options(context, waiting)) > 2 else await print_them(context, district)


def village_options(context: Context, waiting: Waiting) -> list[Option]:
    district = context.state(PrintState).district
    found = [(pile.village, pile.people) for pile in waiting.piles if pile.district == district and pile.village]
    return [*(place_option(context, *one) for one in found), ALL_OF_THEM]


async def take_village(context: Context, waiting: Waiting, key: str) -> int:
    return await print_them(context, context.state(PrintState).district, None if key == ALL else key)


def districts(piles: list[VillageMail]) -> dict[str, int]:
    """Count the people with letters in each kecamatan."""
    counts = Counter[str]()
    for pile in piles:
        if pile.district:
            counts[pile.district] += pile.people
    return counts


def place_option(context: Context, code: str, people: int) -> Option:
    place = context.reference.places.place(code)
    name = place.name if place else code
    return Option(code, f"{name[:24]} ({people})", also=(name,))


async def print_them(context: Context, district: str | None = None, village: str | None = None) -> int:
    """Print one file, of at most so many people; the others wait for the next one."""
    post, is_again = await own_post(context), context.state(PrintState).what == ONCE_MORE
    mails = await mailroom.next_mail(context.session, post, printed=is_again, district=district, village=village)
    if not mails:
        return end_with(context, _(NOTHING_WAITS))
    printed_letters.send_letters(context, mails, count_words(len(mails)))
    await mailroom.mark_printed(context.session, mails, by=post.account_id, now=context.now)
    more = [_("There are more. Type /cetak again.")] if len(mails) == mailroom.AT_ONCE and not is_again else []
    return end_with(context, *more, _("Were they handed over? Type /cetak and note it down."))


def count_words(count: int) -> str:
    return ngettext("Letters for {count} person.", "Letters for {count} people.", count).format(count=count)


async def printed(context: Context) -> list[PersonMail] | None:
    return await mailroom.next_mail(context.session, await own_post(context), printed=True) or None


def handed_options(context: Context, mails: list[PersonMail]) -> list[Option]:
    """Return name and desa; people with the same name are distinguished."""
    named = (Option(str(one.person.id), label_of(context, one), also=(str(one.person.name),)) for one in mails)
    return [*named, ALL_OF_THEM]


def label_of(context: Context, mail: PersonMail) -> str:
    place = context.reference.places.place(mail.person.village or mail.person.district or mail.person.regency)
    where = mail.person.village_text or (place.name if place else "")
    return f"{str(mail.person.name)[:30]}, {where[:20]}"


async def take_handed(context: Context, mails: list[PersonMail], keys: list[str]) -> int:
    given = mails if ALL in keys else [one for one in mails if str(one.person.id) in keys]
    await mailroom.mark_handed_over(context.session, given, by=context.account_id, now=context.now)
    context.send(_("That is written down.") + " " + count_words(len(given)))
    return AGAIN


async def print_one(context: Context, case: Case) -> int:
    """At the counter: print how far a file is, with every letter that its person has not got yet."""
    person, application = case.person, case.application
    if await authorize(context, Act.PRINT_LETTERS, where_of(application, person)) is None:
        return END
    written = await letters_from_office(context.session, person.id or 0, application.office)
    mail = PersonMail(person, [one for one in written if one.handed_at is None])
    await print_status(context, application, person, mail.letters)
    await mailroom.mark_printed(context.session, [mail], by=context.account_id, now=context.now)
    return AGAIN
