"""Explains in one sentence why a command failed, and chooses its exit code."""

import errno
import traceback
from collections.abc import Iterator
from enum import IntEnum

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError
from typer import Abort, BadParameter

from bot.leader_election import AlreadyRunning
from bot.settings import PROJECT_ROOT, BadSettings
from models.applications.encrypted_files import FileMismatch
from models.backup.encrypted_backup import InvalidBackup
from models.backup.restore import NotEmpty
from models.connection import UnfitDatabase
from models.database import is_infrastructure_error
from models.encrypted import NotIntact
from models.keyring import WrongKey
from models.yaml_file import FileProblems


class Exit(IntEnum):
    """What a command's exit code tells its caller, as sysexits.h has it; docs/guide/running.md lists them."""

    TO_DO = 1
    """The check found something to do."""
    USAGE = 64
    DATA = 65
    """A file that was given is not what it has to be."""
    UNAVAILABLE = 69
    """The database cannot be reached: the same command may work in a minute."""
    OUR_MISTAKE = 70
    MACHINE = 74
    TRY_AGAIN = 75
    """Another process holds what this one needs."""
    SETTINGS = 78
    """Nothing helps but an operator who changes a setting, a right or a file: systemd does not try again."""
    STOPPED = 130


NOT_ALLOWED = "42501"  # PostgreSQL, insufficient_privilege
WRONG_KEY = "SAPA_SECRET_KEY is not the key this database was made with: put back the one it was made with."
NEWER_TABLES = "The tables are of a newer release than this program: install that release again."
SET_UP_WRONG = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT, errno.EEXIST, errno.ENOTDIR})
REFUSED = ("authentication failed", "does not exist", "not a database", "no pg_hba.conf entry")
"""What PostgreSQL says of a wrong user, password or name before there is a connection with error codes; and SQLite."""


def sentences(problem: BaseException) -> list[str]:
    """Return one sentence for each problem, however deep in exception groups."""
    return list(dict.fromkeys(sentence(leaf) or our_mistake(leaf) for leaf in leaves(problem)))


def exit_code(problem: BaseException) -> Exit:
    """Return the exit code of the problem that a retry mends least."""
    found = {leaf_code(leaf) for leaf in leaves(problem)}
    return next((code for code in (Exit.OUR_MISTAKE, Exit.SETTINGS) if code in found), min(found))


def leaves(problem: BaseException) -> Iterator[BaseException]:
    if not isinstance(problem, BaseExceptionGroup):
        yield problem
        return
    for part in problem.exceptions:
        yield from leaves(part)


def sentence(problem: BaseException) -> str | None:
    """Return the sentence for an error; None for an unexpected one."""
    explained = explanation(problem)
    return explained[0] if explained else None


def leaf_code(problem: BaseException) -> Exit:
    explained = explanation(problem)
    return explained[1] if explained else Exit.OUR_MISTAKE


def explanation(problem: BaseException) -> tuple[str, Exit] | None:
    """Return a sentence and an exit code; None for an unexpected error."""
    said: tuple[str, Exit] | None = None
    match problem:
        case BadSettings() | FileProblems() | UnfitDatabase():
            said = str(problem), Exit.SETTINGS
        case AlreadyRunning():
            said = str(problem), Exit.TRY_AGAIN
        case InvalidBackup() | NotEmpty() | NotIntact() | FileMismatch():
            said = str(problem), Exit.DATA
        case WrongKey():
            said = WRONG_KEY, Exit.SETTINGS
        case CommandError() if "Can't locate revision" in str(problem):
            said = NEWER_TABLES, Exit.SETTINGS
        case DBAPIError() if is_set_up(problem):
            why = f"The database cannot be used ({reason(problem)}): check SAPA_DATABASE_URL and SAPA_DATA_DIR."
            said = why, Exit.SETTINGS if is_refused(problem) else Exit.UNAVAILABLE
        case OSError():
            why = f"This machine refuses: {problem.strerror or problem}{of_file(problem)}."
            said = why, Exit.SETTINGS if problem.errno in SET_UP_WRONG else Exit.MACHINE
        case Abort():
            said = "Stopped; nothing more was done.", Exit.STOPPED
        case _ if (wrong := wrong_usage(problem)) is not None:
            said = wrong, Exit.USAGE
    return said


def wrong_usage(problem: BaseException) -> str | None:
    """Say what the command line did not allow, and how to see what it does."""
    usage = BadParameter.__mro__[1]  # the library keeps the class of all its usage errors to itself
    if not isinstance(problem, usage):
        return None
    context = getattr(problem, "ctx", None)
    told = str(problem.format_message()).strip()  # type: ignore[attr-defined]
    if told.startswith("Usage: "):  # no command at all: the library answers with the whole help
        return told
    return f"{told.rstrip('.?')}. Read {context.command_path if context else 'sapa'} --help."


def our_mistake(problem: BaseException) -> str:
    """Return the places in our code and the class of the exception; never its text, which may quote a person."""
    ours = [
        f"{frame.filename.removeprefix(f'{PROJECT_ROOT}/')}:{frame.lineno}"
        for frame in reversed(traceback.extract_tb(problem.__traceback__))
        if frame.filename.startswith(f"{PROJECT_ROOT}/") and "site-packages" not in frame.filename
    ]
    places = ", ".join(ours) or "no place of ours"
    return f"This is a mistake of the program, please report it: {type(problem).__name__} at {places}."


def is_set_up(problem: DBAPIError) -> bool:
    """Return whether the cause is the database, its permissions or its file, rather than a query of ours."""
    return is_refused(problem) or is_infrastructure_error(problem)


def is_refused(problem: DBAPIError) -> bool:
    """Return whether the database itself refuses, and would refuse a retry."""
    code, said = getattr(problem.orig, "sqlstate", None), str(problem.orig)
    return code == NOT_ALLOWED or any(words in said for words in REFUSED)


def reason(problem: DBAPIError) -> str:
    """Return the first line of the driver's message."""
    return next(iter(str(problem.orig).strip().splitlines()), type(problem).__name__)


def of_file(problem: OSError) -> str:
    return f" ({problem.filename})" if problem.filename else ""
