"""The command import_contacts, from files to its last line."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contacts.birthdays import Birthday
from contacts.models import Contact
from engine.models import Account

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent / "data" / "import"
FILES = [DATA / name for name in ("Connections.csv", "google.vcf", "apple.vcf", "phone.vcf", "birthdays.ics")]


@pytest.fixture
def account():
    Account.objects.all().delete()
    return Account.objects.create(name="own")


def run(*arguments):
    out = StringIO()
    call_command("import_contacts", *map(str, arguments), stdout=out)
    return out.getvalue().splitlines()


def test_all_formats_together_give_people_with_birthdays_and_the_second_time_nothing(account):
    first = json.loads(run(*FILES, "--json")[-1])
    assert [file["format"] for file in first["files"]] == [
        "connections",
        "vcard",
        "vcard",
        "vcard",
        "icalendar",
    ]
    assert (first["new"], first["changed"], first["unchanged"], first["unmatched"]) == (8, 2, 1, 0)
    assert [note["reason"] for note in first["notes"]] == [
        "birthday not understood: circa 1800",
        "birthday 04-12 not taken: 02-29 is imported before",
    ]
    assert {(entry["file"], entry["line"]) for entry in first["refused"]} == {
        (str(FILES[0]), 8),
        *((str(FILES[4]), line) for line in (4, 28, 34)),
    }
    ada = Contact.objects.get(email="ada@example.org")
    assert ada.birthday == Birthday(2, 29)
    assert account.contacts.count() == 8
    second = json.loads(run(*FILES, "--json")[-1])
    assert (second["new"], second["changed"], second["unchanged"]) == (0, 0, 11)
    assert second["refused"] == first["refused"]


def test_the_summary_names_refused_rows_with_line_and_reason(account):
    assert run(FILES[0]) == [
        f"{FILES[0]}, line 8: refused: neither an address, nor an e-mail, nor a name",
        "Imported: 3 new, 0 changed, 0 unchanged, 0 unmatched, 1 refused.",
    ]


def test_a_dry_run_tells_the_same_and_changes_nothing(account):
    lines = run(*FILES, "--dry-run", "--json")
    assert lines[-2].startswith("Would be imported: 8 new, 2 changed")
    assert json.loads(lines[-1])["dry_run"] is True
    assert not Contact.objects.exists()


def test_a_long_list_of_refusals_is_cut_on_the_screen_and_whole_in_the_json(account, tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("name,url\n" + "Acme,linkedin.com/company/acme\n" * 1_200)
    lines = run(path, "--json")
    assert lines[50] == "… and 1,150 more"
    assert len(json.loads(lines[-1])["refused"]) == 1_200


@pytest.mark.parametrize(
    "make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_text("hello")]
)
def test_a_file_that_is_missing_or_unknown_ends_with_66_before_anything_is_imported(account, tmp_path, make):
    path = tmp_path / "odd"
    make(path)
    with pytest.raises(CommandError, match=r".") as caught:
        run(FILES[0], path)
    assert caught.value.returncode == 66
    assert str(path) in str(caught.value)
    assert not Contact.objects.exists()


def test_with_two_accounts_one_has_to_be_named(account):
    other = Account.objects.create(name="second")
    with pytest.raises(CommandError, match="own, second") as caught:
        run(FILES[0])
    assert caught.value.returncode == 64
    run(FILES[0], "--account", "second")
    assert other.contacts.count() == 3


def test_an_unknown_account_is_not_guessed(account):
    with pytest.raises(CommandError, match="no account 'nobody'; there are: own"):
        run(FILES[0], "--account", "nobody")


def test_without_any_account_nothing_is_imported(account):
    account.delete()
    with pytest.raises(CommandError, match="there are: none"):
        run(FILES[0])
