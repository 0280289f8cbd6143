"""Loads the catalogue that tests play on: tests/catalogue/, so that an office may change every word of data/.

Regions are read from data/regions: they are reference data that no office edits.
"""

from functools import cache

from bot.settings import PROJECT_ROOT
from models.programmes.catalogue import Catalogue, load_catalogue, region_codes

SHIPPED = PROJECT_ROOT / "data"
"""What an office edits; only tests/shipped/ and tests of a default or of an installation read office files here."""
OFFICE = PROJECT_ROOT / "tests" / "catalogue" / "office.yaml"
"""For the setting SAPA_OFFICE_FILE of a process that a test starts."""


@cache
def own_catalogue() -> Catalogue:
    """Read tests/catalogue/ once for a test run."""
    return load_catalogue(OFFICE.parent, regions=region_codes(SHIPPED))
