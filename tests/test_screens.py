"""What a person at a terminal sees of a run."""

from io import StringIO

import pytest
from rich.console import Console

from campaigns.run_log import LogListener
from campaigns.screens import TerminalListener, line_of, print_report
from tests.builders import a_campaign, a_contact, a_template, run_it
from tests.fakes import FakeNetwork


@pytest.fixture
def screen():
    return Console(file=StringIO(), width=100, force_terminal=False)


def shown(screen):
    return screen.file.getvalue()


@pytest.mark.django_db
def test_a_terminal_sees_each_wish_as_it_is_done(screen):
    a_template("Happy birthday, {name}!")
    campaign = a_campaign()
    a_contact("Ada Martin", campaign)
    terminal = TerminalListener(screen)

    run_it(campaign, FakeNetwork(), listener=terminal)

    assert "done     Ada Martin" in shown(screen)
    assert terminal.progress.tasks[0].completed == 1
    assert "Ada Martin" in terminal.progress.tasks[0].description


@pytest.mark.django_db
def test_a_log_has_a_line_for_each_wish_and_none_for_pauses(caplog):
    a_template("Happy birthday, {name}!")
    campaign = a_campaign()
    for name in ("Ada Martin", "Bo Lindgren"):
        a_contact(name, campaign)

    with caplog.at_level("INFO", "campaigns.run"):
        run_it(campaign, FakeNetwork(), listener=LogListener())

    assert sum("done" in line for line in caplog.messages) == 2
    assert not [line for line in caplog.messages if "paus" in line]


def test_a_name_from_a_page_cannot_command_the_terminal():
    line = line_of("done", "Ada \x1b[31mMartin\n", "[bold]hi[/bold]\x07", "")

    assert line.plain == "done     Ada  [31mMartin \n         [bold]hi[/bold] "


def test_the_report_ends_with_the_outcome_in_one_line(screen):
    told = {
        "kind": "birthday", "run": 3, "outcome": "stopped", "reason": "it was asked to stop", "done": 1, "failed": 0,
        "unknown": 0, "skipped": 1, "left": 2, "notes": ["the end was not proved"],
        "actions": [{"name": "", "contact": "https://www.linkedin.com/in/ada/", "status": "skipped", "text": "",
                     "reason": "there is no name"}],
    }  # fmt: skip

    print_report(screen, told)

    assert "note: the end was not proved" in shown(screen)
    assert "https://www.linkedin.com/in/ada/" in shown(screen)
    assert (
        shown(screen).splitlines()[-1].startswith("birthday, run 3: stopped (it was asked to stop); 1 done")
    )
