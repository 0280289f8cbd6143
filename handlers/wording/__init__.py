"""What the domain knows, as sentences; imports no conversation and no Telegram."""
