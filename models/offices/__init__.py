"""Offices: who owns programmes and answers for what was promised."""
