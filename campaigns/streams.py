"""The progress of a run as server-sent events, for as long as a server can spare the thread."""

import json
from collections.abc import Iterator
from threading import BoundedSemaphore

from django.core.serializers.json import DjangoJSONEncoder

from campaigns.models import Run
from campaigns.progress import events
from engine.ports import Clock

# Less than a server gives one request; a watcher connects again by itself.
STREAM_SECONDS = 25.0
# Of the eight threads of a process (linkedin_bot/serving.py), so that others are always answered.
LONG_STREAMS = 4
places = BoundedSemaphore(LONG_STREAMS)


def lines(run: Run, clock: Clock) -> Iterator[str]:
    """An event at each change. Where too many watch already it ends after the first one: the watcher then polls."""
    has_place = places.acquire(blocking=False)
    try:
        ends_at = clock.monotonic() + (STREAM_SECONDS if has_place else 0)
        yield f"retry: {1000 if has_place else 5000}\n\n"
        for progress in events(run, clock):
            yield f"event: progress\ndata: {json.dumps(progress, cls=DjangoJSONEncoder)}\n\n"
            if clock.monotonic() >= ends_at:
                return
    finally:
        if has_place:
            places.release()
