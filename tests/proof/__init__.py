"""The promises proved in bulk: a small slice in `make test`, the full counts by `make prove`."""

import os


def seeds(full: int, few: int = 1) -> range:
    """The seeds of a campaign of proof."""
    return range(full if os.environ.get("PROVE") else few)
