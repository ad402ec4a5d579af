"""A search's address and a keep list are rebuilt from what is known; whatever else is refused by its name."""

import json
from io import StringIO

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from campaigns.keep_list import canonical_keep_list
from campaigns.management.commands.run_campaign import Command, configure, find_campaign
from campaigns.models import Campaign
from campaigns.search_urls import InvalidSearch, canonical_search
from engine.ports import Profile
from tests.builders import a_search_person, an_account, run_it
from tests.fakes import FakeNetwork

SEARCH = "https://www.linkedin.com/search/results/people/"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("?keywords=bridge%20engineer&origin=FACETED_SEARCH&sid=x%2F1&page=3", "?keywords=bridge+engineer"),
        ("?network=%5B%22F%22%2C%20%22S%22%5D&keywords=a", "?keywords=a&network=%5B%22F%22%2C%22S%22%5D"),
        ("?geoUrn=103644278", "?geoUrn=%5B%22103644278%22%5D"),
        ("?keywords=%C3%A9t%C3%A9+C%2B%2B&title=&network=[]", "?keywords=%C3%A9t%C3%A9+C%2B%2B"),
    ],
)
def test_a_search_is_rebuilt_from_its_known_parameters_once_and_for_all(given, kept):
    assert canonical_search(f" {SEARCH}{given} ") == SEARCH + kept
    assert canonical_search(SEARCH + kept) == SEARCH + kept
    assert canonical_search(f"http://fr.linkedin.com/search/results/people{given}") == SEARCH + kept


@pytest.mark.parametrize(
    ("address", "why"),
    [
        (f"{SEARCH}?keywords=a&evil=1&other=2", "does not know what is meant by evil, other"),
        (f"{SEARCH}?keywords=a&keywords=b", "says twice: keywords"),
        (SEARCH, "looks for nothing"),
        (f"{SEARCH}?keywords=", "looks for nothing"),
        (f"{SEARCH}?network=%5B1%5D", "network is no list of ids"),
        (f"{SEARCH}?network=%5B%22F%22", "network is no list of ids"),
        (f"{SEARCH}?geoUrn=..%2F", "geoUrn is no list of ids"),
        (f"{SEARCH}?keywords=%FF", "UTF-8"),
        (f"{SEARCH}?keywords=%00", "keywords holds control characters"),
        (f"{SEARCH}?keywords={'a' * 1000}", "longer than 1,000"),
        ("https://www.linkedin.com/search/results/companies/?keywords=a", "not a people search"),
        ("https://www.linkedin.com@evil.example/search/results/people/?keywords=a", "not on linkedin.com"),
        ("https://evil.example\\@www.linkedin.com/search/results/people/?keywords=a", "backslash"),
        ("https://www.linkedin.com:8443/search/results/people/?keywords=a", "not on linkedin.com"),
        ("javascript:alert(1)", "not on linkedin.com"),
        ("https://[::1/search", "not an address"),
        (f"{SEARCH}?keywords=a\nb", "white space"),
    ],
)
def test_any_other_address_is_refused_with_the_reason(address, why):
    with pytest.raises(InvalidSearch, match=why):
        canonical_search(address)


def test_no_search_stays_no_search():
    assert canonical_search("  ") == ""


def test_a_keep_list_names_each_person_once_and_a_line_that_is_none():
    kept = canonical_keep_list("linkedin.com/in/Ada-Martin?x=1\n\nhttps://www.linkedin.com/in/ada-martin/\n")

    assert kept == "https://www.linkedin.com/in/ada-martin/"
    with pytest.raises(ValueError, match="“Ada” is no profile address"):
        canonical_keep_list("https://www.linkedin.com/in/ada-martin/\nAda")


@pytest.mark.django_db
def test_a_campaign_takes_neither_a_wrong_search_nor_a_wrong_keep_list():
    campaign = Campaign(name="x", kind="sourcing", account=an_account(), search_url="x", keep_list="y")

    with pytest.raises(ValidationError) as refused:
        campaign.full_clean()

    assert {"search_url", "keep_list"} <= set(refused.value.message_dict)


