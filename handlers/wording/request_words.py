"""Put requests about own data in words: what was asked, their state, and by when an answer is due."""

from collections.abc import Sequence

from handlers.conversation.context import Context
from handlers.wording.part_words import PARTS
from handlers.wording.terms import number_for
from locales import N_, ngettext
from locales import gettext as _
from locales.times import date_words, day_words
from models.mydata.correction import part_of
from models.mydata.data_request import DataRequest, RequestState, Right

RIGHTS = {
    Right.CORRECT: N_("Correct the data"),
    Right.ERASE: N_("Erase the data"),
    Right.LOOK: N_("A person looks, not the bot"),
}
STATES = {
    RequestState.OPEN: N_("The answer comes by {day}."),
    RequestState.DONE: N_("It was done on {day}."),
    RequestState.REFUSED: N_("It was refused on {day}."),
    RequestState.TAKEN_BACK: N_("It was taken back on {day}."),
}


def request_lines(context: Context, requests: Sequence[DataRequest]) -> list[str]:
    return [line for one in requests for line in one_request(context, one)]


def one_request(context: Context, request: DataRequest) -> list[str]:
    """Return what was asked, its number, and its state."""
    head = f"{right_words(request)}: {number_for(context.work.mode, request.reference)}"
    answer = [_("Staff wrote: {words}").format(words=request.answer)] if request.answer else []
    return [head, state_line(context, request), *answer]


def time_left(context: Context, request: DataRequest) -> str:
    """Return the hours left to answer, or those since it was due."""
    left = int((request.promised_at - context.now).total_seconds()) // 3600
    if left >= 0:
        return ngettext("{count} hour left", "{count} hours left", left).format(count=left)
    return ngettext("late by {count} hour", "late by {count} hours", -left).format(count=-left)


def right_words(request: DataRequest) -> str:
    """Return what is asked; of a correction also which part."""
    if request.kind is not Right.CORRECT:
        return _(RIGHTS[request.kind])
    return f"{_(RIGHTS[request.kind])}, {_(PARTS[part_of(request.about)[0]])}"


def state_line(context: Context, request: DataRequest) -> str:
    region = context.reference.catalogue.office[request.office].region
    if request.is_open:
        return _(STATES[request.state]).format(day=day_words(context.reference.day_in(region, request.promised_at)))
    moment = request.answered_at or request.asked_at
    return _(STATES[request.state]).format(day=date_words(context.reference.day_in(region, moment)))
