"""`make bench-admin`: the staff's list of contacts among a million and among ten thousand, and Django's own.

On SQLite; on the database in ADMIN_DATABASE_URL where that is set, which has to be empty. CONTACTS=100000 for fewer.
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import django

from tests import bench_api
from tests.bench import say
from tests.bench_api import asking, milliseconds

CONTACTS = int(os.environ.get("CONTACTS", "1000000"))
FEW = 10_000
LIST = "/admin/contacts/contact/"
PAGES = {
    "first": LIST,
    "filtered by status": f"{LIST}?status__exact=do_not_contact",
    "filtered by birthday": f"{LIST}?born=02-14",
    "searched": f"{LIST}?q=rarename",
    "searched, many": f"{LIST}?q=person",
    "deepest": f"{LIST}?p=100",
}
# Everyone differs, one in forty said no, and fifty have a name that few have, however many others there are.
PEOPLE = """
INSERT INTO contacts_contact (profile_url, member_id, name, first_name, email, company, position, language,
    birthday_source, status, status_reason, notes, birth_month, birth_day, created_at, updated_at)
WITH RECURSIVE numbers(n) AS (SELECT {low} UNION ALL SELECT n + 1 FROM numbers WHERE n + 1 < {high})
SELECT 'https://www.linkedin.com/in/bench-' || n || '/', '',
    CASE WHEN n < 50 THEN 'Rarename ' ELSE 'Person ' END || (n * 7919 % 1000003), 'Person', '', 'Company ' || (n % 977),
    'Position ' || (n % 211), '', 'network', CASE WHEN n % 40 = 0 THEN 'do_not_contact' ELSE 'active' END, '', '',
    n % 12 + 1, n % 28 + 1, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM numbers
"""


def main() -> None:
    bench_api.ROUNDS = 10  # a page takes tens of milliseconds, ten times those of the API
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "linkedin_bot.settings",
            "DATA_DIR": folder,
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": os.environ.get("ADMIN_DATABASE_URL")
            or f"sqlite:///{Path(folder) / 'admin.sqlite3'}",
        }
        django.setup()
        from django.core.management import call_command
        from django.db import connection

        call_command("migrate", verbosity=0)
        client = staff()
        populate(0, FEW)
        few = times(client)
        populate(FEW, CONTACTS)
        many = times(client)
        usual = djangos_own(client)
        say("database", f"{connection.vendor}, {CONTACTS:,} contacts against {FEW:,}")
        for name in PAGES:
            say(name, f"{many[name]:.1f} ms, {many[name] / few[name]:.2f} times that among {FEW:,}")
        for name, took in usual.items():
            say(f"Django's default, {name}", f"{took:.1f} ms, {took / many[name]:.1f} times ours")
        connection.close()


def staff() -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.create_superuser("bench"))
    return client


def populate(low: int, high: int) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(low=low, high=high))
        cursor.execute("ANALYZE" if connection.vendor == "sqlite" else "VACUUM ANALYZE")


def times(client: Any) -> dict[str, float]:
    for name, address in PAGES.items():
        assert client.get(address).status_code == 200, name
    return milliseconds({name: asking(client, address) for name, address in PAGES.items()})


def djangos_own(client: Any) -> dict[str, float]:
    """The same columns that cost nothing, sorted, counted and searched the way Django does by itself."""
    from django.contrib import admin
    from django.contrib.admin import ModelAdmin

    from contacts.models import Contact

    class Default(ModelAdmin):  # type: ignore[type-arg]
        list_display = ("name", "status", "company", "position")
        search_fields = ("name", "email", "profile_url", "company")
        list_filter = ("status",)
        ordering = ("name", "pk")
        list_per_page = 50

    admin.site.unregister(Contact)
    admin.site.register(Contact, Default)
    pages = {name: PAGES[name] for name in ("first", "filtered by status", "searched")}
    pages["deepest"] = f"{LIST}?p={CONTACTS // 50}"
    return milliseconds({name: asking(client, address) for name, address in pages.items()})


if __name__ == "__main__":
    main()
