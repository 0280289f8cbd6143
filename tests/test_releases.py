"""A database of an earlier release goes on under this one, with its open conversations and drafts."""

from pathlib import Path

import pytest

from tests.chat import Differs, difference, story_of
from tests.releases import FOLDER, GOES_ON, all_releases, upgraded


@pytest.mark.parametrize("release", all_releases())
async def test_open_conversations_and_drafts_of_a_release_go_on(release: str, tmp_path: Path) -> None:
    path = FOLDER / release / GOES_ON
    story = story_of(path)
    async with upgraded(release, tmp_path) as play:
        for at, beat in enumerate(story.beats):
            heard = await play.perform(beat)
            if len(heard) != len(beat.answers) or not all(map(play.bound.fits, beat.answers, heard)):
                raise Differs(difference(path, story, at, heard, play.bound))


def test_every_migration_that_changed_tables_has_the_database_of_the_release_before_it() -> None:
    """The first release has none before it. Whoever writes a migration keeps the database of the newest release."""
    migrations = sorted(path.name[:4] for path in Path("models/migrations/versions").glob("0*.py"))
    assert set(all_releases()) >= set(migrations[:-1])
