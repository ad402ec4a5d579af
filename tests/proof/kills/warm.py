"""What every short life has loaded already: the fork server imports this once."""

import gc

import coverage
import django

django.setup()

# The apps have to be ready before their models. What a run imports when it comes to it, each life would else load anew.
from django.contrib.staticfiles import storage  # noqa: E402, F401
from django.db import connection  # noqa: E402
from django.db.models.sql import compiler  # noqa: E402, F401

from campaigns import duplicates, kinds  # noqa: E402, F401
from campaigns.kinds import birthday, invitations, sourcing  # noqa: E402, F401
from contacts import due, harvest  # noqa: E402, F401
from tests.proof.kills import life  # noqa: E402, F401

# What a process loads at its first connection. A file's is made soon enough, and the file would be made with it.
if connection.vendor != "sqlite":
    connection.ensure_connection()
    connection.close()

# A life ends before there is garbage worth collecting; looking for it would copy every page shared with the server.
gc.freeze()

# A killed life reports nothing, and tests of one process measure the same code: it would be measured for nobody.
if measuring := coverage.Coverage.current():
    measuring.stop()
