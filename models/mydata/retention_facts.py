"""What must be kept, why, and until when, of one person: each file by its stage and the days of the office file.

open ──────────────── as long as it runs       took part ──`participant` days after its last stage──▶ may go
refused, withdrawn ── `refused` days ──▶ goes by itself
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import TOOK_PART, Application
from models.mydata.correction import files_of
from models.office_file import Retention
from models.retention.people import REFUSED


class KeepReason(StrEnum):
    """Why a file is kept."""

    RUNS = "runs"
    TAKES_PART = "takes_part"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file with the reason and the end; no end: as long as it runs."""

    application: Application
    why: KeepReason
    until: datetime | None = None


async def files_to_keep(session: AsyncSession, person_id: int, retention: Retention, now: datetime) -> list[KeptFile]:
    """Return the files that forbid erasing the person now: they took part, and the office has to prove it for some
    time."""
    files = kept_files(await files_of(session, person_id), retention)
    return [one for one in files if one.why is KeepReason.TAKES_PART and one.until is not None and one.until > now]


def kept_files(applications: Sequence[Application], retention: Retention) -> list[KeptFile]:
    return [retention_of(one, retention) for one in applications]


def retention_of(application: Application, retention: Retention) -> KeptFile:
    if application.stage in TOOK_PART:
        return KeptFile(
            application, KeepReason.TAKES_PART, application.moved_at + timedelta(days=retention.participant)
        )
    if application.stage in REFUSED:
        return KeptFile(application, KeepReason.ENDED, application.moved_at + timedelta(days=retention.refused))
    return KeptFile(application, KeepReason.RUNS)
