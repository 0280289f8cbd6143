"""People's rights over their own data: see, copy, correct, consent, object, erase; each says what follows first."""
