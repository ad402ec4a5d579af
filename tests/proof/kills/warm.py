"""What every short life has loaded already: the fork server imports this once."""

import django

django.setup()

from tests.proof.kills import life  # noqa: E402, F401 - the apps have to be ready before their models
