"""The audit trail: triggers that write down every change of a status, in the transaction that makes it."""

from django.db import connection

TABLE = {
    "sqlite": "CREATE TABLE proof_trail (id INTEGER PRIMARY KEY AUTOINCREMENT,"
    " kind TEXT, row_id INTEGER, before TEXT, after TEXT, text TEXT)",
    "postgresql": "CREATE TABLE proof_trail (id BIGSERIAL PRIMARY KEY,"
    " kind TEXT, row_id BIGINT, before TEXT, after TEXT, text TEXT)",
}
TRIGGERS = {
    "sqlite": (
        "CREATE TRIGGER proof_KIND_new AFTER INSERT ON TABLE_ BEGIN"
        " INSERT INTO proof_trail (kind, row_id, before, after, text)"
        " VALUES ('KIND', NEW.id, '', NEW.status, TEXT_); END",
        "CREATE TRIGGER proof_KIND_moved AFTER UPDATE OF status ON TABLE_ WHEN OLD.status <> NEW.status BEGIN"
        " INSERT INTO proof_trail (kind, row_id, before, after, text)"
        " VALUES ('KIND', NEW.id, OLD.status, NEW.status, TEXT_); END",
    ),
    "postgresql": (
        "CREATE FUNCTION proof_KIND() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF TG_OP = 'INSERT' THEN"
        " INSERT INTO proof_trail (kind, row_id, before, after, text)"
        " VALUES ('KIND', NEW.id, '', NEW.status, TEXT_);"
        " ELSIF OLD.status <> NEW.status THEN"
        " INSERT INTO proof_trail (kind, row_id, before, after, text)"
        " VALUES ('KIND', NEW.id, OLD.status, NEW.status, TEXT_);"
        " END IF; RETURN NEW; END $$",
        "CREATE TRIGGER proof_KIND AFTER INSERT OR UPDATE ON TABLE_ FOR EACH ROW EXECUTE FUNCTION proof_KIND()",
    ),
}
WATCHED = {
    "action": ("campaigns_action", "NEW.text"),
    "contact": ("contacts_contact", "''"),
    "run": ("campaigns_run", "NEW.outcome"),
}


def lay() -> None:
    """Set the triggers into the migrated database."""
    with connection.cursor() as cursor:
        cursor.execute(TABLE[connection.vendor])
        for kind, (table, text) in WATCHED.items():
            for trigger in TRIGGERS[connection.vendor]:
                cursor.execute(trigger.replace("KIND", kind).replace("TABLE_", table).replace("TEXT_", text))
