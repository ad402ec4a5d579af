"""Signing in: guessers are locked out, and whoever has a second factor is asked for its code."""

import re
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.core import checks
from django.db import transaction
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice

from engine.pace import SystemClock
from linkedin_bot.staff import second_factor

pytestmark = pytest.mark.django_db
SIGN_IN = reverse("admin:login")
MINE = reverse("admin:otp_totp_totpdevice_mine")
PASSWORD = "a long and good one"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


@pytest.fixture
def nina():
    return User.objects.create_superuser("nina", password=PASSWORD)


@pytest.fixture
def device(nina):
    return TOTPDevice.objects.create(user=nina, name="phone", confirmed=True)


def sign_in(client, password=PASSWORD, code="", name="nina", **given):
    return client.post(SIGN_IN, {"username": name, "password": password, "code": code}, **given)


def is_in(client):
    return client.get(reverse("admin:index")).status_code == 200


def code_of(device, steps=0):
    """What the app shows; each code works once, so a test that needs a second one takes the next."""
    return f"{totp(device.bin_key, drift=steps):06}"


def lock_out(client, **given):
    return [sign_in(client, "wrong", **given).status_code for _ in range(5)]


def test_the_right_password_lets_one_in(client, nina):
    assert sign_in(client).headers["Location"] == reverse("admin:index")
    assert MINE in client.get(reverse("admin:index")).content.decode()  # in the menu at one's own name


def test_after_five_wrong_passwords_the_right_one_has_to_wait(client, nina):
    assert lock_out(client) == [200, 200, 200, 200, 429]
    refused = sign_in(client)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert "wait 15 minutes" in refused.content.decode()
    assert not is_in(client)


def test_who_is_locked_out_elsewhere_still_gets_in_from_here(client, nina):
    lock_out(client, **ELSEWHERE)
    assert sign_in(client, **ELSEWHERE).status_code == 429
    assert sign_in(client).status_code == 302


def test_another_name_from_the_same_address_still_gets_in(client, nina):
    lock_out(client, name="somebody")
    assert sign_in(client).status_code == 302


def test_a_right_password_forgets_the_wrong_ones_before_it(client, nina):
    for _ in range(2):
        assert [sign_in(client, "wrong").status_code for _ in range(4)] == [200] * 4
        assert sign_in(client).status_code == 302
        client.logout()


def test_the_wait_is_over_after_a_quarter_of_an_hour_whoever_tries_meanwhile(client, nina, time_machine):
    time_machine.move_to("2026-11-23 10:00 +0000", tick=False)
    lock_out(client)
    time_machine.move_to("2026-11-23 10:14 +0000", tick=False)
    assert sign_in(client).status_code == 429
    time_machine.move_to("2026-11-23 10:16 +0000", tick=False)
    assert sign_in(client).status_code == 302


def test_behind_a_proxy_its_word_counts_and_without_one_the_header_does_not(client, nina, settings):
    def forged(address):
        return {"HTTP_X_FORWARDED_FOR": address}

    assert [sign_in(client, "wrong", **forged(f"192.0.2.{n}")).status_code for n in range(5)][-1] == 429
    AccessAttempt.objects.all().delete()
    settings.PROXIES_IN_FRONT = 1
    lock_out(client, **forged("192.0.2.7"))
    assert sign_in(client, **forged("192.0.2.7")).status_code == 429
    assert sign_in(client, **forged("192.0.2.8")).status_code == 302


def test_an_administrator_lifts_a_lockout(client, admin_client, nina):
    lock_out(client)
    attempt = AccessAttempt.objects.get()
    page = admin_client.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert "locked out" in page
    change = reverse("admin:axes_accessattempt_change", args=[attempt.pk])
    assert "locked out" in admin_client.get(change).content.decode()
    assert admin_client.post(change, {}).status_code == 403
    admin_client.post(reverse("admin:axes_accessattempt_delete", args=[attempt.pk]), {"post": "yes"})
    assert sign_in(client).status_code == 302


@pytest.mark.parametrize(
    ("failures", "minutes", "told"), [(2, 0, "counted"), (5, 0, "locked out"), (5, -16, "over")]
)
def test_the_list_of_lockouts_says_which_are_in_force(admin_client, failures, minutes, told):
    given = {"username": "nina", "ip_address": "192.0.2.7", "failures_since_start": failures}
    attempt = AccessAttempt.objects.create(**given)
    when = SystemClock().now() + timedelta(minutes=minutes)
    AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=when)
    listed = admin_client.get(reverse("admin:axes_accessattempt_changelist")).content.decode()
    assert [word for word in ("counted", "locked out", "over") if re.search(rf">\s*{word}\s*<", listed)] == [
        told
    ]


def test_no_password_and_no_code_is_kept_of_an_attempt(client, nina, device):
    sign_in(client, "a-wrong-password")
    sign_in(client, code="123789")
    kept = " ".join(str(value) for row in AccessAttempt.objects.values() for value in row.values())
    assert "nina" in kept
    assert "a-wrong-password" not in kept
    assert PASSWORD not in kept
    assert "123789" not in kept


def test_the_lockout_is_checked_with_the_configuration(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if "axes" not in name]
    found = checks.run_checks(tags=[checks.Tags.security])
    assert "axes.W002" in [each.id for each in found]


