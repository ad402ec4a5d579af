"""The main job in a real browser: who is wished, in which words, and what is left of it."""

import pytest

from engine.sandbox.people import make_person

pytestmark = pytest.mark.browser

TOWN = [
    {"name": "You", "slug": "you", "own": True},
    {"name": "Maëlle Castrovan", "slug": "maelle-castrovan", "birthday": 0},
    {"name": "🔥 Noé Garivaux 🚀", "slug": "noe-garivaux", "birthday": 0},
    {"name": "Alan Whitcombe", "slug": "alan-whitcombe", "birthday": -3},
    {"name": "Ines Talavert", "slug": "ines-talavert", "birthday": -25},
    {"name": "Bram Oostveld", "slug": "bram-oostveld"},
]


def town(*without):
    return [make_person(person) for person in TOWN if person["slug"] not in without]


def received(sandbox):
    return [(message.slug, message.text) for message in sandbox.messages]


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        ("en", {"maelle-castrovan": "birthday, Maëlle", "noe-garivaux": "Noé", "alan-whitcombe": "elated"}),
        ("fr", {"maelle-castrovan": "nniversaire", "noe-garivaux": "Noé", "alan-whitcombe": "nniversaire"}),
    ],
)
def test_todays_and_late_birthdays_are_wished_in_the_pages_language(stage, open_sandbox, language, texts):
    sandbox = open_sandbox(town(), language=language)

    told, code = stage.run_campaign()

    assert (told["outcome"], code) == ("finished", 0), told
    assert (told["done"], told["failed"], told["unknown"], told["left"]) == (3, 0, 0, 0)
    assert sorted(slug for slug, _ in received(sandbox)) == sorted(texts)
    assert received(sandbox) == stage.recorded
    assert received(sandbox)[-1][0] == "alan-whitcombe"  # today's first, then the late ones


def test_a_second_run_on_the_same_day_sends_nothing_and_says_why(stage, open_sandbox):
    sandbox = open_sandbox(town())
    stage.run_campaign()

    told, code = stage.run_campaign()

    assert (told["outcome"], told["done"], code) == ("nothing_to_do", 0, 0)
    assert len(sandbox.messages) == 3
    assert {action["reason"].split(" on ")[0] for action in told["actions"]} == {"already wished"}


@pytest.mark.parametrize("composer", ["overlay", "shadow", "iframe", "modal", "page"])
def test_a_wish_arrives_byte_for_byte_through_every_composer(stage, open_sandbox, composer):
    text = "Happy birthday, {name}! 🎂\nSecond line, “quoted” – 👩‍👩‍👧 & <b>."
    stage.write("UPDATE campaigns_messagetemplate SET text = ? WHERE purpose = 'birthday'", text)
    sandbox = open_sandbox(town("alan-whitcombe", "noe-garivaux"), composer=composer)

    told, code = stage.run_campaign()

    assert code == 0, told
    assert received(sandbox) == stage.recorded == [("maelle-castrovan", text.replace("{name}", "Maëlle"))]


def test_an_imported_birthday_is_wished_on_the_persons_own_page(stage, open_sandbox, today):
    sandbox = open_sandbox(town("alan-whitcombe", "noe-garivaux", "maelle-castrovan"))
    card = stage.folder / "people.vcf"
    card.write_text(
        "BEGIN:VCARD\nVERSION:3.0\nFN:Bram Oostveld\nURL:https://www.linkedin.com/in/bram-oostveld\n"
        f"BDAY:--{today:%m%d}\nEND:VCARD\n"
    )
    assert stage.manage("import_contacts", str(card)).returncode == 0

    told, _ = stage.run_campaign()

    assert [slug for slug, _ in received(sandbox)] == ["bram-oostveld"], told


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
