"""Backups: one encrypted file that any database can be brought back from, and what must not come back."""
