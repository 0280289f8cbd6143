"""The request that an officer has open: looked up anew at every step, in the office and region of the post."""

from typing import NamedTuple

from handlers.context import Talk
from handlers.permission import holds
from models.mydata import request as requests
from models.mydata.request import DataRequest
from models.offices.authority import Act, Where
from models.people.link import served_by
from models.people.person import Person

HELD = "wish"


class Asked(NamedTuple):
    """What is asked, and whose data it is about."""

    request: DataRequest
    person: Person


def hold(context: Talk, request_id: int) -> None:
    context.work.remember(HELD, request_id)


def let_go(context: Talk) -> None:
    context.work.remember(HELD, None)


async def asked_in_hand(context: Talk) -> Asked | None:
    """The request, if it is open still and this post may answer it now."""
    found = await requests.with_number(context.session, int(context.work.state.get(HELD) or 0))
    if found is None or not found[0].is_open:
        return None
    where = Where(found[0].office, found[0].region)
    if found[1].id in await served(context) or not await holds(context, Act.ANSWER_OWN_DATA, where):
        return None
    return Asked(*found)


async def served(context: Talk) -> set[int | None]:
    """The people whom this account is, or was, linked with: nobody decides for themself or for their own family."""
    return {person.id for _link, person in await served_by(context.session, context.account.id or 0)}
