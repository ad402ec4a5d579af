"""What is known of an installation outside its database: a small file in the data directory."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkstemp
from typing import TextIO
from uuid import UUID

from django.conf import settings

# Between the moment that a file notes of itself and its last change: writing it may take a while.
WRITTEN_WITHIN_SECONDS = 60


@dataclass(frozen=True)
class Kept:
    """What the file says, and whether it is a copy of the one that was written."""

    identity: UUID
    generation: int
    is_copy: bool


@dataclass(frozen=True)
class OutsideFile:
    path: Path

    @classmethod
    def of_settings(cls) -> "OutsideFile | None":
        """None in a rehearsal, whose database is a copy and whose folder is thrown away."""
        if settings.REHEARSAL or not settings.INSTALLATION_FILE:
            return None
        return cls(Path(settings.DATA_DIR) / settings.INSTALLATION_FILE)

    def read(self) -> Kept | None:
        """None where there is no file, or none that can be read."""
        try:
            with self.path.open() as file:
                found, facts = json.load(file), os.fstat(file.fileno())
            is_copy = (
                found["inode"] != facts.st_ino
                or abs(facts.st_ctime - found["written_at"]) > WRITTEN_WITHIN_SECONDS
            )
            return Kept(UUID(found["identity"]), int(found["generation"]), is_copy)
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, identity: UUID, generation: int) -> None:
        """On the disk when this returns. A lower generation replaces no higher one."""
        kept = self.read()
        if kept and kept.identity == identity and kept.generation >= generation:
            return
        descriptor, name = mkstemp(dir=self.path.parent, prefix=f".{self.path.name}-")
        try:
            with os.fdopen(descriptor, "w") as fresh:
                _fill(fresh, {"identity": str(identity), "generation": generation})
            os.rename(name, self.path)
        except OSError:
            os.unlink(name)
            raise
        _sync(self.path.parent)

    def forget(self) -> None:
        self.path.unlink(missing_ok=True)


def _fill(file: TextIO, facts: dict[str, object]) -> None:
    """The file's own number, and its time as the kernel writes it, tell it from its copies."""
    file.write(json.dumps(facts))
    file.flush()
    itself = os.fstat(file.fileno())
    file.seek(0)
    file.write(json.dumps({**facts, "inode": itself.st_ino, "written_at": itself.st_mtime}))
    file.flush()
    os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """The new name is on the disk too when this returns."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
