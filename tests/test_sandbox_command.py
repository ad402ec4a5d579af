"""The sandbox as a command, with its options and the files of the demonstration."""

import csv
import json
import re
import signal
import subprocess
import sys
from datetime import date
from http.client import HTTPConnection
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from engine.sandbox import Sandbox, describe_mutation, load_people
from engine.sandbox.demo import demo_files

TODAY = date(2026, 11, 18)
ROOT = Path(__file__).resolve().parent.parent


def test_a_setting_that_does_not_exist_is_refused():
    with pytest.raises(ValueError, match="'stone' is none of mixed, ember"):
        Sandbox(today=TODAY, generation="stone")
    with pytest.raises(ValueError, match="'moat' is no gate"):
        Sandbox(today=TODAY, faults={"gate_page": "moat@/in/"})
    with pytest.raises(ValueError, match="'xx' is none of en, fr, de"):
        Sandbox(today=TODAY, language="xx")
    with pytest.raises(ValueError, match="'pigeon' is none of"):
        Sandbox(today=TODAY, composer="pigeon")
    with pytest.raises(ValueError, match="'earthquake' is no fault"):
        Sandbox(today=TODAY, faults={"earthquake": True})


def test_the_demo_files_hold_birthdays_that_stand_nowhere_else(tmp_path):
    connections, cards, calendar = demo_files(tmp_path / "demo", date(2028, 2, 29))
    lines = connections.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Notes:"
    rows = list(csv.DictReader(lines[3:]))
    listed = {row["URL"]: row for row in rows}
    assert listed["https://www.linkedin.com/in/wren-ocallister"]["Last Name"] == "O’Callister"
    assert "https://www.linkedin.com/in/lucie-fontarelle" not in listed
    text = cards.read_bytes().decode()
    assert "BDAY:1984-02-29\r\n" in text
    assert "BDAY:--0225\r\n" in text
    assert "BDAY:19840228\r\n" in text
    assert "DTSTART;VALUE=DATE:19840309\r\nRRULE:FREQ=YEARLY\r\n" in calendar.read_bytes().decode()


def test_the_demo_files_leave_no_one_without_a_birthday_a_birthday(tmp_path):
    people = {person.slug: person for person in load_people()}
    text = "".join(path.read_text(encoding="utf-8") for path in demo_files(tmp_path, TODAY)[1:])
    named = set(re.findall(r"linkedin\.com/in/([\w-]+)", text))
    assert {slug for slug in named if people[slug].birthday is None} == set()
    assert {slug for slug in named if people[slug].birthday == 0} == {"rosalie-vautremont"}


def test_the_command_serves_until_it_is_terminated(tmp_path):
    log = tmp_path / "log.jsonl"
    command = [sys.executable, "manage.py", "sandbox", "--port", "0", "--lang", "fr", "--log", str(log)]
    options = [
        "--fault",
        "slow=1",
        "--fault",
        "no_prefill",
        "--composer",
        "modal",
        "--seed",
        "7",
        "--mutation",
        "12",
    ]
    process = subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        ready = re.fullmatch(r"sandbox ready at http://(127\.0\.0\.1:\d+)\n", process.stdout.readline())
        assert ready
        connection = HTTPConnection(ready[1], timeout=30)
        connection.request("GET", "/__sandbox__/faults")
        assert json.loads(connection.getresponse().read()) == {
            "slow": 1,
            "no_prefill": True,
            "mutation": 12,
        }
        for line in describe_mutation(12):
            assert process.stdout.readline() == f"changed - {line}\n"
        connection.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--fault", "earthquake"], "is no fault"),
        (["--today", "tomorrow"], "is not a day"),
        (["--lang", "xx"], "invalid choice"),
        (["--mutation", "earthquake"], "is no mutation"),
        (["--generation", "stone"], "invalid choice"),
    ],
)
def test_the_command_refuses_what_it_does_not_know(arguments, words):
    before = signal.pthread_sigmask(signal.SIG_BLOCK, ())

    with pytest.raises(CommandError, match=words):
        call_command("sandbox", *arguments)

    # A process started from here would inherit a blocked SIGTERM, and never stop when it is asked to.
    assert signal.pthread_sigmask(signal.SIG_BLOCK, ()) == before
