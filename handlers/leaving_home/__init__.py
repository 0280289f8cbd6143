"""Departing: a programme that takes somebody away from home, and what the person and the family say to it."""