def test_whoever_has_a_second_factor_is_asked_for_its_code(client, nina, device):
    asked = sign_in(client)
    assert "Enter the code" in asked.content.decode()
    assert not is_in(client)
    assert sign_in(client, code=code_of(device)).status_code == 302
    assert is_in(client)


def test_a_wrong_code_is_no_way_in_and_the_right_one_works_once(client, nina, device):
    right = code_of(device)
    wrong = f"{(int(right) + 1) % 10**6:06}"
    assert "not the code" in sign_in(client, code=wrong).content.decode()
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    assert sign_in(client, code=right).status_code == 302
    client.logout()
    assert "not the code" in sign_in(client, code=right).content.decode()


def test_codes_are_guessed_slowly_and_then_not_at_all(client, nina, device):
    answers = [sign_in(client, code="000000") for _ in range(5)]
    assert "Too many wrong codes" in answers[1].content.decode()
    assert answers[-1].status_code == 429


def test_a_device_that_was_never_confirmed_is_not_asked_for(client, nina):
    second_factor.begin(nina)
    assert sign_in(client).status_code == 302


def test_one_sets_up_a_second_factor_with_a_code_drawn_on_the_page(client, nina):
    client.force_login(nina)
    assert "Set it up" in client.get(MINE).content.decode()
    client.post(MINE + "begin/", {"password": PASSWORD})
    begun = TOTPDevice.objects.get(user=nina)
    page = client.get(MINE)
    told = page.content.decode()
    assert second_factor.secret_of(begun) in told
    assert re.search(r'<path d="M4 4h1v1h-1z', told)  # the corner of the code, inside its white border
    assert "no-store" in page.headers["Cache-Control"]

    assert "not the code" in client.post(MINE + "confirm/", {"code": "12"}, follow=True).content.decode()
    begun.refresh_from_db()
    assert not begun.confirmed
    TOTPDevice.objects.update(throttling_failure_timestamp=None, throttling_failure_count=0)
    client.post(MINE + "confirm/", {"code": code_of(begun)})
    begun.refresh_from_db()
    assert begun.confirmed
    assert second_factor.secret_of(begun) not in client.get(MINE).content.decode()


def test_the_drawing_is_the_code_of_the_very_secret(nina):
    drawn = second_factor.drawn("otpauth://totp/nina?secret=ABC")
    other = second_factor.drawn("otpauth://totp/nina?secret=ABD")
    assert drawn["size"] == other["size"]
    assert drawn["path"] != other["path"]


@pytest.mark.parametrize("what", ["begin", "remove"])
def test_a_second_factor_changes_only_with_the_password(client, nina, what):
    client.force_login(nina)
    told = client.post(f"{MINE}{what}/", {"password": "wrong"}, follow=True).content.decode()
    assert "not your password" in told
    assert not TOTPDevice.objects.exists()


@pytest.mark.parametrize("what", ["begin", "remove"])
def test_a_session_without_the_code_changes_no_second_factor(client, nina, device, what):
    client.force_login(nina)
    told = client.post(f"{MINE}{what}/", {"password": PASSWORD}, follow=True).content.decode()
    assert "Sign in anew" in told
    assert list(TOTPDevice.objects.values_list("pk", flat=True)) == [device.pk]


def test_a_session_with_the_code_replaces_or_removes_it(client, nina, device):
    sign_in(client, code=code_of(device))
    client.post(MINE + "begin/", {"password": PASSWORD})
    begun = TOTPDevice.objects.get(confirmed=False)
    client.post(MINE + "confirm/", {"code": code_of(begun)})
    assert list(TOTPDevice.objects.values_list("pk", "confirmed")) == [(begun.pk, True)]
    client.post(MINE + "remove/", {"password": PASSWORD})
    assert not TOTPDevice.objects.exists()


def test_an_administrator_removes_the_device_of_somebody_who_lost_it(admin_client, client, nina, device):
    page = admin_client.get(reverse("admin:otp_totp_totpdevice_change", args=[device.pk])).content.decode()
    assert device.key not in page
    assert second_factor.secret_of(device) not in page
    admin_client.post(reverse("admin:otp_totp_totpdevice_delete", args=[device.pk]), {"post": "yes"})
    assert sign_in(client).status_code == 302


def test_where_it_is_required_one_sees_only_the_page_that_sets_it_up(client, nina, settings):
    settings.REQUIRE_OTP = True
    sign_in(client)
    assert client.get(reverse("admin:index")).headers["Location"] == MINE
    assert client.get(reverse("admin:contacts_contact_changelist")).headers["Location"] == MINE
    assert client.get("/contacts").status_code == 403
    assert client.get("/no-such-page").status_code == 404
    client.post(MINE + "begin/", {"password": PASSWORD})
    client.post(MINE + "confirm/", {"code": code_of(TOTPDevice.objects.get())})
    assert is_in(client)
    assert client.get("/contacts").status_code == 200


def test_where_it_is_required_an_old_session_signs_in_anew(client, nina, device, settings):
    settings.REQUIRE_OTP = True
    client.force_login(nina)
    assert client.get(MINE).headers["Location"] == SIGN_IN
    assert client.get(reverse("admin:index")).headers["Location"].startswith(SIGN_IN)
    assert sign_in(client, code=code_of(device)).status_code == 302
    assert is_in(client)


def test_a_failure_of_a_code_is_on_record_though_the_form_refuses(client, nina, device):
    with transaction.atomic():
        sign_in(client, code="000000")
    device.refresh_from_db()
    assert device.throttling_failure_count == 1
