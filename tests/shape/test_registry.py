"""Nothing that can come in is left without a conversation, and no two conversations claim the same."""

from dataclasses import replace

import pytest

import handlers
from handlers.conversation.registry import Registry
from models.applications.completion import Completion
from models.applications.registration import Registration
from models.messaging.file_download import DownloadPurpose
from models.messaging.inbox import InboxKind
from models.scheduled import ScheduledKind

DISPATCHED_BY_CONTENT = {InboxKind.TELEGRAM, InboxKind.TIMER, InboxKind.FILE}
"""An update has its handlers; a timer goes by what is due, a file by its purpose."""
KINDS = [*ScheduledKind, *DownloadPurpose, *(kind for kind in InboxKind if kind not in DISPATCHED_BY_CONTENT)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_internal_event_has_a_conversation_that_takes_it(
    kind: ScheduledKind | DownloadPurpose | InboxKind,
) -> None:
    assert handlers.registry().on_event(kind)


@pytest.mark.parametrize("claimed", ["name", "events", "deep_links"])
def test_two_conversations_cannot_claim_the_same(claimed: str) -> None:
    known = handlers.registry()
    rival = next(one for one in known.conversations.values() if getattr(one, claimed))
    other = rival if claimed == "name" else replace(rival, name="rival", routes={}, sections={}, staff_menu="")
    with pytest.raises(ValueError, match="claim"):
        Registry([rival, other], unmatched=known.unmatched, voice_note=known.voice_note)


def test_the_field_of_every_question_is_one_of_its_form() -> None:
    forms = (Registration(), Completion())
    fields = [one.field for known in handlers.registry().conversations.values() for one in known.questions if one.field]
    assert len(fields) > 10
    assert not [field for field in fields if not any(hasattr(form, field) for form in forms)]


def test_no_two_conversations_have_the_same_command() -> None:
    names = [command.name for one in handlers.registry().conversations.values() for command in one.commands]
    assert len(names) == len(set(names))
