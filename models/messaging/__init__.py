"""Messaging: the inbox, the outbox, the state of each conversation, file downloads and printed letters."""
