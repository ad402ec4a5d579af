"""Staff import a file after they saw what it would change, and make one contact of two that are one person."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By

from contacts.models import Contact
from tests.builders import a_contact, an_account
from tests.journeys.admin.acts import click, press, read, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
CSV = """First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ada,Martin,https://www.linkedin.com/in/ada-martin,,Acme,Chief,01 Jan 2024
Ada,Martin-Roux,https://www.linkedin.com/in/ada-martin-roux,ada@example.org,,,02 Jan 2024
Eve,Bad,https://evil.example/in/eve,,,,03 Jan 2024
"""


def test_a_file_is_imported_after_its_preview_and_two_contacts_become_one(office, tmp_path):
    an_account()
    ada = a_contact("Ada Martin", company="Old Works")
    (tmp_path / "Connections.csv").write_text(CSV)
    driver, wait = office(reverse("admin:contacts_contact_changelist"))
    click(wait, By.LINK_TEXT, "Import a file…")
    read(wait, "You see what it would change before anything is.")
    driver.find_element(By.NAME, "file").send_keys(str(tmp_path / "Connections.csv"))
    press(wait, "Show what it would change")
    read(wait, "Nothing has been changed yet.")
    told = driver.find_element(By.CSS_SELECTOR, ".person").text
    for words in ("1 new", "1 changed", "1 refused", "Old Works", "Acme", "Ada Martin-Roux", "Line 4:"):
        assert words in told, told
    assert Contact.objects.get().company == "Old Works"

    press(wait, "Import it")
    read(wait, "Imported: 1 new, 1 changed, 1 refused.")
    ada.refresh_from_db()
    assert (ada.company, Contact.objects.count()) == ("Acme", 2)

    click(wait, By.LINK_TEXT, "Ada Martin")
    click(wait, By.PARTIAL_LINK_TEXT, "Merge with another contact")
    read(wait, "Who is the same person as Ada Martin?")
    write(wait, "#q", "roux")
    press(wait, "Search")
    click(wait, By.LINK_TEXT, "Ada Martin-Roux")
    read(wait, "this is not undone")
    pair = driver.find_element(By.CSS_SELECTOR, ".person-pair").text
    assert "ada-martin-roux" in pair
    assert "ada@example.org" in pair
    press(wait, "They are one person: merge")
    read(wait, "Ada Martin-Roux is now one contact with Ada Martin.")
    kept = Contact.objects.get()
    assert (kept.pk, kept.email) == (ada.pk, "ada@example.org")
    assert "https://www.linkedin.com/in/ada-martin-roux/" in kept.aliases.values_list(
        "profile_url", flat=True
    )
