"""Completion: the NIK and the papers of a file, after its receipt."""
