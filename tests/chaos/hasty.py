"""`python -m tests.chaos.hasty WORDS` is `sapa WORDS`, but a rotation announces its key for a second only."""

from datetime import timedelta

from bot.__main__ import main
from bot.commands import keys
from models import rotation


def be_hasty() -> None:
    """In small pieces, so that a kill finds it in the middle."""
    rotation.HEADSTART = timedelta(seconds=1)
    rotation.BATCH = 20
    keys.CHECK_SECONDS = 0.2


if __name__ == "__main__":
    be_hasty()
    main()
