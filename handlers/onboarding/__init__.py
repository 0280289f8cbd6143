"""Meeting: who we are, how somebody wants to be spoken to, and whether we may keep their data."""
