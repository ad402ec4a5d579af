"""A stage of its own for every proof: a copy of an empty SQLite file, or an emptied PostgreSQL database."""

import shutil
from pathlib import Path

import pytest
from django.conf import settings

from tests.proof.kills import setting
from tests.proof.kills.life import Place
from tests.proof.kills.stage import Stage


@pytest.fixture(scope="session")
def made(tmp_path_factory, worker_id):
    """An empty database with the audit trail laid: a file's path, or a name on the server."""
    folder = tmp_path_factory.mktemp("made")
    if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        place = Place(str(folder / "db.sqlite3"), folder)
    else:
        place = Place(f"proof_{worker_id}", folder)
        Stage(Place("postgres", folder)).do(setting.create_database, place.database)
    Stage(place).do(setting.make_tables)
    return place.database


@pytest.fixture
def open_stage(made, tmp_path):
    """Opens an empty installation; each call a new one, the one before is gone."""
    stages = []

    def open_it(name: str = "stage") -> Stage:
        folder = tmp_path / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        if Path(made).is_absolute():
            shutil.copy(made, folder / "db.sqlite3")
            stages.append(Stage(Place(str(folder / "db.sqlite3"), folder)))
        else:
            stages.append(Stage(Place(made, folder), setting.empty))
        return stages[-1]

    yield open_it
    for stage in stages:
        stage.close()
