"""Each known bug can still be put into the code, so that `make prove-the-proof` proves something."""

import shutil

import pytest
from django.conf import settings

from tests.proof.bugs import BUGS


@pytest.mark.parametrize("bug", BUGS, ids=lambda bug: bug.name)
def test_the_bug_can_be_put_into_the_code_as_it_is(bug, tmp_path):
    for edit in bug.edits:
        copy = tmp_path / edit.file
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(settings.BASE_DIR / edit.file, copy)
        edit.apply(tmp_path)
        compile(copy.read_text(), edit.file, "exec")
