"""Every field of the pinned library's Message is sorted: content is answered, what Telegram itself writes is ignored.

A new release that brings a kind of message breaks here first.
"""

from datetime import UTC, datetime

import pytest
from telegram import Chat, Message
from telegram.constants import MessageType

from handlers.conversation.content import CONTENT, is_said

SERVICE = {
    "boost_added", "channel_chat_created", "chat_background_set", "chat_owner_changed", "chat_owner_left",
    "chat_shared", "checklist_tasks_added", "checklist_tasks_done", "connected_website", "delete_chat_photo",
    "direct_message_price_changed", "forum_topic_closed", "forum_topic_created", "forum_topic_edited",
    "forum_topic_reopened", "general_forum_topic_hidden", "general_forum_topic_unhidden", "gift",
    "gift_upgrade_sent", "giveaway_completed", "giveaway_created", "group_chat_created", "left_chat_member",
    "managed_bot_created", "message_auto_delete_timer_changed", "migrate_to_chat_id", "migrate_from_chat_id",
    "new_chat_members", "new_chat_photo", "new_chat_title", "paid_message_price_changed", "pinned_message",
    "poll_option_added", "poll_option_deleted", "proximity_alert_triggered", "refunded_payment",
    "successful_payment", "suggested_post_approval_failed", "suggested_post_approved", "suggested_post_declined",
    "suggested_post_paid", "suggested_post_refunded", "supergroup_chat_created", "unique_gift", "users_shared",
    "video_chat_ended", "video_chat_participants_invited", "video_chat_scheduled", "video_chat_started",
    "web_app_data", "write_access_allowed",
}  # fmt: skip
ABOUT_A_MESSAGE = {
    "author_signature", "business_connection_id", "caption", "caption_entities", "direct_messages_topic", "edit_date",
    "effect_id", "entities", "external_reply", "forward_origin", "from_user", "guest_bot_caller_chat",
    "guest_bot_caller_user", "guest_query_id", "has_media_spoiler", "has_protected_content", "is_automatic_forward",
    "is_from_offline", "is_paid_post", "is_topic_message", "link_preview_options", "media_group_id",
    "message_thread_id", "paid_star_count", "quote", "reply_markup", "reply_to_checklist_task_id", "reply_to_message",
    "reply_to_poll_option_id", "reply_to_story", "sender_boost_count", "sender_business_bot", "sender_chat",
    "sender_tag", "show_caption_above_media", "suggested_post_info", "via_bot",
}  # fmt: skip
"""Fields that stand beside content and say nothing by themselves."""


def test_every_field_of_a_message_is_content_a_service_or_beside_it() -> None:
    fields = {name for name in Message.__slots__ if not name.startswith("_")}
    assert fields == set(CONTENT) | SERVICE | ABOUT_A_MESSAGE
    assert {kind.value for kind in MessageType} <= fields
    assert len(CONTENT) + len(SERVICE) + len(ABOUT_A_MESSAGE) == len(fields)


@pytest.mark.parametrize("kind", sorted(SERVICE))
def test_nobody_said_a_service_message(kind: str) -> None:
    message = Message(1, datetime(2026, 11, 23, tzinfo=UTC), Chat(5, "private"), **{kind: (object(),)})
    assert not is_said(message)


@pytest.mark.parametrize("kind", CONTENT)
def test_somebody_said_every_kind_of_content(kind: str) -> None:
    assert is_said(Message(1, datetime(2026, 11, 23, tzinfo=UTC), Chat(5, "private"), **{kind: (object(),)}))
