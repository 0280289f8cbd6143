"""Completion: the NIK and the documents of a file, after its receipt."""
