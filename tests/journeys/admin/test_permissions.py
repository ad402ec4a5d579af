"""Somebody signs in with a second factor and finds what they may do, is locked out, and let in again."""

from base64 import b32decode
from io import StringIO

import pytest
from axes.models import AccessAttempt
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.urls import reverse
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from selenium.webdriver.common.by import By
from selenium.webdriver.support import expected_conditions as shown

from linkedin_bot.audit.models import Entry
from linkedin_bot.staff.rights import ship
from tests.builders import a_campaign
from tests.journeys.admin.acts import click, press, read, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PASSWORD = "a long and good one"
SECRET = (By.CSS_SELECTOR, ".factor code")
RUN_NOW = (By.XPATH, "//button[contains(., 'Run now')]")
KEYS = (By.XPATH, "//a[contains(., 'API keys')]")
SIGN_IN, MINE = reverse("admin:login"), reverse("admin:otp_totp_totpdevice_mine")


@pytest.fixture
def nina():
    ship("default")  # a test before may have emptied the database of it
    nina = User.objects.create_user("nina", password=PASSWORD, is_staff=True)
    nina.groups.add(Group.objects.get(name="viewer"))
    return nina


def sign_in(wait, password=PASSWORD, code=""):
    """Returns when the page that was asked is gone."""
    form = wait.until(shown.presence_of_element_located((By.ID, "login-form")))
    write(wait, "#id_username", "nina")
    write(wait, "#id_password", password)
    write(wait, "#id_code", code)
    click(wait, By.CSS_SELECTOR, "#login-form button")
    wait.until(shown.staleness_of(form))


def code_of(secret, steps=0):
    """What an app shows that was given the secret; each code works once, so the second time it is the next."""
    return f"{totp(b32decode(secret.replace(' ', '')), drift=steps):06}"


def test_a_viewer_signs_in_with_a_second_factor_and_sees_no_button_of_an_operator(office, nina):
    campaign = reverse("admin:campaigns_campaign_change", args=[a_campaign().pk])
    driver, wait = office(SIGN_IN)
    driver.delete_all_cookies()
    office(MINE)
    sign_in(wait)
    read(wait, "Your password alone lets you in")
    write(wait, "#id_password", PASSWORD)
    press(wait, "Set it up")
    read(wait, "Show it to your app")
    secret = driver.find_element(*SECRET).text
    write(wait, "#id_code", code_of(secret))
    press(wait, "It works: use it")
    read(wait, "Done: from now on the sign-in asks for its code.")
    assert TOTPDevice.objects.get().confirmed

    driver.delete_all_cookies()
    office(campaign)
    sign_in(wait)
    read(wait, "Enter the code that your authenticator app shows.")
    sign_in(wait, code=code_of(secret, steps=1))
    read(wait, "Its runs")
    assert not driver.find_elements(*RUN_NOW)
    assert not driver.find_elements(*KEYS)

    nina.groups.add(Group.objects.get(name="operator"))
    office(campaign)
    read(wait, "Run now", RUN_NOW)
    assert not driver.find_elements(*KEYS)


def test_who_guesses_is_locked_out_until_an_administrator_lets_them_in_and_all_of_it_is_on_record(
    office, nina, settings
):
    settings.AXES_FAILURE_LIMIT = 2
    driver, wait = office(SIGN_IN)
    administrator = driver.get_cookie(settings.SESSION_COOKIE_NAME)
    driver.delete_all_cookies()
    office(SIGN_IN)
    sign_in(wait, "guessed")
    read(wait, "Please enter the correct username and password")
    for password in ("guessed", PASSWORD):
        sign_in(wait, password)
        read(wait, "Too many attempts: wait 15 minutes, or ask an administrator to lift the lockout.")

    driver.delete_all_cookies()
    driver.add_cookie(administrator)
    office(reverse("admin:axes_accessattempt_changelist"))
    read(wait, "LOCKED OUT")
    click(wait, By.LINK_TEXT, "nina")
    click(wait, By.PARTIAL_LINK_TEXT, "Delete")
    click(wait, By.XPATH, "//button[contains(., 'Yes, I')]")
    read(wait, "was deleted successfully")
    assert not AccessAttempt.objects.exists()
    driver.delete_all_cookies()
    office(SIGN_IN)
    sign_in(wait)
    read(wait, "Birthdays today")

    office(reverse("admin:audit_entry_changelist"))
    for verb in ("sign_in_failed", "locked_out", "signed_in"):
        read(wait, verb)
    click(wait, By.LINK_TEXT, str(Entry.objects.get(verb="locked_out").number))
    read(wait, "Hash")
    assert not driver.find_elements(By.CSS_SELECTOR, "[name=_save], [name=_continue], a[href$='/delete/']")
    told = StringIO()
    call_command("verify_audit", stdout=told)
    assert told.getvalue().startswith(f"OK: {Entry.objects.count()} entries")
