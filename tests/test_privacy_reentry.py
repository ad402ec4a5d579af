"""Whoever was erased, or said no, comes back by none of these ways."""

from functools import partial
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse

from campaigns import data_rights, duplicates
from contacts import privacy
from contacts.harvest import remember_cards
from contacts.models import Contact, ContactAlias, Erased
from contacts.profile_urls import canonical
from tests.builders import TODAY, a_campaign, a_card, a_contact
from tests.fakes import FakeClock

pytestmark = pytest.mark.django_db

ADA = "https://www.linkedin.com/in/ada-martin/"
OLD = "https://www.linkedin.com/in/ada-before/"
MEMBER = "ACoAAada123"
EMAIL = "ada@example.org"
FILES = {
    "LinkedIn's own export": ("c.csv", "First Name,Last Name,URL,Connected On\nAda,Martin,{url},12 Apr 2019\n"),
    "another CSV": ("p.csv", "name,url,birthday\nAda Martin,{url},11-23\n"),
    "a vCard": ("a.vcf", "BEGIN:VCARD\nVERSION:3.0\nFN:Ada Martin\nURL:{url}\nBDAY:--1123\nEND:VCARD\n"),
    "a calendar": (
        "b.ics",
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Ada Martin's birthday\nDTSTART:20201123\nRRULE:FREQ=YEARLY\n"
        "URL:{url}\nEND:VEVENT\nEND:VCALENDAR\n",
    ),
}  # fmt: skip
ADDRESSES = {
    "the same address": ADA,
    "in capitals": "HTTPS://www.LinkedIn.com/in/Ada-Martin",
    "on a country's host": "https://fr.linkedin.com/in/ada-martin/",
    "with a query": ADA + "?trk=people&x=1#top",
    "percent-encoded": "https://www.linkedin.com/in/%61da%2Dmartin/",
    "under a sub-page": ADA + "details/experience/",
    "under the old slug": OLD,
    "under the member id": f"https://www.linkedin.com/in/{MEMBER}/",
}


@pytest.fixture
def campaign():
    return a_campaign()


@pytest.fixture
def ada(campaign):
    ada = a_contact("Ada Martin", campaign, member_id=MEMBER, email=EMAIL)
    ContactAlias.objects.create(contact=ada, profile_url=OLD)
    return ada


@pytest.fixture(params=["erased", "silenced"])
def said_no(request, ada):
    """Ada is no contact any more: erased, or silenced and then removed by hand."""
    if request.param == "erased":
        erase()
    else:
        ada.do_not_contact("asked")
        ada.delete()
    return request.param


def erase():
    data_rights.erase(privacy.identity_of(ADA), FakeClock().now(), lambda words, accounts: {})


def stays_out(said_no):
    """Erased: there is nobody. Silenced: perhaps somebody, and nobody may write to them."""
    everybody = list(Contact.objects.all())
    assert said_no == "silenced" or everybody == []
    return all(one.status == "do_not_contact" and one.why_not_contact() for one in everybody)


