"""Lists: a page at a time, at the same price however long and however deep, narrowed down by what is understood."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import Campaign, Run, SourcedProfile
from contacts.models import Contact, Interaction
from contacts.tags import Tag
from engine.models import Account
from linkedin_bot.api.cursors import Position
from tests.api_client import Program, a_key, told_fields
from tests.builders import TODAY, a_bit_of_everything, a_campaign, a_contact, an_account

pytestmark = pytest.mark.django_db
NAMES = ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr", "Mary Somerville", "Emmy Noether"]


@pytest.fixture
def program():
    return Program(a_key())


@pytest.fixture
def campaign():
    Account.objects.all().delete()
    return a_campaign(an_account("ada"))


def names(answer):
    assert answer.status_code == 200, answer.content
    return [one["name"] for one in answer.json()["results"]]


def pages(program, address):
    """Each page's names, as far as `next` leads."""
    found = []
    while address:
        answer = program.get(address)
        found.append(names(answer))
        address = answer.json()["next"]
    return found


@pytest.mark.unmeasured
@pytest.mark.parametrize(
    "ordering", ["", "&ordering=id", "&ordering=created_at", "&ordering=-created_at", "&ordering=-id"]
)
def test_every_page_leads_to_the_next_one_and_back_with_nobody_twice_or_left_out(program, campaign, ordering):
    for name in NAMES:
        a_contact(name, campaign)
    # An import gives all of its people the same time.
    Contact.objects.exclude(name=NAMES[4]).update(created_at=datetime(2026, 1, 1, tzinfo=UTC))
    found = pages(program, f"/contacts?limit=2{ordering}")
    assert [len(page) for page in found] == [2, 2, 1]
    assert [name for page in found for name in page] == (NAMES[::-1] if "-" in ordering else NAMES)

    second = program.get(program.get(f"/contacts?limit=2{ordering}").json()["next"]).json()
    first = program.get(second["previous"]).json()
    assert [one["name"] for one in first["results"]] == found[0]
    assert first["previous"] is None
    assert names(program.get(first["next"])) == found[1]


def test_who_comes_meanwhile_moves_nobody_to_another_page(program, campaign):
    for name in NAMES[:3]:
        a_contact(name, campaign)
    after = program.get("/contacts?limit=2").json()["next"]
    Contact.objects.filter(name=NAMES[0]).delete()
    a_contact(NAMES[3], campaign)
    assert names(program.get(after)) == NAMES[2:4]


def test_an_empty_list_has_no_neighbours(program):
    assert program.get("/contacts").json() == {"next": None, "previous": None, "results": []}


def cursor(*parts):
    return Position(*parts).encode()


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=0", "limit"),
        ("limit=201", "limit"),
        ("limit=abc", "limit"),
        ("limit=", "limit"),
        ("limit=%00", "limit"),
        ("limit=٣", "limit"),
        ("limit=1&limit=2", "limit"),
        ("cursor=", "cursor"),
        ("cursor=abc", "cursor"),
        ("cursor=%00", "cursor"),
        ("cursor=é", "cursor"),
        (f"cursor={cursor('id', '', -1, False)}", "cursor"),
        (f"cursor={cursor('name', '', 1, False)}", "cursor"),
        (f"cursor={cursor('created_at', 'now', 1, False)}&ordering=created_at", "cursor"),
        (f"cursor={cursor('created_at', '', 1, False)}&ordering=created_at", "cursor"),
        ("ordering=name", "ordering"),
        ("ordering=created_at,id&cursor=W10", "cursor"),
        ("page=%00", "page"),
        ("n=abc", "n"),
        ("status=asleep", "status"),
        ("min_score=101", "min_score"),
        ("min_score=-1", "min_score"),
        ("min_score=NaN", "min_score"),
        ("min_score=1.5", "min_score"),
        ("min_score=1e400", "min_score"),
        ("q=a", "q"),
        ("q=%00%00", "q"),
        ("q=" + "a" * 101, "q"),
        ("birthday_from=31-12", "birthday_from"),
        ("birthday_from=02-30", "birthday_from"),
        ("birthday_to=1-1", "birthday_to"),
        ("birthday_to=٠١-٠١", "birthday_to"),
        ("account=%00", "account"),
    ],
)
def test_a_parameter_that_is_not_understood_is_named(program, query, field):
    assert told_fields(program.get(f"/contacts?{query}")) == {field}


