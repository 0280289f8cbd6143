"""Fills a registry: one real registration is multiplied inside the database, each copy with its own encrypted values.

one registration (the rows of `person`, `application` …) × source (n, name, birth date, … encrypted here) ─▶ n people
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from typing import Any

import orjson
import psycopg
from sqlalchemy.engine import make_url
from sqlmodel import SQLModel

from models.applications import receipt
from models.encrypted import VERSION, VERSION_SIZE, encrypted_columns, identity, row_of
from models.keyring import Keyring

CHATS = 800_000_000
"""The chat of person n is CHATS + n."""
NAMES = ("Sari", "Dewi", "Andi", "Rina", "Budi", "Lestari", "Wulan", "Hasan", "Maya", "Yusuf", "Ratna", "Joko")
FIRST_BIRTH = date(1950, 1, 1)
ROW = 1_000
"""The first id of the copies in tables of which one registration fills several rows."""

SOURCE = {
    "n": "INTEGER PRIMARY KEY",
    "version": "{blob}",
    "number": "VARCHAR",
    "phone_hash": "{blob}",
    "called": "{blob}",
    "state": "{blob}",
    "name": "{blob}",
    "birth_date": "{blob}",
    "phone": "{blob}",
    "answers": "{blob}",
}
CHAT = f"{CHATS} + s.n"
OWN: dict[str, dict[str, str]] = {
    "account": {"id": "s.n", "telegram_id": CHAT, "called": "s.called"},
    "conversation_state": {"chat_id": CHAT, "state": "s.state"},
    "person": {"id": "s.n"} | {name: f"s.{name}" for name in ("name", "birth_date", "phone", "phone_hash")},
    "link": {"id": "s.n", "account_id": "s.n", "person_id": "s.n"},
    "application": {"id": "s.n", "account_id": "s.n", "person_id": "s.n", "number": "s.number"}
    | {"answers": "s.answers", "kode_cek_hash": "s.phone_hash"},
    "scheduled_event": {"id": f"{ROW} + s.n", "key": "'promise:' || s.n || ':'", "chat_id": CHAT, "subject": "s.n"},
    "inbox": {"seq": f"{ROW} + s.n", "update_id": CHAT, "chat_id": CHAT},
    "outbox": {"id": f"{ROW} + s.n", "chat_id": CHAT},
}
"""Return the values that a copy has of its own; every other column is that of the real registration.

An encrypted value is bound to its row: each is encrypted for the copy, or left empty.
"""


def number_of(person: int) -> str:
    return str(receipt.make("KT", 2026, person))


def version_of(person: int) -> bytes:
    return person.to_bytes(VERSION_SIZE)


def source(keys: Keyring, people: int) -> Iterator[tuple[Any, ...]]:
    """Yield one row for each person from the second on; the first is the registration made through the bot."""

    def seal(n: int, place: str, value: Any) -> bytes:
        name, _, column = place.partition(".")
        table = SQLModel.metadata.tables[name]
        key = {name: CHATS + n if OWN[table.name][name] == CHAT else n for name in identity(table.name)}
        kind = encrypted_columns(table)[column]
        return keys.seal(orjson.dumps(value), kind.bound_to(row_of(table, key, version_of(n))))

    answers = {"questions": {"usaha": "ada", "usaha-apa": "Jual gorengan di depan rumah", "paket": ["gorengan"]}}
    answers |= {"for_whom": "self", "phone_owner": "person", "although_not_fitting": False}  # type: ignore[dict-item]
    for n in range(2, people + 1):
        name = f"{NAMES[n % 12]} {NAMES[n // 12 % 12]} {n}"
        phone = f"+62812{n:08}"
        yield (
            n,
            version_of(n),
            number_of(n),
            keys.blind_index("phone", phone),
            seal(n, "account.called", name),
            seal(n, "conversation_state.state", {"talks": {}}),
            seal(n, "person.name", name),
            seal(n, "person.birth_date", str(FIRST_BIRTH + timedelta(days=n % 18_000))),
            seal(n, "person.phone", phone),
            seal(n, "application.answers", answers),
        )


def copying(table: str) -> str:
    """Return the statement that multiplies the newest row of a table."""
    own, columns = OWN[table], [column.name for column in SQLModel.metadata.tables[table].columns]
    key, others = next(iter(own)), dict.fromkeys(encrypted_columns(SQLModel.metadata.tables[table]), "NULL")
    others |= {VERSION: "s.version"}
    wanted = ", ".join(own.get(name) or others.get(name) or f"t.{name}" for name in columns)
    return (
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {wanted} FROM source s, {table} t "
        f"WHERE t.{key} = (SELECT max({key}) FROM {table})"
    )


def settle(url: str, keys: Keyring, people: int) -> None:
    """Fill the database at this URL, in which one registration was made, up to so many people."""
    fill = in_sqlite if url.startswith("sqlite") else in_postgresql
    fill(url, source(keys, people))


def create_source(blob: str) -> str:
    return f"CREATE TEMPORARY TABLE source ({', '.join(f'{name} {kind}' for name, kind in SOURCE.items())})".format(
        blob=blob
    )


def in_sqlite(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with closing(sqlite3.connect(str(make_url(url).database))) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        connection.execute(create_source("BLOB"))
        connection.executemany(f"INSERT INTO source VALUES ({', '.join('?' * len(SOURCE))})", rows)
        for table in OWN:
            connection.execute(copying(table))
        connection.commit()
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def in_postgresql(url: str, rows: Iterator[tuple[Any, ...]]) -> None:
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # the copies need no check of foreign keys
        connection.execute(create_source("BYTEA"))
        with connection.cursor().copy("COPY source FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        for table, own in OWN.items():
            connection.execute(copying(table))
            key = next(iter(own))
            if key != "chat_id":
                connection.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', '{key}'), (SELECT max({key}) FROM {table}))"
                )
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")
