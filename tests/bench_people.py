"""Invented people for the benches of lists, made inside the database: a million with all that a list tells of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection

# Half of what can be narrowed down to is a fixed share of everybody, the other half a few, however many there are.
NAMES = ("common", "rare")
PEOPLE = """
WITH RECURSIVE number(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < {count})
INSERT INTO contacts_contact (id, profile_url, member_id, name, first_name, email, company, position, language,
    birthday_source, status, status_reason, notes, birth_month, birth_day, created_at, updated_at)
SELECT n, 'https://www.linkedin.com/in/bench-' || n || '/', '',
    CASE WHEN n <= 50 THEN 'Rarename ' ELSE 'Person ' END || (n * 1009 % 1000003), 'Person', '',
    'Company ' || (n % 977), 'Position ' || (n % 211), '', 'network',
    CASE WHEN n % 200 = 7 THEN 'gone' WHEN n % 40 = 0 THEN 'do_not_contact' ELSE 'active' END, '', '',
    CASE WHEN n % 10 > 0 THEN n % 12 + 1 END, CASE WHEN n % 10 > 0 THEN n % 28 + 1 END,
    CURRENT_TIMESTAMP, CURRENT_TIMESTAMP FROM number
"""
LINKED = """
INSERT INTO contacts_contact_{kind}s (contact_id, {kind}_id) SELECT id, {one} FROM contacts_contact WHERE {which}
"""
SCORED = """
INSERT INTO campaigns_sourcedprofile (campaign_id, contact_id, search_page, search_index, found_at, read_at, profile,
    score, parts, criteria_sha256, reason)
SELECT {one}, id, 1, 0, CURRENT_TIMESTAMP, CURRENT_TIMESTAMP,
    CAST(CASE WHEN id % 50 = 3 THEN '{{"open_to_work": true}}' ELSE '{{"open_to_work": false}}' END AS {json}),
    id / 10 % 101, CAST('[]' AS {json}), '', '' FROM contacts_contact WHERE id % 10 = 3
"""
ACTED = """
INSERT INTO campaigns_action (campaign_id, account_id, contact_id, occasion, due_on, expires_on, status, reason, held,
    text, days_late, approved_sha256, evidence, created_at)
SELECT {one}, {account}, id, 'bench {one}', '2026-01-01', '2026-01-02', 'done', '', '', 'Hello', 0, '',
    CAST('{{}}' AS {json}), CURRENT_TIMESTAMP FROM contacts_contact WHERE {which}
"""
MET = """
INSERT INTO contacts_interaction (contact_id, account_id, type, status, happened_at, payload, source_key)
SELECT id, {account}, 'birthday_sent', 'done', '2026-01-01', CAST('{{}}' AS {json}), 'bench:' || id
FROM contacts_contact WHERE id % 4 = 1
"""
FEW = "id <= 50"


def populate(count: int) -> None:
    """On an empty database; on PostgreSQL with the statistics that its daemon would take."""
    from contacts.models import Contact

    with _indexed_afterwards(Contact):
        write(count)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def write(count: int) -> None:
    for name in NAMES:
        _make(name)
    known, json = belongings(), "text" if connection.vendor == "sqlite" else "jsonb"
    shares = {"common": ("id % 3 = 0", "1 = 1", "id % 4 = 1"), "rare": (FEW, FEW, FEW)}
    with connection.cursor() as cursor:
        cursor.execute(PEOPLE.format(count=count))
        for name, (tagged, linked, acted) in shares.items():
            tag, account, campaign = (known[f"{kind}_{name}"] for kind in ("tag", "account", "campaign"))
            cursor.execute(LINKED.format(kind="tag", one=tag, which=tagged))
            cursor.execute(LINKED.format(kind="account", one=account, which=linked))
            cursor.execute(ACTED.format(one=campaign, account=account, json=json, which=acted))
        cursor.execute(SCORED.format(one=known["campaign_common"], json=json))
        cursor.execute(MET.format(account=known["account_common"], json=json))


def belongings() -> dict[str, int]:
    """The ids of what people can be narrowed down to: tag_common, tag_rare, account_common, …"""
    from campaigns.models import Campaign
    from contacts.tags import Tag
    from engine.models import Account

    models: dict[str, Any] = {"tag": Tag, "account": Account, "campaign": Campaign}
    return {
        f"{kind}_{name}": model.objects.get(name=name).pk for kind, model in models.items() for name in NAMES
    }


def _make(name: str) -> None:
    from campaigns.models import Campaign
    from contacts.tags import Tag
    from engine.models import Account

    Tag.objects.create(name=name)
    Campaign.objects.create(name=name, kind="birthday", account=Account.objects.create(name=name))


@contextmanager
def _indexed_afterwards(model: Any) -> Iterator[None]:
    """Row by row the indexes, that of words above all, take ten times as long."""
    from contacts import search

    search.drop(connection)
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.remove_index(model, index)
    yield
    with connection.schema_editor() as editor:
        for index in model._meta.indexes:
            editor.add_index(model, index)
    if connection.vendor == "postgresql":  # for those of a million words
        with connection.cursor() as cursor:
            cursor.execute("SET maintenance_work_mem = '512MB'")
    search.look_after(connection)
