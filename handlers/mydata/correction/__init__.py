"""Correction of stored data by the questions of a registration."""
