"""Writing imported rows: upsert by address, match by e-mail, nothing erased, nothing twice."""

from datetime import date

import pytest

from contacts.birthdays import Birthday
from contacts.importing.formats import Format
from contacts.importing.report import LONGEST_LIST, Report
from contacts.importing.rows import Refused, Row
from contacts.importing.seen import PeopleSeen
from contacts.importing.writer import ROWS_AT_ONCE, Writer
from contacts.models import Contact, ContactAlias
from engine.models import Account

pytestmark = pytest.mark.django_db

ADA = "https://www.linkedin.com/in/ada-martin/"
BEN = "https://www.linkedin.com/in/ben-novak/"


@pytest.fixture
def account():
    return Account.objects.create(name="own")


@pytest.fixture
def write(account):
    """One import of these rows; its report."""

    def write_rows(*rows: Row | Refused, of: Format = Format.CONNECTIONS) -> Report:
        report = Report()
        Writer(account.pk, report).write("people", of, rows)
        return report

    return write_rows


def the_contact():
    return Contact.objects.get()


def counts(report):
    return {name: count for name, count in report.counts.items() if count}


def test_a_new_person_is_created_with_everything_and_as_a_connection(write, account):
    row = Row(
        2,
        ADA,
        "Ada Martin",
        "Ada",
        ("ada@example.org",),
        "Acme",
        "CEO",
        date(2019, 4, 12),
        Birthday(2, 29, 1988),
    )
    assert counts(write(row)) == {"new": 1}
    contact = the_contact()
    assert (contact.name, contact.first_name, contact.email) == ("Ada Martin", "Ada", "ada@example.org")
    assert (contact.company, contact.position, contact.connected_on) == ("Acme", "CEO", date(2019, 4, 12))
    assert (contact.birthday, contact.birthday_source) == (Birthday(2, 29, 1988), "imported")
    assert list(contact.accounts.all()) == [account]


@pytest.mark.parametrize("file_format", Format)
def test_the_second_import_changes_nothing(write, file_format):
    Contact.objects.create(profile_url=BEN, name="Ben", email="Ben@Example.org", company="Old")
    rows = [
        Row(2, None, "Someone", emails=("ben@example.org",), birthday=Birthday(4, 12)),
        Row(3, ADA, "Ada Martin", company="Acme", birthday=Birthday(5, 1)),
        Row(4, ADA, "Ada M.", company="Other", emails=("ada@example.org",), birthday=Birthday(6, 1)),
        Row(5, BEN, "Ben Novak", company="New", birthday=Birthday(4, 12, 1985)),
        Row(6, None, "Ada", emails=("ada@example.org",), first_name="Ada"),
    ]
    write(*rows, of=file_format)
    before = list(Contact.objects.order_by("pk").values())
    second = write(*rows, of=file_format)
    assert second.counts["new"] == second.counts["changed"] == 0
    assert list(Contact.objects.order_by("pk").values()) == before


def test_a_later_export_corrects_what_an_earlier_one_said(write):
    write(Row(2, ADA, "Ada Martin", company="Acme", birthday=Birthday(4, 12)))
    before = the_contact().updated_at
    report = write(Row(2, ADA, "Ada Roux", company="Atelier", birthday=Birthday(4, 13)))
    assert counts(report) == {"changed": 1}
    contact = the_contact()
    assert (contact.name, contact.company, contact.birthday) == ("Ada Roux", "Atelier", Birthday(4, 13))
    assert contact.updated_at > before


def test_empty_values_erase_nothing(write):
    write(
        Row(
            2,
            ADA,
            "Ada Martin",
            "Ada",
            ("ada@example.org",),
            "Acme",
            "CEO",
            date(2019, 4, 12),
            Birthday(4, 12),
        )
    )
    before = Contact.objects.values().get()
    assert counts(write(Row(2, ADA))) == {"unchanged": 1}
    assert Contact.objects.values().get() == before


def test_an_address_book_completes_people_and_corrects_none_of_their_names(write):
    write(Row(2, ADA, "Ada Martin", "Ada"))
    row = Row(1, ADA, "Auntie", "Auntie", ("ada@example.org",), "Acme", birthday=Birthday(4, 12))
    assert counts(write(row, of=Format.VCARD)) == {"changed": 1}
    contact = the_contact()
    assert (contact.name, contact.first_name, contact.company) == ("Ada Martin", "Ada", "Acme")
    assert contact.birthday == Birthday(4, 12)


