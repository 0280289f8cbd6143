"""Refuses a test that opens an office's file in data/: what tests compare stands in tests/catalogue/.

A hook on every file that this process opens, so that no way around load_catalogue escapes it.
"""

import os
import sys
from pathlib import Path
from typing import Any

from tests.own_catalogue import SHIPPED

MAY_READ = (
    "tests/shipped/",
    "tests/commands/test_trying.py",  # `sapa try` plays on data/
    "tests/commands/test_doctor.py::test_the_doctor_works_with_nothing_set_at_all",
    "tests/shape/test_pins.py::test_no_committed_file_says_where_packages_come_from",
)
"""What is about these files, or about the default that names them."""


class ReadsOfficeFile(AssertionError):
    """A test opened an office's file that it is not about."""


def keep_watch() -> None:
    """Refuse from now on; a hook of Python cannot be removed."""
    sys.addaudithook(_refuse)


def _refuse(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open" and is_office_file(arguments[0]):
        test = os.environ.get("PYTEST_CURRENT_TEST", "a module of tests")
        if not test.startswith(MAY_READ):
            raise ReadsOfficeFile(f"{test} opens {arguments[0]}: use tests/own_catalogue.py.")


def is_office_file(name: object) -> bool:
    if not isinstance(name, str | bytes | os.PathLike) or not os.fsdecode(name).endswith(".yaml"):
        return False
    path = Path(os.fsdecode(name)).resolve()
    return path.parent in (SHIPPED, SHIPPED / "programmes")