@pytest.fixture
def account(db):
    from engine.models import Account

    Account.objects.all().delete()
    return an_account()


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["sourcing"], "say which people to look for"),
        (["sourcing", "--search", f"{SEARCH}?evil=1"], "does not know what is meant by evil"),
        (["birthday", "--search", f"{SEARCH}?keywords=a"], "are for sourcing"),
        (
            ["sourcing", "--search", f"{SEARCH}?keywords=a", "--criteria", "no-such-file"],
            "cannot be read as JSON",
        ),
    ],
)
def test_a_start_that_makes_no_sense_is_refused(account, arguments, why):
    with pytest.raises(CommandError, match=why):
        call_command("run_campaign", *arguments)


def test_the_search_and_the_criteria_are_kept_with_the_campaign(account, tmp_path, capsys):
    account.pause("a check", "look", account.created_at)  # refused before a browser starts
    criteria = tmp_path / "criteria.json"
    criteria.write_text(json.dumps({"keywords": ["Go"]}))

    with pytest.raises(SystemExit) as ended:
        call_command(
            "run_campaign", "sourcing", "--search", f"{SEARCH}?keywords=a&origin=x", "--criteria",
            str(criteria), "--json", "--dry-run",
        )  # fmt: skip

    assert ended.value.code == 78
    campaign = Campaign.objects.get()
    assert (campaign.search_url, campaign.criteria) == (f"{SEARCH}?keywords=a", {"keywords": ["Go"]})


def started(*arguments):
    """The campaign as `run_campaign sourcing` with these arguments leaves it before it runs."""
    given = Command().create_parser("manage.py", "run_campaign").parse_args(["sourcing", *arguments])
    campaign = find_campaign("sourcing", None, create=True)
    configure(campaign, vars(given))
    return campaign


def exported():
    told = StringIO()
    columns = "name,score,keywords_points,evidence"
    arguments = ("--format", "json", "--columns", columns)
    call_command("export_sourcing", "sourcing", *arguments, stdout=told, stderr=StringIO())
    return json.loads(told.getvalue())


def test_a_search_leads_by_its_criteria_to_scores_that_can_be_changed_and_exported(account, tmp_path, capsys):
    criteria = tmp_path / "criteria.json"
    criteria.write_text(json.dumps({"keywords": ["Go"]}))
    campaign = started("--search", f"{SEARCH}?keywords=a", "--criteria", str(criteria))
    network = FakeNetwork(found=[a_search_person("Ada Martin"), a_search_person("Bo Lindgren")])
    for name, headline in (("Ada Martin", "Gopher"), ("Bo Lindgren", "Writes Go and C++")):
        slug = name.lower().replace(" ", "-")
        address = f"https://www.linkedin.com/in/{slug}/"
        network.profiles[slug] = Profile(address, slug, None, name, headline=headline)

    run_it(campaign, network)
    assert network.visited == ["ada-martin", "bo-lindgren"]
    evidence = ["headline: “Writes Go and C++”"]
    assert exported() == [
        {"name": "Bo Lindgren", "score": 35, "keywords_points": 35, "evidence": evidence},
        {"name": "Ada Martin", "score": 0, "keywords_points": 0, "evidence": []},
    ]

    campaign = started("--criteria", '{"keywords": ["gopher", "C++"], "weights": {"keywords": 100}}')
    call_command("rescore", "sourcing", "--json")
    assert json.loads(capsys.readouterr().out)["changed"] == 2
    points = round(100 * 100 / 165) // 2
    assert [(each["name"], each["score"]) for each in exported()] == [
        ("Ada Martin", points),
        ("Bo Lindgren", points),
    ]
    assert network.visited == ["ada-martin", "bo-lindgren"]


def test_criteria_that_are_not_understood_are_refused(account):
    with pytest.raises(CommandError, match="keyword: is not known"):
        started("--search", f"{SEARCH}?keywords=a", "--criteria", '{"keyword": ["Go"]}')

    assert not Campaign.objects.exclude(criteria={}).exists()