@pytest.mark.parametrize(
    ("address", "field"),
    [
        ("/interactions?contact=abc", "contact"),
        ("/interactions?contact=99999999999999999999", "contact"),
        ("/interactions?since=yesterday", "since"),
        ("/interactions?since=0001-01-01T00:00:00%2B01:00", "since"),
        ("/interactions?type=hug", "type"),
        ("/campaigns?kind=spam", "kind"),
        ("/campaigns/runs?outcome=good", "outcome"),
        ("/approvals?status=planned", "status"),
    ],
)
def test_so_it_is_in_every_list(program, address, field):
    assert told_fields(program.get(address)) == {field}


def test_a_list_of_actions_says_so_too(program, campaign):
    assert told_fields(program.get(f"/campaigns/{campaign.pk}/actions?status=x")) == {"status"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr", "Mary Somerville"]),
        ("status=active", ["Ada Lovelace", "Grace Hopper", "Mary Somerville"]),
        ("q=LOVE", ["Ada Lovelace"]),
        ("q=navy", ["Grace Hopper"]),
        ("min_score=70", ["Grace Hopper"]),
        ("min_score=100", []),
        ("tag=friends", ["Mary Somerville"]),
        ("account=ada", ["Ada Lovelace", "Grace Hopper", "Hedy Lamarr"]),
        ("account=nobody", []),
        ("birthday_from=11-09&birthday_to=12-09", ["Grace Hopper", "Hedy Lamarr"]),
        ("birthday_from=12-10", ["Ada Lovelace", "Mary Somerville"]),
        ("birthday_to=11-08", []),
        ("birthday_from=12-26&birthday_to=11-09", ["Hedy Lamarr", "Mary Somerville"]),
        ("birthday_from=12-10&birthday_to=12-10", ["Ada Lovelace"]),
    ],
)
def test_contacts_are_narrowed_down(program, campaign, query, found):
    ada = a_contact("Ada Lovelace", campaign, date(2000, 12, 10))
    grace = a_contact("Grace Hopper", campaign, date(2000, 12, 9), company="Navy")
    a_contact("Hedy Lamarr", campaign, date(2000, 11, 9), status="do_not_contact")
    mary = a_contact("Mary Somerville", None, date(2000, 12, 26))
    Tag.objects.named(["friends"])["friends"].give([mary.pk])
    for contact, score in ((ada, 60), (grace, 80)):
        SourcedProfile.objects.create(
            campaign=campaign, contact=contact, search_page=1, search_index=0, score=score
        )
    assert names(program.get(f"/contacts?{query}")) == found


def test_a_key_for_some_accounts_sees_their_people_and_no_others_scores(campaign):
    other = a_campaign(an_account("bob"))
    ada = a_contact("Ada Lovelace", campaign)
    ada.accounts.add(other.account)
    a_contact("Grace Hopper", other)
    for one, score in ((campaign, 40), (other, 90)):
        SourcedProfile.objects.create(campaign=one, contact=ada, search_page=1, search_index=0, score=score)
    program = Program(a_key(accounts=[campaign.account]))
    [seen] = program.get("/contacts").json()["results"]
    assert (seen["name"], seen["score"], seen["accounts"]) == ("Ada Lovelace", 40, ["ada"])
    assert names(program.get("/contacts?min_score=80")) == []
    assert Program(a_key()).get(f"/contacts/{ada.pk}").json()["score"] == 90


