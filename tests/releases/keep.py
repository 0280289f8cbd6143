"""Keeps the database of a release: python -m tests.releases.keep RELEASE."""

import asyncio
import sys
import tempfile
from pathlib import Path

from tests.releases import keep

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(keep(sys.argv[1], Path(folder)))
