"""Says in one sentence why a command could not do its work; what is our own mistake keeps its traceback."""

from collections.abc import Iterator

from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from bot.lead import AlreadyRunning
from bot.settings import BadSettings
from models.backup.bringing import NotEmpty
from models.backup.sealed_file import NoBackup
from models.edited_file import FileProblems
from models.secrets import WrongKey
from models.store import is_trouble

NOT_ALLOWED = "42501"  # PostgreSQL, insufficient_privilege
WRONG_KEY = "SAPA_SECRET_KEY is not the key this database was made with: put back the one it was made with."
NEWER_TABLES = "The tables are of a newer release than this program: install that release again."


def sentences(problem: BaseException) -> list[str]:
    """One for each problem, however deep in groups; none at all where one of them is a mistake of ours."""
    said = [sentence(leaf) for leaf in leaves(problem)]
    known = [each for each in dict.fromkeys(said) if each is not None]
    return known if None not in said else []


def leaves(problem: BaseException) -> Iterator[BaseException]:
    if not isinstance(problem, BaseExceptionGroup):
        yield problem
        return
    for part in problem.exceptions:
        yield from leaves(part)


def sentence(problem: BaseException) -> str | None:
    """None for what nobody foresaw."""
    said: str | None = None
    match problem:
        case BadSettings() | AlreadyRunning() | FileProblems() | NoBackup() | NotEmpty():
            said = str(problem)
        case WrongKey():
            said = WRONG_KEY
        case CommandError() if "Can't locate revision" in str(problem):
            said = NEWER_TABLES
        case DBAPIError() if is_set_up(problem):
            said = f"The database cannot be used ({reason(problem)}): check SAPA_DATABASE_URL and SAPA_DATA_DIR."
        case OSError():
            said = f"This machine refuses: {problem.strerror or problem}{of_file(problem)}."
    return said


def is_set_up(problem: DBAPIError) -> bool:
    """Is it the database, its rights or its file, rather than a question of ours?"""
    refused = getattr(problem.orig, "sqlstate", None) == NOT_ALLOWED
    return refused or is_trouble(problem) or "not a database" in str(problem.orig)


def reason(problem: DBAPIError) -> str:
    """The first line of what the driver said."""
    return next(iter(str(problem.orig).strip().splitlines()), type(problem).__name__)


def of_file(problem: OSError) -> str:
    return f" ({problem.filename})" if problem.filename else ""
