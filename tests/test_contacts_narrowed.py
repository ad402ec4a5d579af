"""The list of contacts is narrowed down to few people and to many: the same people, by plans that stay cheap."""

import pytest
from django.contrib import admin
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaigns.models import SourcedProfile
from contacts import search
from contacts.admin.narrowing import PeopleFilter
from contacts.models import Contact, Tag
from tests import bench_people
from tests.builders import a_campaign, a_contact

pytestmark = pytest.mark.django_db
PEOPLE = 3_000
MANY = [
    "status__exact=active", "born=none", "birth_month=5", "birth_month=none", "score=80-100", "score=none", "open=yes",
    "tags__id__exact={tag_common}", "tags__id__exact=none", "campaign={campaign_common}",
    "accounts__id__exact={account_common}",
]  # fmt: skip
FEW = [
    "tags__id__exact={tag_rare}",
    "campaign={campaign_rare}",
    "accounts__id__exact={account_rare}",
    "score=7-7",
]


@pytest.fixture
def crowd():
    bench_people.write(PEOPLE)
    return bench_people.belongings()


@pytest.fixture
def listed(rf, admin_user):
    """The list as its page is given it, without the page: that costs a hundred times as much."""

    def ask(query, page=1):
        request = rf.get(reverse("admin:contacts_contact_changelist"), QueryDict(f"{query}&p={page}"))
        request.user = admin_user
        return admin.site.get_model_admin(Contact).get_changelist_instance(request)

    return ask


