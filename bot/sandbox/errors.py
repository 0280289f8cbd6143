"""Builds the refusals of the Bot API, in Telegram's own words."""

from typing import Any


class ApiError(Exception):
    """A call that Telegram refuses: the code and the sentence go to the bot exactly as they stand here."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The JSON object that answers the call."""
        answer: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer | ({"parameters": self.parameters} if self.parameters else {})


def bad_request(reason: str, **parameters: int) -> ApiError:
    """400 with the usual opening."""
    return ApiError(400, f"Bad Request: {reason}", **parameters)


def forbidden(reason: str) -> ApiError:
    """403 with the usual opening."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """409 with the usual opening."""
    return ApiError(409, f"Conflict: {reason}")


def too_many_requests(seconds: int) -> ApiError:
    """429: nothing was done, and nothing will be for that many seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


NOT_FOUND = (404, "Not Found")
UNAUTHORIZED = (401, "Unauthorized")
TOO_LARGE = (413, "Request Entity Too Large")
