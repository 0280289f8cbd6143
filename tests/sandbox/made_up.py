"""What the tests of the sandbox make up: a token, a clock, two keyboards and a picture."""

import io
from datetime import UTC, datetime, timedelta

from PIL import Image

TOKEN = "9001:SANDBOX-test_token"
YES = {"inline_keyboard": [[{"text": "Ya", "callback_data": "y:1"}, {"text": "Situs", "url": "https://example.go.id"}]]}
KEYS = {"keyboard": [[{"text": "Kirim nomor", "request_contact": True}], ["Kembali"]], "resize_keyboard": True}


class Clock:
    """Monday, 17 August 2026, 10:00 in Samarinda, until a test moves it."""

    def __init__(self) -> None:
        self.time = datetime(2026, 8, 17, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.time

    def move(self, **by: float) -> None:
        self.time += timedelta(**by)


def picture(width: int = 1000, height: int = 500) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(out, "PNG")
    return out.getvalue()
