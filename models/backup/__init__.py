"""Backups: one encrypted file from which any database can be restored, and the ledger of erasures."""
