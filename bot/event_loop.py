"""Run a coroutine in uvloop, and load what it needs without looking for garbage."""

import gc
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def loading() -> Iterator[None]:
    """Import without garbage collection: it finds nothing yet and takes a seventh of the start-up."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


YOUNG_OBJECTS = 20_000
"""New objects before the garbage collector runs; every single update would reach Python's own 700."""


def go(work: Coroutine[Any, Any, None]) -> None:
    """Run a command to its end."""
    import uvloop

    gc.set_threshold(YOUNG_OBJECTS)
    uvloop.run(work)
