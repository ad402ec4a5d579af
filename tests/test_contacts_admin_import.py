"""A file is imported in the admin after its preview, which changes nothing."""

from hashlib import shake_256

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile

from campaigns.admin.importing import MOST_BYTES
from contacts.models import Contact
from engine.models import Account
from tests.builders import a_contact, an_account

pytestmark = pytest.mark.django_db
PAGE = "/admin/contacts/contact/import/"
CSV = """First Name,Last Name,URL,Email Address,Company,Position,Connected On
Ada,Martin,https://www.linkedin.com/in/ada-martin,,Acmé,<script>alert(1)</script>,01 Jan 2024
Ben,Roux,https://www.linkedin.com/in/ben-roux,,=cmd,Chief,02 Jan 2024
Eve,Bad,https://evil.example/in/eve,,,,03 Jan 2024
""".encode()


@pytest.fixture
def account():
    return an_account()


def upload(client, account, content=CSV, name="Connections.csv"):
    return client.post(PAGE, {"file": SimpleUploadedFile(name, content), "account": account.pk})


def test_a_preview_says_what_would_change_and_changes_nothing(admin_client, account):
    a_contact("Ada Martin", company="Old")
    page = upload(admin_client, account)
    html = page.content.decode()
    assert dict(page.context["counts"]) == {
        "new": 1,
        "changed": 1,
        "unchanged": 0,
        "unmatched": 0,
        "refused": 1,
    }
    assert [person.name for person in page.context["new"]] == ["Ben Roux"]
    changes = {change["field"]: (change["was"], change["will_be"]) for change in page.context["changes"]}
    assert changes["company"] == ("Old", "Acmé")
    assert "<script>alert(1)" not in html
    assert "Line 4:" in html
    assert Contact.objects.get().company == "Old"


def test_what_was_seen_is_what_is_imported(admin_client, account):
    packed = upload(admin_client, account).context["packed"]
    assert not Contact.objects.exists()
    told = admin_client.post(PAGE, {"packed": packed}, follow=True).content.decode()
    assert "Imported: 2 new, 0 changed, 1 refused." in told
    assert Contact.objects.get(name="Ada Martin").company == "Acmé"
    assert set(account.contacts.values_list("name", flat=True)) == {"Ada Martin", "Ben Roux"}


def test_a_preview_that_was_altered_imports_nothing(admin_client, account):
    packed = upload(admin_client, account).context["packed"]
    told = admin_client.post(PAGE, {"packed": packed[:-2] + "xx"}, follow=True).content.decode()
    assert "Nothing was imported" in told
    assert not Contact.objects.exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [(b"\x00\x01\x02 nothing", 'role="alert"'), (b"x" * 1_000_001, "more than 1 MB"), (b"", 'role="alert"')],
)
def test_a_file_that_is_none_of_ours_is_refused_with_the_reason(admin_client, account, content, told):
    page = upload(admin_client, account, content)
    assert told in page.content.decode()
    assert "packed" not in page.context
    assert not Contact.objects.exists()


def test_the_largest_file_fits_into_the_form_whatever_its_bytes(admin_client, account):
    noise = shake_256(b"seed").digest(MOST_BYTES - len(CSV) - 1).translate(None, b"\x00\r\n")
    packed = upload(admin_client, account, CSV + b"\n" + noise).context["packed"]
    assert len(packed) > MOST_BYTES
    told = admin_client.post(PAGE, {"packed": packed}, follow=True)
    assert (told.status_code, Contact.objects.count()) == (200, 2)


def test_the_list_leads_there_and_the_form_offers_the_accounts(admin_client, account):
    assert PAGE in admin_client.get("/admin/contacts/contact/").content.decode()
    form = admin_client.get(PAGE).context["form"]
    assert set(form.fields["account"].queryset) == set(Account.objects.all())


def test_only_who_may_add_and_change_contacts_imports(client, account):
    viewer = User.objects.create_user("vera", password="x", is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="add_contact"))
    client.force_login(viewer)
    assert client.get(PAGE).status_code == 403
    assert upload(client, account).status_code == 403
