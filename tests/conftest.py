"""What every test gets."""

import pytest

DATABASE_FIXTURES = {"db", "transactional_db"}


def pytest_collection_modifyitems(items):
    """Mark what touches the database: those tests run on PostgreSQL as well."""
    for item in items:
        if item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.database)
