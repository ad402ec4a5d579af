"""Where coverage is measured: tracing doubles what a test costs, so what goes over the same again is spared it."""

import os

import pytest
from coverage import Coverage

measured = Coverage.current()
# Every process collects the tests, and thereby loads the same modules: one of them is measured at that.
IS_FIRST = os.environ.get("PYTEST_XDIST_WORKER", "gw0") == "gw0"


def stop():
    if measured:
        measured.stop()


def go_on():
    if measured:
        measured.start()


if not IS_FIRST:
    stop()


def pytest_collection_finish():
    if not IS_FIRST:
        go_on()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item):
    if not item.get_closest_marker("unmeasured"):
        return (yield)
    stop()
    try:
        return (yield)
    finally:
        go_on()
