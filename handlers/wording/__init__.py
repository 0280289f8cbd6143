"""Turn objects of models/ into sentences; imports no conversation and no Telegram."""
