"""What is no answer of a Bot API is decided in one place, and is never taken for a person, a refusal or a success."""

import orjson
import pytest
from telegram.error import NetworkError

from bot.telegram_client import ApiResponse, NotBotApi, NotSent, parse_response

ME = {"id": 1, "is_bot": True, "first_name": "Sapa", "username": "sapa_bot"}


def ok(result: object) -> bytes:
    return orjson.dumps({"ok": True, "result": result})


PAGES = [
    (200, b"<html>Login Wi-Fi</html>"),
    (200, b""),
    (200, b"null"),
    (200, b"[]"),
    (200, b"{}"),
    (200, b'{"result": {}}'),
    (200, b'{"ok": true}'),
    (200, b'{"ok": "true", "result": {}}'),
    (200, b'{"ok": 1, "result": {}}'),
    (502, b'{"ok": true, "result": {}}'),
    (302, b""),
    (401, b"<html>proxy: authorization required</html>"),
    (403, b"<html>blocked by policy</html>"),
    (404, b"not found"),
    (400, b'{"error": "bad request"}'),
    (403, b'{"ok": false}'),
    (403, b'{"ok": false, "description": ""}'),
    (429, b'{"ok": false, "description": "x", "parameters": []}'),
    (502, b"<html>Bad Gateway</html>"),
    (200, b"\xff\xfe\x00"),
]


@pytest.mark.parametrize(("status", "payload"), PAGES)
@pytest.mark.parametrize("method", ["sendMessage", "getUpdates", "getMe"])
def test_a_page_is_no_answer_whatever_its_status(method: str, status: int, payload: bytes) -> None:
    with pytest.raises(NotBotApi, match="no Bot API"):
        parse_response(method, status, payload)


@pytest.mark.parametrize(
    ("method", "result"),
    [
        ("getMe", None),
        ("getMe", []),
        ("getMe", {}),
        ("getMe", ME | {"username": None}),
        ("getMe", ME | {"username": ""}),
        ("getMe", ME | {"id": "1"}),
        ("getUpdates", {}),
        ("getUpdates", None),
        ("getUpdates", [None]),
        ("getUpdates", [{}]),
        ("getUpdates", [{"update_id": True}]),
        ("getWebhookInfo", []),
        ("getWebhookInfo", {"url": None}),
        ("getFile", "path"),
    ],
)
def test_a_result_that_cannot_be_read_is_no_answer(method: str, result: object) -> None:
    with pytest.raises(NotBotApi):
        parse_response(method, 200, ok(result))


@pytest.mark.parametrize(
    ("method", "status", "payload"),
    [
        ("getMe", 200, ok(ME)),
        ("getUpdates", 200, ok([])),
        ("getUpdates", 200, ok([{"update_id": 5}])),
        ("deleteMessage", 200, ok(True)),
        ("getWebhookInfo", 200, ok({"url": ""})),
        ("sendMessage", 400, b'{"ok": false, "error_code": 400, "description": "Bad Request: chat not found"}'),
        ("sendMessage", 500, b'{"ok": false, "error_code": 500, "description": "Internal Server Error"}'),
        ("sendDocument", 413, b"<html>413 Request Entity Too Large</html>"),
    ],
)
def test_what_the_bot_api_says_is_an_answer(method: str, status: int, payload: bytes) -> None:
    assert parse_response(method, status, payload).status == status


def test_no_bot_api_means_that_the_call_is_made_again() -> None:
    assert issubclass(NotBotApi, NotSent)
    assert not issubclass(NotBotApi, NetworkError)


@pytest.mark.parametrize("asked", [None, "soon", -1, True, [], {}])
def test_a_wait_that_is_no_number_is_not_kept(asked: object) -> None:
    assert ApiResponse(429, {"ok": False, "description": "x", "parameters": {"retry_after": asked}}).retry_after(7) == 7


def test_a_wait_without_measure_is_an_hour() -> None:
    assert ApiResponse(429, {"parameters": {"retry_after": 10**9}}).retry_after(7) == 3600
