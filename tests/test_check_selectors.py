"""manage.py check_selectors says how every selector is doing, and fails when nothing finds what acts."""

import json
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from engine.models import LinkedInSelector
from engine.selectors.selector_file import defaults
from tests.captures import FOLDER, page

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BOX = (
    '<form class="msg-form"><div role="textbox" contenteditable="true" style="height: 40px">Hi</div>{}</form>'
)

pytestmark = pytest.mark.django_db


def check(*args):
    """The output and the exit code."""
    out = StringIO()
    try:
        call_command("check_selectors", *map(str, args), stdout=out)
    except CommandError as error:
        return out.getvalue() + str(error), error.returncode
    return out.getvalue(), 0


def tried(key, kind, value, *, is_working, **fields):
    last, before = (NOW, NOW - timedelta(days=1))
    times = {
        "last_success_at": last if is_working else before,
        "last_failure_at": before if is_working else last,
    }
    counts = {"successes": 8, "failures": 2}
    return LinkedInSelector.objects.create(key=key, kind=kind, value=value, **counts | times | fields)


def all_fail(key):
    for candidate in defaults().selectors[key].candidates:
        tried(key, candidate.kind, candidate.value, is_working=False)


def test_before_anything_was_tried_no_key_is_called_healthy():
    text, code = check()
    assert code == 0
    assert "composer.send (acts): not tried yet" in text
    assert text.count(": not tried yet") == len(defaults().selectors)


def test_each_candidate_shows_its_score_and_its_last_success():
    tried("composer.send", "label", "send", is_working=True)
    text, _ = check()
    assert "works    0.490  label send: 8 of 10, last on 2026-11-23 09:00" in text
    assert "composer.send (acts): healthy" in text


def test_a_key_that_acts_and_that_nothing_finds_any_more_fails_the_command():
    all_fail("composer.send")
    text, code = check()
    assert code == 1
    assert "composer.send (acts): NO HEALTHY CANDIDATE" in text
    assert text.endswith("no healthy candidate: composer.send")


def test_one_candidate_that_works_is_enough():
    all_fail("composer.send")
    LinkedInSelector.objects.filter(kind="label").update(last_success_at=NOW + timedelta(hours=1))
    assert check()[1] == 0


def test_a_candidate_that_only_ever_failed_is_not_untried():
    tried("composer.send", "label", "send", is_working=False, successes=0, last_success_at=None)
    assert "fails    0.000  label send: 0 of 2" in check()[0]


def test_what_was_accepted_counts_and_what_is_only_proposed_does_not():
    all_fail("composer.send")
    row = LinkedInSelector.objects.create(
        key="composer.send", kind="text", value="Wyślij", name="Wyślij", origin="proposed", state="proposed"
    )
    text, code = check()
    assert code == 1
    assert "1 proposed, to be accepted or refused" in text

    row.accept("ada", NOW)
    text, code = check()
    assert code == 0
    assert "untried  0.000  text Wyślij" in text


def test_a_key_that_does_not_act_fails_nothing_but_is_shown():
    all_fail("profile.top_card")
    text, code = check()
    assert code == 0
    assert "profile.top_card: NO HEALTHY CANDIDATE" in text


def test_programs_read_one_json_object():
    tried("composer.send", "label", "send", is_working=True)
    text, _ = check("--json")
    send = json.loads(text)["selectors"]["composer.send"]
    label = next(each for each in send["candidates"] if each["kind"] == "label")
    assert (send["acts"], send["is_healthy"], send["undecided"], send["missed_on"]) == (True, True, 0, [])
    assert (label["score"], label["last_success_at"], label["state"]) == (
        0.49,
        "2026-11-23T09:00:00Z",
        "works",
    )


@pytest.mark.browser
def test_captures_show_what_each_candidate_finds_in_the_real_browser(tmp_path):
    name = "profile.1st.en.sdui2.html"
    (tmp_path / name).write_bytes((FOLDER / name).read_bytes())
    (tmp_path / "notes.txt").write_text("no page")
    text, code = check("--captures", tmp_path, "--json")
    keys = json.loads(text)["selectors"]

    assert code == 0
    assert keys["profile.top_card"]["candidates"][0]["matches"][name] >= 1
    assert keys["birthdays.list"]["candidates"][0]["matches"] == {}
    assert f"on {name}" in check("--captures", tmp_path)[0]


@pytest.mark.browser
def test_a_composer_without_a_button_that_sends_fails_the_command(tmp_path):
    (tmp_path / "good.html").write_bytes(
        page(f"<body><main>{BOX.format('<button>Send</button>')}</main></body>")
    )
    (tmp_path / "disabled.html").write_bytes(
        page(f"<body><main>{BOX.format('<button disabled>Send</button>')}</main></body>")
    )
    assert check("--captures", tmp_path)[1] == 0

    (tmp_path / "new.xhtml").write_bytes(
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><main>'
        + BOX.format("<button>Wy&#347;lij</button>").encode()
        + b"</main></body></html>"
    )
    text, code = check("--captures", tmp_path)
    assert code == 1
    assert "composer.send (acts): NO HEALTHY CANDIDATE; missed on new.xhtml" in text


def test_a_folder_without_pages_is_said(tmp_path):
    text, code = check("--captures", tmp_path)
    assert (code, "no saved pages" in text) == (66, True)


def test_a_bad_file_is_refused_with_line_and_key(tmp_path):
    path = tmp_path / "selectors.yaml"
    good = (Path(__file__).parent / "data" / "selectors" / "good.yaml").read_text(encoding="utf-8")
    path.write_text(good.replace("textarea", "'*'"))
    text, code = check("--file", path)
    assert code == 65
    assert "line 13: selectors.composer.box.candidates.2.value: the value finds nothing or everything" in text

    path.write_text(good)
    text, code = check("--file", path)
    assert code == 0
    assert "thread.delete (acts): not tried yet" in text
    assert check("--file", tmp_path / "gone.yaml")[1] == 65


@pytest.mark.browser
def test_a_browser_that_does_not_start_is_something_to_try_again(tmp_path, settings):
    settings.CHROMEDRIVER = str(tmp_path / "no-driver")
    (tmp_path / "page.html").write_bytes(page("<body></body>"))
    text, code = check("--captures", tmp_path)
    assert code == 75
    assert "no-driver" in text
