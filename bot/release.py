"""The release of this program, as its package says it: for `sapa --version` and the log."""

from importlib.metadata import version


def release() -> str:
    """The number in pyproject.toml, as it was installed."""
    return version("sapa-daya")
