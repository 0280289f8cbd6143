"""Gives the checks of data/ the catalogue as it is shipped, every reference and region code looked up."""

import pytest

from models.programmes.catalogue import Catalogue, load_catalogue
from tests.own_catalogue import SHIPPED


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Load data/; raises FileProblems with every file and line to mend."""
    return load_catalogue(SHIPPED)