def test_the_first_of_two_rows_about_one_person_wins_and_the_second_completes_it(write):
    report = write(Row(2, ADA, "Ada Martin", company="Acme"), Row(3, ADA, "Eve", position="CEO"))
    assert counts(report) == {"new": 1, "changed": 1}
    contact = the_contact()
    assert (contact.name, contact.company, contact.position) == ("Ada Martin", "Acme", "CEO")


def test_a_row_without_an_address_finds_its_person_by_e_mail_in_any_case(write):
    Contact.objects.create(profile_url=ADA, name="Ada", email="Ada@Example.ORG")
    row = Row(1, None, "Somebody", emails=("other@example.org", "ada@example.org"), birthday=Birthday(4, 12))
    assert counts(write(row, of=Format.VCARD)) == {"changed": 1}
    assert the_contact().birthday == Birthday(4, 12)


def test_a_row_without_an_address_finds_a_person_that_comes_later_in_the_file(write):
    report = write(
        Row(1, None, "A", emails=("ada@example.org",), birthday=Birthday(4, 12)),
        Row(9, ADA, "Ada", emails=("ada@example.org",)),
    )
    assert counts(report) == {"new": 1, "changed": 1}
    assert the_contact().birthday == Birthday(4, 12)


def test_nobody_is_matched_by_name_or_by_an_e_mail_of_two_people(write):
    Contact.objects.create(profile_url=ADA, name="Ada Martin", email="us@example.org")
    Contact.objects.create(profile_url=BEN, name="Ben", email="us@example.org")
    report = write(
        Row(1, None, "Ada Martin", birthday=Birthday(4, 12)),
        Row(2, None, "Ada Martin", emails=("us@example.org",), birthday=Birthday(4, 12)),
        Row(3, None, "", emails=("nobody@example.org",)),
        of=Format.VCARD,
    )
    assert counts(report) == {"unmatched": 3}
    assert [note.reason for note in report.notes] == [
        "unmatched: Ada Martin; neither address nor e-mail",
        "unmatched: Ada Martin; not exactly one contact has the e-mail",
        "unmatched: no name; not exactly one contact has the e-mail",
    ]
    assert not Contact.objects.exclude(birth_month=None).exists()


def test_a_calendar_creates_nobody(write):
    report = write(Row(4, ADA, "Ada", birthday=Birthday(4, 12)), of=Format.ICALENDAR)
    assert counts(report) == {"unmatched": 1}
    assert report.notes[0].reason == f"unmatched: Ada; no contact has the address {ADA}"
    assert not Contact.objects.exists()


def test_an_old_address_and_a_member_id_lead_to_the_same_person(write):
    contact = Contact.objects.create(profile_url=ADA, name="Ada", member_id="ACoAAB1cD2")
    old = "https://www.linkedin.com/in/ada-old/"
    ContactAlias.objects.create(contact=contact, profile_url=old)
    by_id = "https://www.linkedin.com/in/ACoAAB1cD2/"
    report = write(
        Row(2, old, company="Acme"), Row(3, by_id, position="CEO"), Row(4, ADA, emails=("a@example.org",))
    )
    assert counts(report) == {"changed": 3}
    contact = the_contact()
    assert (contact.company, contact.position, contact.email) == ("Acme", "CEO", "a@example.org")
    assert contact.profile_url == ADA


def test_a_person_known_by_a_member_id_alone_keeps_it(write):
    write(Row(2, "https://www.linkedin.com/in/ACoAAB1cD2/", "Ada"))
    assert the_contact().member_id == "ACoAAB1cD2"


@pytest.mark.parametrize(("source", "whose"), [("network", "the network's"), ("", "entered by hand")])
def test_a_birthday_that_the_network_or_a_person_gave_is_kept_and_the_conflict_told(write, source, whose):
    Contact.objects.create(profile_url=ADA, name="Ada", birth_month=4, birth_day=12, birthday_source=source)
    report = write(Row(7, ADA, birthday=Birthday(4, 13)), of=Format.VCARD)
    assert counts(report) == {"unchanged": 1}
    assert [(note.line, note.reason) for note in report.notes] == [
        (7, f"birthday 04-13 not taken: 04-12 is {whose}")
    ]
    assert the_contact().birthday == Birthday(4, 12)


