"""The audit trail: triggers that write down every change of a status, in the transaction that makes it."""

from django.db import connection

TABLE = {
    "sqlite": "CREATE TABLE proof_trail (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT, row_id INTEGER, before TEXT, after TEXT, text TEXT)",
    "postgresql": "CREATE TABLE proof_trail (id BIGSERIAL PRIMARY KEY,"
    " kind TEXT, row_id BIGINT, before TEXT, after TEXT, text TEXT)",
}
WATCHED = {
    "action": ("campaigns_action", "text"),
    "contact": ("contacts_contact", "''"),
    "run": ("campaigns_run", "outcome"),
}


def lay() -> None:
    """Set the triggers into the migrated database."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE[connection.vendor])
        for kind, (table, text) in WATCHED.items():
            new_text = text if text == "''" else f"NEW.{text}"
            for statement in _TRIGGERS[connection.vendor](kind, table, new_text):
                cursor.execute(statement)


def _sqlite(kind: str, table: str, text: str) -> list[str]:
    into = "INSERT INTO proof_trail (kind, row_id, before, after, text) VALUES"
    return [
        f"CREATE TRIGGER proof_{kind}_new AFTER INSERT ON {table} BEGIN"
        f" {into} ('{kind}', NEW.id, '', NEW.status, {text}); END",
        f"CREATE TRIGGER proof_{kind}_moved AFTER UPDATE OF status ON {table}"
        f" WHEN OLD.status <> NEW.status BEGIN {into} ('{kind}', NEW.id, OLD.status, NEW.status, {text}); END",
    ]


def _postgresql(kind: str, table: str, text: str) -> list[str]:
    return [
        f"CREATE FUNCTION proof_{kind}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'INSERT' OR OLD.status <> NEW.status THEN"
        " INSERT INTO proof_trail (kind, row_id, before, after, text) VALUES"
        f" ('{kind}', NEW.id, CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.status END, NEW.status, {text});"
        " END IF; RETURN NEW; END $$",
        f"CREATE TRIGGER proof_{kind} AFTER INSERT OR UPDATE ON {table}"
        f" FOR EACH ROW EXECUTE FUNCTION proof_{kind}()",
    ]


_TRIGGERS = {"sqlite": _sqlite, "postgresql": _postgresql}