def import_file(tmp_path, name, content):
    (tmp_path / name).write_text(content)
    out = StringIO()
    call_command("import_contacts", str(tmp_path / name), "--account", "ada", stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("file", FILES)
def test_by_importing(said_no, tmp_path, file):
    name, content = FILES[file]
    told = import_file(tmp_path, name, content.format(url=ADA))
    assert stays_out(said_no)
    assert said_no == "silenced" or "Ada" not in told


@pytest.mark.parametrize("address", ADDRESSES)
def test_by_an_address_in_another_form(said_no, tmp_path, address):
    import_file(tmp_path, "p.csv", f"name,url\nAda Martin,{ADDRESSES[address]}\n")
    assert stays_out(said_no)


def test_by_a_new_address_with_the_same_e_mail(said_no, tmp_path):
    new = "https://www.linkedin.com/in/ada-roux/"
    import_file(tmp_path, "p.csv", f"name,url,email\nAda Roux,{new},ADA@Example.org\n")
    assert stays_out(said_no)


@pytest.mark.parametrize(
    "card",
    [
        a_card("Ada Martin", member_id=None),
        a_card("Ada Roux", member_id=MEMBER),
        a_card("Ada Martin", profile_url=f"https://www.linkedin.com/in/{MEMBER}/", member_id=None),
    ],
    ids=["address", "renamed", "member id"],
)
def test_by_the_networks_birthday_list(said_no, campaign, card):
    notes = remember_cards(
        [card], campaign.account_id, TODAY, "02-28", partial(duplicates.merge, now=FakeClock().now())
    )
    assert stays_out(said_no)
    assert notes == (
        ["passed over in the birthday list, because they were erased: 1"] if said_no == "erased" else []
    )


def test_by_the_new_address_that_the_list_showed_with_the_member_id(said_no, campaign, tmp_path):
    """A renamed slug is learnt: a later file that knows nothing but the new one brings nobody."""
    remember_cards([a_card("Ada Roux", member_id=MEMBER)], campaign.account_id, TODAY, "02-28")
    Contact.objects.all().delete()
    import_file(tmp_path, "p.csv", "name,url\nAda Roux,https://www.linkedin.com/in/ada-roux/\n")
    assert stays_out(said_no)


def test_by_an_entry_in_the_admin(said_no, admin_client):
    form = {
        "name": "Ada", "profile_url": "https://fr.linkedin.com/in/Ada-Martin?x=1",
        "aliases-TOTAL_FORMS": 0, "aliases-INITIAL_FORMS": 0,
        "interactions-TOTAL_FORMS": 0, "interactions-INITIAL_FORMS": 0,
    }  # fmt: skip
    page = admin_client.post(reverse("admin:contacts_contact_add"), form)
    assert stays_out(said_no)
    assert (page.status_code == 302) == (said_no == "silenced")
    assert said_no == "silenced" or "was erased" in page.content.decode()


def test_as_an_alias_of_somebody_else(said_no, campaign):
    bo = a_contact("Bo Lindgren", campaign)
    alias = ContactAlias(contact=bo, profile_url=ADA)
    if said_no == "erased":
        with pytest.raises(ValidationError, match="erased"):
            alias.full_clean()
        with pytest.raises(Erased):
            alias.save()
        assert not ContactAlias.objects.exists()
    else:
        alias.full_clean()
        alias.save()
        bo.refresh_from_db()
        assert bo.why_not_contact() == "Do Not Contact: on the list of those who said no"


@pytest.mark.parametrize("change", [{"profile_url": ADA}, {"member_id": MEMBER}, {"email": EMAIL}])
def test_by_what_somebody_elses_contact_is_changed_to(said_no, campaign, change):
    bo = a_contact("Bo Lindgren", campaign)
    for field, value in change.items():
        setattr(bo, field, value)
    if said_no == "erased" and "email" not in change:
        with pytest.raises(Erased):
            bo.save()
        return
    bo.save(update_fields=[*change])
    bo.refresh_from_db()
    assert bo.status == "do_not_contact"


@pytest.mark.parametrize("is_kept", [True, False])
def test_by_being_merged_with_somebody_who_did_not_say_no(campaign, ada, is_kept):
    other = a_contact("Ada Roux", campaign)
    ada.do_not_contact("asked")
    kept, gone = (ada, other) if is_kept else (other, ada)
    duplicates.merge(kept, gone, FakeClock().now())
    one = Contact.objects.get()
    assert (one.status, one.status_reason) == ("do_not_contact", "asked")
    assert {canonical(ADA), OLD} <= set(one.addresses)


def test_through_a_second_contact_of_the_same_member_id(campaign, ada):
    second = a_contact("Ada Roux", campaign)
    Contact.objects.filter(pk=second.pk).update(member_id=MEMBER)
    ada.do_not_contact("asked")
    second.refresh_from_db()
    assert second.why_not_contact().startswith("Do Not Contact: shares")


def test_through_a_contact_that_got_their_member_id_behind_the_models_back(campaign, ada):
    ada.do_not_contact("asked")
    second = a_contact("Ada Roux", campaign)
    Contact.objects.filter(pk=second.pk).update(member_id=MEMBER)
    assert second.why_not_contact() == "on the list of those who said no"


def test_by_an_import_that_gives_their_e_mail_to_somebody_known(said_no, campaign, tmp_path):
    a_contact("Bo Lindgren", campaign)
    import_file(tmp_path, "p.csv", f"name,url,email\nBo,https://www.linkedin.com/in/bo-lindgren/,{EMAIL}\n")
    bo = Contact.objects.get()
    assert bo.why_not_contact()
    assert bo.status == "do_not_contact"


def test_who_never_was_a_contact_is_kept_out_too(campaign, tmp_path):
    privacy.suppress(privacy.identity_of("https://ch.linkedin.com/in/Cy-Ortega"), "asked by phone")
    import_file(tmp_path, "p.csv", "name,url\nCy Ortega,https://www.linkedin.com/in/cy-ortega/\n")
    assert Contact.objects.get().why_not_contact()


def test_somebody_elses_birthday_is_not_held_against_them(said_no, campaign, tmp_path):
    import_file(
        tmp_path,
        "p.csv",
        "name,url,email\nAda Martin,https://www.linkedin.com/in/ada-martin-7/,a@example.org\n",
    )
    namesake = Contact.objects.get(profile_url__endswith="/ada-martin-7/")
    assert namesake.why_not_contact() == ""


def test_a_changed_mind_opens_the_door_again(said_no, tmp_path):
    assert privacy.lift(privacy.identity_of(ADA)) == 1
    import_file(tmp_path, "p.csv", f"name,url\nAda Martin,{ADA}\n")
    assert Contact.objects.get().why_not_contact() == ""
