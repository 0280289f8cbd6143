"""People's rights over their own data: see, copy, correct, consent, object, erase; consequences are named first."""
