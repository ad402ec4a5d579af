"""The main job in a real browser: who is wished, in which words, and what is left of it."""

import pytest
from django.core.management import call_command

from campaigns.models import MessageTemplate
from contacts.models import Interaction
from contacts.profile_urls import slug_of
from engine.sandbox.people import make_person
from tests.builders import a_birthday_campaign, a_template
from tests.journeys.in_process import run_on

pytestmark = pytest.mark.browser

TOWN = [
    {"name": "You", "slug": "you", "own": True},
    {"name": "Maëlle Castrovan", "slug": "maelle-castrovan", "birthday": 0},
    {"name": "🔥 Noé Garivaux 🚀", "slug": "noe-garivaux", "birthday": 0},
    {"name": "Alan Whitcombe", "slug": "alan-whitcombe", "birthday": -3},
    {"name": "Ines Talavert", "slug": "ines-talavert", "birthday": -25},
    {"name": "Bram Oostveld", "slug": "bram-oostveld"},
]


@pytest.fixture
def stage(stage):
    """With the browser that an installation takes by itself."""
    stage.browser = ""
    return stage


def town(*without):
    return [make_person(person) for person in TOWN if person["slug"] not in without]


def received(sandbox):
    return [(message.slug, message.text) for message in sandbox.messages]


def recorded():
    """Every wish on record in this process's own database."""
    wishes = Interaction.objects.select_related("contact").order_by("pk")
    return [(slug_of(wish.contact.profile_url), wish.payload["text"]) for wish in wishes]


def test_todays_and_late_birthdays_are_wished_and_a_second_run_says_why_nobody_is(stage, open_sandbox):
    sandbox = open_sandbox(town())

    told, code = stage.run_campaign()

    assert (told["outcome"], code) == ("finished", 0), told
    assert (told["done"], told["failed"], told["unknown"], told["left"]) == (3, 0, 0, 0)
    assert sorted(slug for slug, _ in received(sandbox)) == [
        "alan-whitcombe",
        "maelle-castrovan",
        "noe-garivaux",
    ]
    assert received(sandbox) == stage.recorded
    assert received(sandbox)[-1][0] == "alan-whitcombe"  # today's first, then the late ones

    again, code = stage.run_campaign()

    assert (again["outcome"], again["done"], code) == ("nothing_to_do", 0, 0)
    assert len(sandbox.messages) == 3
    assert {action["reason"].split(" on ")[0] for action in again["actions"]} == {"already wished"}


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_wishes_are_in_the_pages_language(browser, db, serve, today, language):
    campaign = a_birthday_campaign()
    a_template("Bon anniversaire {name} !", language="fr")
    a_template("En retard, {name} !", language="fr", purpose="birthday_late")
    campaign.account.language = ""
    campaign.account.save()
    sandbox = serve(people=town(), today=today, language=language)

    run = run_on(sandbox, browser, campaign)

    assert run.outcome == "finished", run.reason
    begin = {"en": ("Happy birthday, ", "Happy belated"), "fr": ("Bon anniversaire ", "En retard")}[language]
    assert [text.startswith(begin[slug == "alan-whitcombe"]) for slug, text in received(sandbox)] == [
        True
    ] * 3
    assert received(sandbox) == recorded()


@pytest.mark.parametrize("composer", ["overlay", "shadow", "iframe", "modal", "page"])
def test_a_wish_arrives_byte_for_byte_through_every_composer(browser, db, serve, today, composer):
    text = "Happy birthday, {name}! 🎂\nSecond line, “quoted” – 👩‍👩‍👧 & <b>."
    campaign = a_birthday_campaign()
    MessageTemplate.objects.filter(purpose="birthday").update(text=text)
    sandbox = serve(people=town("alan-whitcombe", "noe-garivaux"), today=today, composer=composer)

    run = run_on(sandbox, browser, campaign)

    assert run.outcome == "finished", run.reason
    assert received(sandbox) == recorded() == [("maelle-castrovan", text.replace("{name}", "Maëlle"))]


def test_an_imported_birthday_is_wished_on_the_persons_own_page(browser, db, serve, today, tmp_path):
    campaign = a_birthday_campaign()
    card = tmp_path / "people.vcf"
    card.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Bram Oostveld\nURL:https://www.linkedin.com/in/bram-oostveld\n"
        f"BDAY:--{today:%m%d}\nEND:VCARD\n"
    )
    call_command("import_contacts", str(card), account=campaign.account.name, verbosity=0)
    sandbox = serve(people=town("alan-whitcombe", "noe-garivaux", "maelle-castrovan"), today=today)

    run = run_on(sandbox, browser, campaign)

    assert [slug for slug, _ in received(sandbox)] == ["bram-oostveld"], run.reason


def test_a_dry_run_asks_nobody_and_changes_nothing(stage, open_sandbox):
    sandbox = open_sandbox(town())
    stage.run_campaign("--limit", "1")
    before, asked = stage.database.read_bytes(), len(sandbox.requests)

    told, code = stage.run_campaign("--dry-run")

    assert code == 0
    assert told["run"] is None
    assert sorted(action["status"] for action in told["actions"]) == ["planned", "planned", "skipped"]
    assert stage.database.read_bytes() == before
    assert len(sandbox.requests) == asked


def test_without_a_migrated_database_the_command_says_what_to_do(stage):
    stage.database.unlink()

    ended = stage.manage("run_campaign", "birthday", "--json")

    assert ended.returncode == 75
    assert "manage.py migrate" in ended.stderr
