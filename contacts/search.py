"""Finding contacts by the beginnings of words: an index that the database itself keeps, among a million as among few.

SQLite has FTS5 with triggers, PostgreSQL an index on an expression. Neither is in a migration: a later one that
rebuilds the table on SQLite loses its triggers, so they are looked after whenever migrations ran.
"""

import re
import unicodedata
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

# More than anybody looks through; old SQLite takes 999 values in a statement.
MOST_FOUND = 900
LONGEST_SEARCH = 200
COLUMNS = ("name", "company", "position", "email")
_WORD = re.compile(r"[^\W_]+")


def words_of(text: str) -> list[str]:
    """What is looked for: words, without accents and case."""
    return _WORD.findall(_folded(text[:LONGEST_SEARCH]))[:10]


def found(text: str, using: str = "default") -> list[int]:
    """The ids of those in whom each word of the text begins a word: at most MOST_FOUND, in no order."""
    words = words_of(text)
    if not words:
        return []
    connection = connections[using]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            return _ids(cursor, _POSTGRES_SEARCH, " & ".join(f"{word}:*" for word in words))
        # Of a whole word it reads as many as are asked for, of a beginning first everybody who has one.
        whole = _ids(cursor, _SQLITE_SEARCH, " ".join(f'"{word}"' for word in words))
        if len(whole) == MOST_FOUND:
            return whole
        return _ids(cursor, _SQLITE_SEARCH, " ".join(f'"{word}" *' for word in words))


def _ids(cursor: Any, statement: str, query: str) -> list[int]:
    cursor.execute(f"{statement} LIMIT {MOST_FOUND}", [query])
    return [pk for (pk,) in cursor.fetchall()]


def look_after(connection: BaseDatabaseWrapper) -> None:
    """Make the index where there is none, or where a rebuilt table lost its triggers."""
    with connection.cursor() as cursor:
        if "contacts_contact" not in connection.introspection.table_names(cursor):
            return
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRES_INDEX)
        elif connection.vendor == "sqlite" and not _is_whole(cursor):
            for statement in _SQLITE_INDEX:
                cursor.execute(statement)


def drop(connection: BaseDatabaseWrapper) -> None:
    """For who writes everybody at once; look_after makes the index again."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("DROP INDEX IF EXISTS contact_search_idx")
        elif connection.vendor == "sqlite":
            for name in _SQLITE_TRIGGERS:
                cursor.execute(f"DROP TRIGGER IF EXISTS contacts_search_{name}")


def clear(connection: BaseDatabaseWrapper) -> None:
    """Of those who are gone SQLite's index keeps the words until its parts are merged; after this it does not."""
    if connection.vendor == "sqlite" and "contacts_search" in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO contacts_search (contacts_search) VALUES ('optimize')")


def _is_whole(cursor: Any) -> bool:
    cursor.execute(
        "SELECT sql FROM sqlite_master WHERE name LIKE 'contacts_search%' AND type IN ('table', 'trigger')"
    )
    made = [str(sql) for (sql,) in cursor.fetchall()]
    is_ours = any(sql.endswith(_SQLITE_WORDS) for sql in made)
    return is_ours and sum(sql.startswith("CREATE TRIGGER") for sql in made) == len(_SQLITE_TRIGGERS)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.lower())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def _accents() -> tuple[str, str]:
    """Letters with an accent, and the same without: PostgreSQL has no such rule that an index may use."""
    letters = [chr(code) for code in range(0xC0, 0x250)]
    pairs = [(letter, _folded(letter)) for letter in letters if letter == letter.lower()]
    plain = [(letter, bare) for letter, bare in pairs if len(bare) == 1 and bare != letter]
    return "".join(letter for letter, _ in plain), "".join(bare for _, bare in plain)


_NEW, _OLD = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
_NAMES = ", ".join(COLUMNS)
_PUT = f"INSERT INTO contacts_search (rowid, {_NAMES}) VALUES (new.id, {_NEW});"  # noqa: S608
_TAKE = f"INSERT INTO contacts_search (contacts_search, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD});"  # noqa: S608
_SQLITE_TRIGGERS = {
    "insert": f"AFTER INSERT ON contacts_contact BEGIN {_PUT} END",
    "delete": f"AFTER DELETE ON contacts_contact BEGIN {_TAKE} END",
    "update": f"AFTER UPDATE OF {_NAMES} ON contacts_contact BEGIN {_TAKE} {_PUT} END",
}
_SQLITE_WORDS = (
    f"USING fts5({_NAMES}, content='contacts_contact', content_rowid='id', prefix='1 2 3', "
    "tokenize='unicode61 remove_diacritics 2')"
)
_SQLITE_INDEX = (
    *(f"DROP TRIGGER IF EXISTS contacts_search_{name}" for name in _SQLITE_TRIGGERS),
    "DROP TABLE IF EXISTS contacts_search",
    f"CREATE VIRTUAL TABLE contacts_search {_SQLITE_WORDS}",
    *(f"CREATE TRIGGER contacts_search_{name} {rule}" for name, rule in _SQLITE_TRIGGERS.items()),
    "INSERT INTO contacts_search (contacts_search) VALUES ('rebuild')",
)
_SQLITE_SEARCH = "SELECT rowid FROM contacts_search WHERE contacts_search MATCH %s"

_ACCENTED, _PLAIN = _accents()
# The parser would take addresses and e-mails for one word each.
_MARKS = "@._-/+:"
_TEXT = " || ' ' || ".join(COLUMNS)
_VECTOR = (
    f"to_tsvector('simple', translate(lower({_TEXT}), '{_ACCENTED}{_MARKS}', '{_PLAIN}{' ' * len(_MARKS)}'))"
)
_POSTGRES_INDEX = f"CREATE INDEX IF NOT EXISTS contact_search_idx ON contacts_contact USING gin ({_VECTOR})"
_POSTGRES_SEARCH = f"SELECT id FROM contacts_contact WHERE {_VECTOR} @@ to_tsquery('simple', %s)"  # noqa: S608
