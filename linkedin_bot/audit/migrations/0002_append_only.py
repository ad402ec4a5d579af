"""The database itself refuses to change or remove an entry.

A migration that alters these tables on SQLite makes them anew, without the triggers: it has to lay them again.
"""

from django.db import migrations

SAID = "the audit log is append-only"
SQLITE = {
    "audit_entry_stays": "BEFORE UPDATE ON audit_entry",
    "audit_entry_remains": "BEFORE DELETE ON audit_entry",
    "audit_head_grows": "BEFORE UPDATE ON audit_head WHEN NEW.count <> OLD.count + 1 OR NEW.id <> OLD.id",
    "audit_head_remains": "BEFORE DELETE ON audit_head",
}
POSTGRESQL = {
    "audit_entry_stays": "BEFORE UPDATE OR DELETE ON audit_entry FOR EACH ROW",
    "audit_head_grows": (
        "BEFORE UPDATE ON audit_head FOR EACH ROW WHEN (NEW.count <> OLD.count + 1 OR NEW.id <> OLD.id)"
    ),
    "audit_head_remains": "BEFORE DELETE ON audit_head FOR EACH ROW",
}


def statements(vendor):
    if vendor == "sqlite":
        for name, when in SQLITE.items():
            yield f"CREATE TRIGGER {name} {when} BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
    if vendor == "postgresql":
        yield (
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        for name, when in POSTGRESQL.items():
            yield f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION audit_refuse()"


def lay(apps, schema_editor):
    for statement in statements(schema_editor.connection.vendor):
        schema_editor.execute(statement, params=None)


def lift(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    tables = {name: when.split(" ON ")[1].split()[0] for name, when in (SQLITE if vendor == "sqlite" else POSTGRESQL).items()}
    for name, table in tables.items():
        schema_editor.execute(f"DROP TRIGGER {name}" + ("" if vendor == "sqlite" else f" ON {table}"), params=None)
    if vendor == "postgresql":
        schema_editor.execute("DROP FUNCTION audit_refuse()", params=None)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_the_chain")]
    operations = [migrations.RunPython(lay, lift)]
