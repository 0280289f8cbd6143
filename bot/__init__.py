"""Runs the bot: receives updates, processes them in transactions, sends messages, schedules, and serves HTTP."""
