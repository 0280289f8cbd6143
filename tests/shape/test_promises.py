"""No promise without an act: each sentence that says what an officer will do names where an officer does it.

A sentence that is new here needs a line in ACTS; where no handler can do it, the sentence must not promise it.
"""

import ast
from collections.abc import Callable
from importlib import import_module

import pytest

from handlers.wording.terms import STAGES
from models.applications.application import Stage
from tests.shape.plain_language import PROMISE
from tests.shape.talks import sources, tree_of
from tests.shape.test_catalogs import forms, ids, messages

REQUESTS = "handlers.mydata.staff_queue.conversation"
PAPERS = "handlers.counter.reveal_data.conversation"
ACTS = {
    "Staff answer by {day}.": REQUESTS,
    "Staff answer here, at the latest:": REQUESTS,
    "Staff will look at it.": REQUESTS,
    "Staff will look at this request.": REQUESTS,
    "Staff check it first.": REQUESTS,
    "Staff can correct it later.": REQUESTS,
    "Do you disagree? Come to the office. Ask for another officer.": REQUESTS,
    "Do you disagree? Tell the office. Ask for another officer.": REQUESTS,
    "Staff ask, and write down the answer.": "handlers.counter.witness_consent.conversation",
    "Staff can register many people at once. Come to the office.": "handlers.registration.register_for_person.begin",
    "Next: staff check the papers.": PAPERS,
    "Then staff check them.": PAPERS,
}
"""The sentence as it stands in the code, and the function in which an officer does it."""
REACHED = frozenset({Stage.SUBMITTED})
"""The stages that a file can have in this release beside those that end it: no handler moves it on yet."""


def coming() -> set[str]:
    """The next steps of the stages that no file has yet: they are never said."""
    words = [one for stage, one in STAGES.items() if stage not in REACHED]
    return {text for one in words for text in (one.next, one.next_in_writing) if text}


def promises() -> set[str]:
    found = (message for message in messages("id") if any(PROMISE.search(form) for form in forms(message)))
    return {ids(message)[0] for message in found}


def test_every_promise_names_an_act() -> None:
    assert promises() - ACTS.keys() - coming() == set(), "name the act in ACTS, or promise nothing"


def test_every_act_belongs_to_a_promise() -> None:
    assert ACTS.keys() - promises() == set()


@pytest.mark.parametrize("path", sorted(set(ACTS.values())))
def test_an_act_is_there_to_be_done(path: str) -> None:
    module, _dot, name = path.rpartition(".")
    assert isinstance(getattr(import_module(module), name), Callable)


def test_no_handler_moves_a_file_to_a_stage_with_an_unnamed_act() -> None:
    """As soon as one does, the sentence of that stage needs its act in ACTS, and the stage a place in REACHED."""
    calls = [node for path in sources("handlers") for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
    moved = [ast.unparse(call) for call in calls if isinstance(call.func, ast.Attribute) and call.func.attr == "move"]
    assert not moved


@pytest.mark.parametrize("text", ["Petugas akan bicara. Petugas akan menghubungi Anda.", "Jawabannya di sini, Senin."])
def test_the_checker_finds_a_promise(text: str) -> None:
    assert PROMISE.search(text)


@pytest.mark.parametrize("text", ["Petugas belum bisa membalas di sini.", "Petugas sudah mencatat jawaban Anda."])
def test_what_is_done_or_denied_is_no_promise(text: str) -> None:
    assert not PROMISE.search(text)
