"""A registration for every programme in data/ can be played from start to receipt; no word of a file is compared.

The applicant comes by the poster of the programme, so that it is offered first, and answers by the data behind the
buttons (tests/journey.py).
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlmodel import select

from handlers.conversation.context import ReferenceData
from models.applications.application import Application
from models.places import gazetteer
from models.programmes.catalogue import Catalogue
from models.programmes.programme_file import Programme
from models.programmes.question_kinds import NumberQuestion, SeveralQuestion
from tests.chat import Play, playing
from tests.journey import WANTED, WRITTEN, Act, Finished, Reply, Tap, answer_to
from tests.transcript import read

MOST_STEPS = 60


async def test_every_programme_can_be_registered_for_from_start_to_receipt(
    catalogue: Catalogue, tmp_path: Path
) -> None:
    async with playing(read(""), tmp_path, ReferenceData(catalogue, gazetteer())) as play:
        ends = {programme.key: await walk(play, programme) for programme in catalogue}
        async with play.store.read_only() as session:
            filed = {one.number: one.programme for one in await session.exec(select(Application))}
    receipts = {end.number: key for key, end in ends.items() if isinstance(end, Finished)}
    assert {key: end for key, end in ends.items() if not isinstance(end, Finished)} == {}
    assert receipts == filed


async def walk(play: Play, programme: Programme) -> Act | None:
    """Answer until the receipt; returns the step where it ended, which is an earlier one after too many steps."""
    act: Act | None = Reply(f"/start p-{programme.key}")
    how = how_to_answer(programme, served(play, programme))
    for _ in range(MOST_STEPS):
        act = await does(play, f"Warga {programme.key}", act, how)
        if act is None or isinstance(act, Finished):
            break
    return act


def how_to_answer(programme: Programme, regency: str) -> dict[str, Any]:
    """Name what the applicant chooses and writes, with a number and so many choices as the questions ask for."""
    numbers = [asked.at_least for asked in programme.questions if isinstance(asked, NumberQuestion)]
    choices = [asked.least for asked in programme.questions if isinstance(asked, SeveralQuestion)]
    return {
        "wanted": {**WANTED, "register:PROGRAMME": programme.key, "register:REGENCY": regency},
        "written": {**WRITTEN, "QUESTION": str(max([1, *numbers]))},
        "least": max([1, *choices]),
    }


def served(play: Play, programme: Programme) -> str:
    """Find a kabupaten or kota that is offered as a button and lies in the programme's area."""
    codes = play.reference.catalogue.office.served.regencies
    return next(code for code in codes if code.startswith(programme.area))


async def does(play: Play, who: str, act: Act | None, how: Mapping[str, Any]) -> Act | None:
    """Do one thing on the applicant's phone; returns what to do about the messages that it brings."""
    phone = play.telegram.phone(who)
    seen = phone.last_id
    if isinstance(act, Reply):
        await play.act(who, act.text)
    elif isinstance(act, Tap):
        await play.act(who, f"(tekan {act.data})")
    came = [message for number, message in sorted(phone.messages.items()) if number > seen and is_of_the_bot(message)]
    acts = [answer_of(message, how) for message in came]
    return next((one for one in acts if isinstance(one, Finished)), next((one for one in reversed(acts) if one), None))


def is_of_the_bot(message: Mapping[str, Any]) -> bool:
    return bool(message["from"]["is_bot"])


def answer_of(message: Mapping[str, Any], how: Mapping[str, Any]) -> Act | None:
    markup = message.get("reply_markup") or {}
    buttons = [button for row in markup.get("inline_keyboard", ()) for button in row]
    return answer_to(message.get("text", ""), buttons, name="Warga Contoh", keys=markup.get("keyboard"), **how)
