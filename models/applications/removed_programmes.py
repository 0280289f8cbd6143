"""Open applications whose programme no longer has a file in data/: it was renamed or removed while they wait."""

from sqlmodel import col, func, select
from sqlmodel.ext.asyncio.session import AsyncSession

from models.applications.application import OVER, Application
from models.programmes.catalogue import Catalogue


async def count_orphans(session: AsyncSession, catalogue: Catalogue) -> dict[str, int]:
    """Return how many applications are open, by the key of a programme that is not offered any more."""
    question = (
        select(Application.programme, func.count())
        .where(col(Application.stage).not_in(OVER))
        .where(col(Application.programme).not_in([programme.key for programme in catalogue]))
        .group_by(Application.programme)
    )
    return dict((await session.exec(question)).all())


def orphan_warning(found: dict[str, int]) -> str:
    """Return one sentence for an operator."""
    named = ", ".join(f"{key} ({count} open)" for key, count in sorted(found.items()))
    return f"Applications are open whose programme has no file any more: {named}. Put the files back, perhaps closed."
