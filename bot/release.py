"""Reads the release of this program from its package metadata: for `sapa --version` and the log."""

from importlib.metadata import version


def release() -> str:
    """Return the version of pyproject.toml, as it was installed."""
    return version("sapa-daya")
