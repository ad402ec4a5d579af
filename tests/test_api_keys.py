"""Keys: shown once, kept as a hash, with scopes, and a limit to how often one may be guessed."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.test import Client

from linkedin_bot.api.models import ApiKey, WrongKeys
from tests.api_client import PROBLEM, Program, a_key
from tests.builders import an_account

pytestmark = pytest.mark.django_db
WRONG = "abcdefgh." + "0" * 32
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def make(capsys, *arguments):
    call_command("create_api_key", *arguments)
    return capsys.readouterr().out.strip()


def test_a_key_that_was_made_works_and_only_its_hash_is_kept(capsys):
    text = make(capsys, "the cron job", "--scope", "read", "--scope", "run")
    assert Program(text).get("/contacts").status_code == 200
    key = ApiKey.objects.get()
    assert key.scopes == {"read", "run"}
    kept = " ".join(str(value) for value in ApiKey.objects.values_list().get())
    assert text.partition(".")[2] not in kept


def test_a_key_for_one_account_until_a_day(capsys):
    ada = an_account("grace")
    make(capsys, "a program", "--scope", "write", "--account", "grace", "--expires", "2099-12-31")
    key = ApiKey.objects.get()
    assert key.account_ids == {ada.pk}
    assert key.is_usable(datetime(2099, 12, 31, 23, 59, tzinfo=UTC))
    assert not key.is_usable(datetime(2100, 1, 1, tzinfo=UTC))


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["x", "--scope", "read", "--account", "nobody"], "no account"),
        (["x", "--scope", "read", "--expires", "tomorrow"], "is a date"),
        (["x", "--scope", "read", "--expires", "9999-12-31"], "is a date"),
        (["x", "--scope", "read", "--expires", "2020-12-31"], "is over"),
        ([" ", "--scope", "read"], "the name"),
        (["x" * 51, "--scope", "read"], "the name"),
        (["x"], "--scope"),
        (["x", "--scope", "everything"], "everything"),
    ],
)
def test_a_key_that_makes_no_sense_is_not_made(arguments, words):
    with pytest.raises(CommandError, match=words):
        call_command("create_api_key", *arguments)
    assert not ApiKey.objects.exists()


@pytest.fixture
def staff():
    client = Client()
    client.force_login(User.objects.create_superuser("grace"))
    return client


def test_the_admin_shows_a_new_key_once_and_revokes_it_for_good(staff):
    page = staff.post("/admin/api/apikey/add/", {"name": "a program", "can_read": "on"}, follow=True)
    key = ApiKey.objects.get()
    shown = next(word for word in page.content.decode().split() if word.startswith(f"{key.prefix}."))
    program = Program(shown.rstrip("."))
    assert program.get("/contacts").status_code == 200
    address = f"/admin/api/apikey/{key.pk}/change/"
    assert shown.rstrip(".") not in staff.get(address).content.decode()

    staff.post(address, {"name": "a program", "can_read": "on", "revoked": "on"})
    assert program.get("/contacts").status_code == 403
    staff.post(address, {"name": "a program", "can_read": "on", "can_run": "on"})
    assert ApiKey.objects.filter(revoked=True, can_run=False).exists()


def test_a_key_that_may_do_nothing_is_refused_in_the_admin(staff):
    staff.post("/admin/api/apikey/add/", {"name": "a program"})
    assert not ApiKey.objects.exists()


def test_what_was_revoked_stays_so():
    a_key(revoked=True)
    key = ApiKey.objects.get()
    key.revoked = False
    with pytest.raises(ValidationError):
        key.save()


def test_too_many_wrong_keys_lock_their_address_out_for_a_while():
    guesser, owner = Program(WRONG), Program(a_key())
    for _ in range(WrongKeys.MOST):
        assert guesser.get("/contacts").status_code == 403
    answer = guesser.get("/contacts")
    assert (answer.status_code, answer.headers["Content-Type"]) == (429, PROBLEM)
    assert 1 <= int(answer.headers["Retry-After"]) <= WrongKeys.WINDOW.total_seconds()
    assert owner.get("/contacts").status_code == 429
    assert owner.get("/contacts", REMOTE_ADDR="192.0.2.7").status_code == 200
    assert Client().get("/contacts").status_code == 403

    WrongKeys.objects.update(since=datetime(2026, 1, 1, tzinfo=UTC))
    assert owner.get("/contacts").status_code == 200
    assert guesser.get("/contacts").status_code == 403
    assert WrongKeys.objects.get().count == 1


def test_a_window_ends_by_itself():
    for second in range(WrongKeys.MOST):
        WrongKeys.objects.count_one("192.0.2.7", NOON + timedelta(seconds=second))
    assert WrongKeys.objects.wait_seconds("192.0.2.7", NOON + timedelta(seconds=19)) == 581
    assert WrongKeys.objects.wait_seconds("192.0.2.8", NOON) == 0
    assert WrongKeys.objects.wait_seconds("192.0.2.7", NOON + WrongKeys.WINDOW) == 0


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "198.51.100.1", "127.0.0.1"),
        (1, "203.0.113.9, 198.51.100.1", "198.51.100.1"),
        (2, "203.0.113.9, 198.51.100.1", "203.0.113.9"),
        (2, "", ""),
        (1, "a" * 200, "a" * 45),
    ],
)
def test_behind_proxies_the_address_is_the_one_that_the_outermost_of_them_saw(
    settings, proxies, forwarded, address
):
    settings.PROXIES_IN_FRONT = proxies
    Program(WRONG).get("/contacts", headers={"X-Forwarded-For": forwarded})
    assert WrongKeys.objects.get().address == address


def test_a_key_and_models_tell_what_they_are():
    a_key()
    Program(WRONG).get("/contacts")
    assert str(ApiKey.objects.get()) == "a program"
    assert str(WrongKeys.objects.get()) == "1 wrong keys from 127.0.0.1"
