"""Implements the commands of `sapa`, one module each; each imports what it needs only when it is run."""
