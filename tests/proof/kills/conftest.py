"""A stage of its own for every proof: a copy of a migrated SQLite file, or an emptied PostgreSQL database."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from tests.proof.kills import setting
from tests.proof.kills.life import Place
from tests.proof.kills.stage import Stage


@pytest.fixture(scope="session")
def migrated(tmp_path_factory, worker_id):
    """A migrated database with the audit trail laid: a file's path, or a name on the server."""
    folder = tmp_path_factory.mktemp("migrated")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        place = Place(str(folder / "db.sqlite3"), folder)
    else:
        place = Place(f"proof_{worker_id}", folder)
        Stage(Place("postgres", folder)).do(setting.create_database, place.database)
    Stage(place).do(setting.migrate)
    return place.database


@pytest.fixture
def open_stage(migrated, tmp_path):
    """Opens an empty installation; each call a new one, the one before is gone."""

    def open_it(name: str = "stage") -> Stage:
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if Path(migrated).is_absolute():
            shutil.copy(migrated, folder / "db.sqlite3")
            return Stage(Place(str(folder / "db.sqlite3"), folder))
        stage = Stage(Place(migrated, folder))
        stage.do(setting.empty)
        return stage

    return open_it
