"""Measures how fast the bot is: against a plain bot of the same library, in the same run, on the same machine."""