def plan_as_for_more():
    """PostgreSQL plans by what is there: counted, and without what it likes for a few thousand rows only."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_seqscan = off")


def statement_of(listed, query):
    with CaptureQueriesContext(connection) as asked:
        page = listed(query)
    [statement] = [one["sql"] for one in asked if '."notes"' in one["sql"]]
    return page, statement


def plan_of(statement):
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {'QUERY PLAN ' * (connection.vendor == 'sqlite')}{statement}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())


def test_many_are_met_along_an_index_of_names_without_a_sort(listed, crowd, monkeypatch):
    monkeypatch.setattr(PeopleFilter, "most", 50)
    plan_as_for_more()
    # In the order of an index PostgreSQL takes no column that IS NULL for settled: it weighs a sort against the walk.
    unknown = [query for query in MANY if query.startswith("b") and query.endswith("none")]
    for query in ["", *(query for query in MANY if connection.vendor == "sqlite" or query not in unknown)]:
        _, statement = statement_of(listed, query.format(**crowd))
        plan = plan_of(statement)
        assert "name_idx" in plan, (query, plan)
        assert "Sort" not in plan, (query, plan)
        assert "TEMP B-TREE" not in plan, (query, plan)


def test_few_are_looked_up_by_themselves(listed, crowd):
    plan_as_for_more()
    for query in FEW:
        page, statement = statement_of(listed, query.format(**crowd))
        plan = plan_of(statement)
        assert 0 < page.result_count <= 60, query
        assert "contact_name_idx" not in plan, (query, plan)
        assert "Seq Scan on contacts_contact" not in plan, (query, plan)


def test_few_and_many_are_the_same_people(listed, crowd, monkeypatch):
    def ids(query, most):
        monkeypatch.setattr(PeopleFilter, "most", most)
        return [person.pk for page in (1, 2) for person in listed(query, page).result_list]

    for query in [*MANY, "born=month", "born=week", "score=0-59&tags__id__exact={tag_common}"]:
        query = query.format(**crowd)
        assert ids(query, 0) == ids(query, PEOPLE) != [], query


def test_the_only_filter_counts_for_the_list_and_two_count_together(listed, crowd, monkeypatch):
    def count(query):
        return listed(query.format(**crowd)).result_count

    for most in (10, PEOPLE):
        monkeypatch.setattr(PeopleFilter, "most", most)
        third = "tags__id__exact={tag_common}"
        assert count(third) == PEOPLE // 3
        assert count(f"{third}&campaign={{campaign_common}}") == PEOPLE // 12
        assert count(f"{third}&status__exact=gone") == PEOPLE // 600
        assert count(f"{third}&birthday_source__exact=imported") == 0
        assert count(f"{third}&q=rarename") == 16


def test_somebody_whom_two_searches_found_twice_is_one_person(listed):
    campaign = a_campaign()
    ada = a_contact("Ada Martin", campaign)
    for number in (1, 2):
        other = a_campaign(campaign.account, name=f"search {number}", kind="sourcing")
        SourcedProfile.objects.create(campaign=other, contact=ada, search_page=1, search_index=0, score=80)
    page = listed("score=80-100")
    assert (page.result_count, list(page.result_list)) == (1, [ada])


def test_people_are_counted_however_many_rows_are_about_each(listed, monkeypatch):
    campaign = a_campaign()
    searches = [a_campaign(campaign.account, name=f"search {n}", kind="sourcing") for n in range(3)]
    for name in ("Ada Martin", "Ben Roux"):
        person = a_contact(name, campaign)
        for search_of in searches:
            SourcedProfile.objects.create(
                campaign=search_of, contact=person, search_page=1, search_index=0, score=80
            )
    for counts_to, counted in ((1, 2), (2, 2), (4, 2), (10, 2)):
        monkeypatch.setattr(PeopleFilter, "counts_to", counts_to)
        assert listed("score=80-100").result_count == counted, counts_to


def test_who_is_open_to_work_is_told_by_an_index_alone(listed, crowd):
    plan_as_for_more()
    with CaptureQueriesContext(connection) as asked:
        page = listed("open=yes")
    about = [one["sql"] for one in asked if "is_open" in one["sql"]]
    assert (page.result_count, len(about)) == (PEOPLE // 50, 2)
    # Of a few hundred profiles PostgreSQL reads those that are open either way.
    for statement in about if connection.vendor == "sqlite" else about[:1]:
        assert "sourced_profile_is_open_idx" in plan_of(statement), plan_of(statement)


def test_who_is_open_to_work_follows_what_the_profile_says():
    profile = SourcedProfile.objects.create(
        campaign=a_campaign(), contact=a_contact("Ada Martin"), search_page=1, search_index=0
    )
    for shown, is_open in (
        ({"open_to_work": True}, True), ({"open_to_work": False}, False), ({"open_to_work": None}, False),
        ({}, False),
    ):  # fmt: skip
        SourcedProfile.objects.filter(pk=profile.pk).update(profile=shown)
        assert SourcedProfile.objects.get().is_open is is_open, shown


def test_those_without_a_tag_are_offered_where_there_are_tags(listed):
    def choices():
        offered = {str(one.title): one for one in listed("").filter_specs}
        return [str(title) for _value, title in offered["tags"].lookup_choices] if "tags" in offered else []

    ada, ben = a_contact("Ada Martin"), a_contact("Ben Roux")
    assert choices() == []
    Tag.objects.create(name="family").give([ada.pk])
    assert choices() == ["family", "No tag"]
    assert list(listed("tags__id__exact=none").result_list) == [ben]
    assert set(listed("tags__id__exact=x").result_list) == {ada, ben}


def test_an_index_of_words_from_before_is_made_anew():
    a_contact("Ada Martin")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE contacts_search")
            cursor.execute(
                "CREATE VIRTUAL TABLE contacts_search USING fts5(name, company, position, email, "
                "content='contacts_contact', content_rowid='id', prefix='2 3')"
            )
    search.look_after(connection)
    assert len(search.found("a")) == 1
    Contact.objects.update(name="Bo Lund")
    assert (search.found("ada"), len(search.found("lun"))) == ([], 1)


def test_words_that_were_written_without_their_index_are_found_after_it_is_made():
    search.drop(connection)
    a_contact("Ada Martin")
    search.look_after(connection)
    assert len(search.found("mart")) == 1


def test_a_whole_word_is_found_as_its_beginnings_are():
    for name in ("Ann Lee", "Anna Lee", "Annabel Lee"):
        a_contact(name)
    assert [len(search.found(word)) for word in ("ann", "anna", "annabel", "a")] == [3, 2, 1, 3]
