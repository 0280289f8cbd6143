"""Leaving home: the consent of the person and the family to a programme that takes the person away from home."""
