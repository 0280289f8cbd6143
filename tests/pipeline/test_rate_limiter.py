"""The rate limit of the bot token, without a database and without waiting."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.rate_limiter import RateLimiter


@given(some.lists(some.floats(0, 0.2), max_size=200), some.floats(1, 100))
def test_never_more_than_the_rate_and_a_quarter_second_at_once(steps: list[float], rate: float) -> None:
    limiter, now, sent = RateLimiter(rate), 100.0, 0
    limiter.available(now)
    start = now
    for step in steps:
        now += step
        room = limiter.available(now)
        limiter.consume(room)
        sent += room
    assert sent <= rate * (now - start) + max(1, rate / 4) + 1


def test_an_idle_bot_answers_at_once() -> None:
    limiter = RateLimiter(28)
    assert limiter.available(1000.0) >= 1


def test_a_rate_of_zero_is_unlimited() -> None:
    assert RateLimiter(0).available(0) > 1_000


def test_one_refused_chat_does_not_silence_the_others() -> None:
    limiter = RateLimiter(28)
    limiter.on_429(7, 30, 100.0)
    assert limiter.available(101.0) > 0


@pytest.mark.parametrize(("apart", "silent"), [(0.9, True), (1.5, False)])
def test_two_refused_chats_within_a_second_silence_the_whole_bot(apart: float, silent: bool) -> None:
    limiter = RateLimiter(28)
    limiter.on_429(7, 30, 100.0)
    limiter.on_429(8, 30, 100.0 + apart)
    assert (limiter.available(120.0) == 0) is silent
    assert limiter.available(131.0 + apart) > 0
