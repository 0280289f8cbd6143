"""Grants: every token and every open question, who gave it, for whom, and what voids it."""