def test_a_year_of_birth_completes_the_networks_birthday(write):
    Contact.objects.create(
        profile_url=ADA, name="Ada", birth_month=4, birth_day=12, birthday_source="network"
    )
    assert counts(write(Row(1, ADA, birthday=Birthday(4, 12, 1985)), of=Format.VCARD)) == {"changed": 1}
    assert counts(write(Row(1, ADA, birthday=Birthday(4, 12)), of=Format.VCARD)) == {"unchanged": 1}
    contact = the_contact()
    assert (contact.birthday, contact.birthday_source) == (Birthday(4, 12, 1985), "network")


def test_who_is_not_to_be_contacted_stays_so_and_does_not_come_back_under_another_address(write):
    Contact.objects.create(profile_url=ADA, name="Ada", email="Ada@example.org", status="do_not_contact")
    renamed = "https://www.linkedin.com/in/ada-roux/"
    report = write(Row(2, ADA, "Ada Roux"), Row(3, renamed, "Ada Roux", emails=("ada@example.org",)))
    assert counts(report) == {"changed": 1, "new": 1}
    assert {contact.status for contact in Contact.objects.all()} == {"do_not_contact"}
    assert "not to be contacted" in report.notes[0].reason


def test_somebody_gone_is_not_brought_back(write):
    Contact.objects.create(profile_url=ADA, name="Ada", status="gone")
    write(Row(2, ADA, "Ada Martin"))
    assert the_contact().status == "gone"


@pytest.mark.parametrize(
    ("file_format", "is_linked"), [(Format.CONNECTIONS, True), (Format.CSV, True), (Format.VCARD, False)]
)
def test_only_a_list_of_connections_links_somebody_known_to_the_account(
    write, account, file_format, is_linked
):
    contact = Contact.objects.create(profile_url=ADA, name="Ada")
    report = write(Row(2, ADA, "Ada"), of=file_format)
    assert counts(report) == {"changed" if is_linked else "unchanged": 1}
    assert contact.accounts.filter(pk=account.pk).exists() is is_linked


def test_a_card_with_a_new_address_becomes_a_connection(write, account):
    write(Row(2, ADA, "Ada"), of=Format.VCARD)
    assert the_contact().accounts.get() == account


def test_long_values_are_cut_to_their_columns(write):
    write(Row(2, ADA, "x" * 400, "y" * 400, ("a@example.org",), "c" * 400, "p" * 400))
    contact = the_contact()
    contact.full_clean()
    assert (len(contact.name), len(contact.first_name), len(contact.company)) == (300, 150, 300)


def test_refused_rows_and_remarks_are_told_with_their_line(write):
    report = write(Refused(3, "broken"), Row(4, ADA, remark="birthday not understood: x"))
    assert counts(report) == {"refused": 1, "new": 1}
    told = report.as_json()
    assert told["refused"] == [{"file": "people", "line": 3, "reason": "broken"}]
    assert told["notes"] == [{"file": "people", "line": 4, "reason": "birthday not understood: x"}]


def test_a_report_of_millions_of_refusals_stays_small():
    report = Report()
    for line in range(LONGEST_LIST + 5):
        report.refuse("people", line, "broken")
        report.note("people", line, "odd")
    assert report.counts["refused"] == LONGEST_LIST + 5
    assert len(report.refused) == len(report.notes) == LONGEST_LIST


@pytest.mark.unmeasured
def test_people_in_different_chunks_and_in_two_accounts_are_the_same_people(write, account):
    total = ROWS_AT_ONCE + 50
    people = [Row(n, f"https://www.linkedin.com/in/p{n}/", f"P {n}", company="Acme") for n in range(total)]
    assert counts(write(*people, Row(9_000, people[0].profile_url, "Eve"))) == {"new": total, "unchanged": 1}
    other = Account.objects.create(name="other")
    report = Report()
    Writer(other.pk, report).write("people", Format.CONNECTIONS, people)
    assert counts(report) == {"changed": total}
    assert other.contacts.count() == account.contacts.count() == total
    assert counts(write(*people)) == {"unchanged": total}


def test_a_chunk_costs_a_bounded_number_of_queries(write, django_assert_max_num_queries):
    people = [Row(n, f"https://www.linkedin.com/in/p{n}/", f"P {n}") for n in range(900)]
    with django_assert_max_num_queries(40):
        write(*people)
    with django_assert_max_num_queries(12):
        write(*people)


def test_who_was_spoken_of_is_remembered_by_key():
    seen = PeopleSeen()
    seen.add(Contact(pk=4_097))
    seen.add(Contact())
    assert Contact(pk=4_097) in seen
    assert Contact(pk=1) not in seen
    assert Contact() in seen
