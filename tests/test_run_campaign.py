"""The command: its options, its answers and its exit codes, without a browser."""

import json
from contextlib import redirect_stdout
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from campaigns.management.commands import run_campaign as command
from campaigns.models import Action, Campaign, Run
from campaigns.processes import ProcessIdentity
from engine.models import Account, SpentPermit
from engine.pace import SystemClock
from tests.builders import a_campaign, a_contact, an_account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    Account.objects.all().delete()
    return an_account()


@pytest.fixture
def today(account):
    return SystemClock().now().astimezone(account.zone).date()


def told(capsys, *arguments):
    """The JSON object on the last line of stdout, and the exit code."""
    try:
        call_command("run_campaign", *arguments, "--json")
        code = 0
    except SystemExit as exit_:
        code = exit_.code
    return json.loads(capsys.readouterr().out.splitlines()[-1]), code


def test_a_dry_run_shows_who_why_and_which_text_and_touches_nothing(account, today, capsys):
    campaign = a_campaign(account)
    a_contact("Ada Martin", campaign, born=today)
    a_contact("Bo Lindgren", campaign, born=today).do_not_contact("asked")
    campaign.delete()

    answer, code = told(capsys, "birthday", "--dry-run")

    assert code == 0
    assert (answer["run"], answer["left"], answer["skipped"]) == (None, 1, 1)
    ada, bo = answer["actions"]
    assert (ada["contact"], ada["status"]) == ("https://www.linkedin.com/in/ada-martin/", "planned")
    assert "Ada" in ada["text"]
    assert ada["reason"] == "birthday today"
    assert (bo["status"], bo["reason"]) == ("skipped", "Do Not Contact: asked")
    for model in (Campaign, Run, Action, SpentPermit):
        assert not model.objects.exists()


def test_a_dry_run_for_people_is_a_table(account, today, capsys):
    a_contact("Ada Martin", a_campaign(account), born=today)

    call_command("run_campaign", "birthday", "--dry-run")

    shown = capsys.readouterr().out
    assert "Ada Martin" in shown
    assert "planned" in shown


class Terminal(StringIO):
    def isatty(self):
        return True


def test_names_and_texts_are_printed_for_whoever_looks_and_not_into_a_log(account, today, settings):
    """What cron keeps in a file, no erasure reaches."""
    settings.NETWORK_URL = "https://example.org/in/ada-martin/"  # the world refuses it, and says so
    campaign = a_campaign(account)
    campaign.actions.create(
        account=account, contact=a_contact("Ada Martin", campaign), occasion="birthday 2026", due_on=today,
        expires_on=today, text="All the best",
    )  # fmt: skip
    printed = {}
    for kind, stream in (("a terminal", Terminal()), ("a file", StringIO())):
        with redirect_stdout(stream), pytest.raises(SystemExit):
            call_command("run_campaign", "birthday", stdout=stream)
        printed[kind] = stream.getvalue()

    for words in ("Ada Martin", "All the best", "example.org"):
        assert words in printed["a terminal"]
    counts = "0 done, 0 failed, 0 unknown, 0 skipped, 1 left"
    assert printed["a file"] == f"birthday, run {Run.objects.latest('pk').pk}: internal_error; {counts}\n"


def test_a_busy_account_is_told_with_the_run_and_75(account, capsys):
    run = Run.objects.start(a_campaign(account), ProcessIdentity.own(), SystemClock().now())

    answer, code = told(capsys, "birthday")

    assert (answer["outcome"], code) == ("busy", 75)
    assert f"run {run.pk}" in answer["reason"]


def test_a_paused_account_needs_a_person(account, capsys):
    account.pause("security check", "sign in and look", SystemClock().now())

    answer, code = told(capsys, "birthday")

    assert (answer["outcome"], code) == ("account_paused", 78)
    assert "security check" in answer["reason"]


def test_a_name_that_is_neither_campaign_nor_kind_is_refused(account):
    with pytest.raises(CommandError, match="no campaign “xmas”"):
        call_command("run_campaign", "xmas")


def test_with_several_accounts_one_has_to_be_named(account):
    an_account("bo")

    with pytest.raises(CommandError, match="ada, bo"):
        call_command("run_campaign", "birthday")
    assert command.find_account("bo").name == "bo"
    with pytest.raises(CommandError, match="no account “cy”"):
        command.find_account("cy")


def test_the_kinds_name_makes_its_default_campaign_once(account):
    first = command.find_campaign("birthday", None, create=True)

    assert command.find_campaign("birthday", None, create=True) == first


@pytest.mark.parametrize(
    "address",
    ["https://www.linkedin.com", "http://example.org", "http://127.0.0.1@example.org", "file:///etc/passwd"],
)
def test_a_rehearsal_takes_loopback_addresses_only(account, address):
    with pytest.raises(CommandError, match="loopback"):
        call_command("run_campaign", "birthday", "--rehearse", address)


@pytest.mark.parametrize(
    "arguments", [["--limit", "0"], ["--limit", "x"], ["--late-days", "61"], ["--late-days", "-1"]]
)
def test_numbers_out_of_range_are_refused(account, arguments):
    with pytest.raises(CommandError, match="argument"):
        call_command("run_campaign", "birthday", *arguments)


def test_the_same_start_is_handed_to_the_rehearsing_process():
    numbers = {"limit": 3, "late_days": 0}
    flags = {"no_late": True, "json": True, "dry_run": True}
    search = {
        "search": "https://www.linkedin.com/search/results/people/?keywords=go",
        "criteria": {"keywords": ["Go"]},
    }
    options = {"campaign": "birthday", "account": "ada"} | numbers | flags | search

    assert command._arguments(options) == [
        "birthday", "--account", "ada", "--limit", "3", "--late-days", "0", "--search", search["search"],
        "--criteria", '{"keywords": ["Go"]}', "--no-late", "--json", "--dry-run", "--read-network",
    ]  # fmt: skip


def test_an_error_of_the_program_is_told_with_its_run_and_70(account, capsys, settings):
    settings.NETWORK_URL = "https://example.org"  # the world refuses it: no check ran before

    answer, code = told(capsys, "birthday")

    assert (answer["outcome"], code) == ("internal_error", 70)
    assert answer["run"] == Run.objects.get().pk
    assert "example.org" in answer["reason"]
