"""Deleting what carried a NIK or a paper from the chat, as a durable call like any other."""

from handlers.context import Talk


def delete_message(context: Talk, message_id: int | None) -> None:
    if message_id is not None:
        context.work.call("deleteMessage", {"chat_id": context.work.lane, "message_id": message_id})
