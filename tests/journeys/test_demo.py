"""The demonstration, as a newcomer starts it: twice."""

import pytest

pytestmark = pytest.mark.browser


def test_the_demonstration_wishes_everybody_once_and_the_second_one_says_so(stage):
    first = stage.manage("demo")

    assert first.returncode == 0, first.stdout + first.stderr
    assert "messages arrived" in first.stdout
    assert "there is no name to call them by" in first.stdout
    assert "login demo" in first.stdout

    second = stage.manage("demo")

    assert second.returncode == 0, second.stdout + second.stderr
    assert "Nothing was sent again" in second.stdout
