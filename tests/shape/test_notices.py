"""Nothing but handlers/notify.py tells another account something, and every kind of notice is whole."""

import ast

import pytest

from handlers.notify import Notice
from models.notices import Print
from tests.shape.talks import ROOT, modules, sources, tree_of

MAY_ADDRESS = {"handlers/notify.py", "handlers/conversation/context.py", "handlers/conversation/follow_ups.py"}
"""The one way, and the engine that it uses."""
SENDS = {"say", "ask", "hand", "offer", "call"}


def addressing(tree: ast.AST) -> list[int]:
    """The lines where a message is given another receiver than the chat of this turn."""
    return sorted({node.lineno for node in ast.walk(tree) if _has_to(node) or _is_body_for_another(node)})


def _has_to(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in SENDS and any(keyword.arg == "to" for keyword in node.keywords)


def _is_body_for_another(node: ast.AST) -> bool:
    if not isinstance(node, ast.Dict):
        return False
    body = {
        key.value: value for key, value in zip(node.keys, node.values, strict=True) if isinstance(key, ast.Constant)
    }
    is_message, chat = bool(body.keys() & {"text", "caption"}), body.get("chat_id")
    return is_message and chat is not None and not (isinstance(chat, ast.Attribute) and chat.attr == "chat_id")


def notices() -> list[Notice]:
    found = {id(one): one for module in modules() for entity in vars(module).values() for one in _of(entity)}
    return list(found.values())


def _of(entity: object) -> list[Notice]:
    things = entity.values() if isinstance(entity, dict) else [entity]
    return [one for one in things if isinstance(one, Notice)]


def test_only_notify_tells_another_account_something() -> None:
    found = {str(path.relative_to(ROOT)): lines for path in sources("handlers") if (lines := addressing(tree_of(path)))}
    assert set(found) - MAY_ADDRESS == set(), "tell it with handlers.notify.notify"


@pytest.mark.parametrize(
    "planted",
    [
        "context.say('x', to=account)",
        "context.work.say('x', to=account, reference=number)",
        "offer(context, 'x', choices, to=account)",
        "context.work.call('sendMessage', {'chat_id': account.telegram_id, 'text': 'x'})",
    ],
)
def test_a_message_to_another_account_is_found(planted: str) -> None:
    assert addressing(ast.parse(f"async def tell(context, account):\n    {planted}\n")) == [2]


def test_every_notice_has_a_key_of_its_own() -> None:
    keys = [one.key for one in notices()]
    assert len(keys) == len(set(keys)) >= 25


@pytest.mark.parametrize("notice", notices(), ids=lambda notice: notice.key)
def test_a_notice_says_something_and_a_printed_one_has_a_title(notice: Notice) -> None:
    assert notice.chat or notice.printed
    assert bool(notice.title) is (notice.prints is not Print.NEVER)
    assert notice.printed is None or notice.prints is not Print.NEVER