def test_interactions_come_newest_first_and_are_narrowed_down(program, campaign):
    ada, grace = a_contact("Ada Lovelace", campaign), a_contact("Grace Hopper", campaign)
    noon = datetime(2026, 11, 23, 12, tzinfo=UTC)
    for number, (contact, kind) in enumerate([(ada, "birthday_sent"), (grace, "profile_visit")]):
        Interaction.objects.create(
            contact=contact, account=campaign.account, type=kind, happened_at=noon + timedelta(hours=number),
            source_key=f"{number}", payload={"text": "Hello"},
        )  # fmt: skip

    def kinds(query):
        return [one["type"] for one in program.get(f"/interactions?{query}").json()["results"]]

    assert kinds("") == ["profile_visit", "birthday_sent"]
    assert kinds("type=birthday_sent") == ["birthday_sent"]
    assert kinds(f"contact={grace.pk}") == ["profile_visit"]
    assert kinds("since=2026-11-23T12:30:00Z") == ["profile_visit"]
    assert kinds("since=2026-11-22T16:52:00-19:38") == ["profile_visit"]
    after = program.get("/interactions?limit=1").json()["next"]
    assert [one["type"] for one in program.get(after).json()["results"]] == ["birthday_sent"]


def test_a_list_tells_of_a_contact_what_its_detail_tells(program, campaign):
    ada = a_contact("Ada Lovelace", campaign, date(1815, 12, 10), email="ada@example.org", connected_on=TODAY)
    a_contact("Grace Hopper", None, None)
    for tag in ("poets", "friends"):
        Tag.objects.named([tag])[tag].give([ada.pk])
    ada.accounts.add(an_account("zoe"))
    for row in program.get("/contacts").json()["results"]:
        detail = program.get(f"/contacts/{row['id']}").json()
        assert {name: detail[name] for name in row} == row
        assert set(detail) - set(row) == {"aliases", "member_id"}


LISTS = [
    "/contacts",
    "/interactions",
    "/campaigns",
    "/campaigns/runs",
    "/approvals",
    "/doubts",
    "/campaigns/{}/actions",
    "/campaigns/status",
]


@pytest.mark.unmeasured
@pytest.mark.parametrize("address", LISTS)
def test_a_page_of_many_costs_as_many_queries_as_a_page_of_one(campaign, address):
    program, path = Program(a_key(accounts=[campaign.account])), address.format(campaign.pk)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = program.get(path)
        assert answer.status_code == 200
        return len(asked), len(answer.content)

    fill(campaign, 0, 1)
    few, size = queries()
    fill(campaign, 1, 5)
    many, larger = queries()
    assert many == few <= 8
    assert larger > size


def fill(campaign, start, stop):
    """So many more of everything."""
    tag = Tag.objects.named(["friends"])["friends"]
    campaign.needs_approval = True
    campaign.save()
    for number in range(start, stop):
        contact, _, _ = a_bit_of_everything(campaign, f"Person {number}")
        tag.give([contact.pk])
        Campaign.objects.create(name=f"campaign-{number}", kind="birthday", account=campaign.account)
        if number:  # so that the status grows as well
            Account.objects.filter(pk=campaign.account_id).update(paused_reason="because" * number)


@pytest.mark.parametrize("kind", ["contacts", "campaigns", "campaigns/runs"])
def test_a_detail_is_sent_again_only_when_it_changed(program, campaign, kind):
    fill(campaign, 0, 1)
    one = {"contacts": Contact, "campaigns": Campaign, "campaigns/runs": Run}[kind].objects.first()
    address = f"/{kind}/{one.pk}"
    known = program.get(address).headers["ETag"]
    answer = program.get(address, headers={"If-None-Match": known})
    assert (answer.status_code, answer.content) == (304, b"")

    if kind == "contacts":
        Contact.objects.update(company="Analytical Engines")
    elif kind == "campaigns":
        Campaign.objects.update(late_days=3)
    else:
        one.note("something")
    answer = program.get(address, headers={"If-None-Match": known})
    assert answer.status_code == 200
    assert answer.headers["ETag"] != known
