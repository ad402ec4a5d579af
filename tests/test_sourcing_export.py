"""A sourcing result as CSV and JSON: complete, harmless to a spreadsheet, and written as it is read."""

import csv
import io
import json
import os
import stat
import tracemalloc
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.criteria import read_criteria
from campaigns.models import Campaign, SourcedProfile
from campaigns.sourcing_export import COLUMNS, USUAL, UnknownColumn, as_csv, as_json, cell, exportable
from contacts.models import Contact
from tests.builders import a_campaign, a_contact, an_account

READ_AT = datetime(2026, 11, 20, 9, tzinfo=UTC)
# On loaded cores the time of one example says nothing.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
PROFILE = {
    "headline": "Joiner, “oak & elm”\nin Tours",
    "location": "Tours, France",
    "degree": 2,
    "open_to_work": False,
    "about": None,
    "experience": [
        {
            "company": "Corvara",
            "roles": [{"title": "Lead joiner", "dates": "2020 - 2022"}, {"title": "Joiner"}],
        },
        {"company": "Ordo", "roles": []},
    ],
    "skills": [{"name": "Oak"}, {"name": None}, {"name": "Elm"}],
    "languages": [{"name": "Français", "level": "Notions"}],
    "education": None,
}
# What spreadsheets run, and what they run after they dropped what stands before it.
FORMULAS = [
    "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "  +1", "\u00a0=1", "\u200b=1", "\ufeff=1",
    "\u202e=1", "＝1+1", "＋1", "－1", "＠SUM(1)", "﹦1", "=cmd|' /C calc'!A0", "=HYPERLINK(\"http://example.org\")",
    "\"=1", "'=1", "\x00=1", "\x1b=1", "\x7f=1", "\u2066=1", "-2+3+cmd|' /C calc'!A0",
]  # fmt: skip


@pytest.fixture
def campaign(db) -> Campaign:
    return a_campaign(an_account("grace"), name="joiners", kind="sourcing")


def a_person(campaign: Campaign, name: str, place: int = 0, **fields: Any) -> SourcedProfile:
    values = {"search_page": 1, "search_index": place, "read_at": READ_AT, "profile": PROFILE}
    person = SourcedProfile(campaign=campaign, contact=a_contact(name, born=None), **values | fields)
    if person.read_at:
        person.rate(read_criteria({"keywords": ["oak", "gilding"], "location": ["Tours"]}))
    person.save()
    return person


def rows_of(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def exported(campaign: Campaign, *columns: str) -> dict[str, str]:
    """The one row of the CSV."""
    header, row = rows_of("".join(as_csv(campaign.sourced_profiles.all(), columns or USUAL)))
    return dict(zip(header, row, strict=True))


def test_every_column_says_what_was_read(campaign):
    a_person(campaign, "Ottilie Brandt")

    assert exported(campaign, *COLUMNS) == {
        "name": "Ottilie Brandt",
        "profile_url": "https://www.linkedin.com/in/ottilie-brandt/",
        "score": "22",
        "keywords_points": "17", "experience_points": "0", "open_to_work_points": "0",
        "certifications_points": "0", "languages_points": "0", "location_points": "5",
        "headline": "Joiner, “oak & elm”\nin Tours",
        "location": "Tours, France",
        "company": "Corvara", "title": "Lead joiner",
        "degree": "2", "open_to_work": "no", "about": "",
        "skills": "Oak | Elm", "certifications": "", "languages": "Français", "schools": "",
        "reasons": "keywords 17/35: found: oak; not found: gilding | experience 0/20: the criteria ask for none"
        " | open_to_work 0/15: no sign of it on the profile or in the headline"
        " | certifications 0/15: the criteria ask for none | languages 0/10: the criteria ask for none"
        " | location 5/5: found",
        "evidence": "headline: “Joiner, “oak & elm”\nin Tours” | location: “Tours, France”",
        "read_at": "2026-11-20T09:00:00+00:00",
        "not_read_because": "", "tags": "", "search_page": "1", "search_index": "0",
    }  # fmt: skip


def test_json_holds_the_same_with_its_types(campaign):
    a_person(campaign, "Ottilie Brandt", profile=PROFILE | {"open_to_work": True})

    (row,) = json.loads("".join(as_json(campaign.sourced_profiles.all(), tuple(COLUMNS))))

    assert list(row) == list(COLUMNS)
    assert row["headline"] == PROFILE["headline"]
    assert (row["degree"], row["open_to_work"], row["skills"]) == (2, True, ["Oak", "Elm"])
    assert (row["about"], row["schools"], row["score"]) == (None, [], 37)


def test_somebody_who_was_not_read_has_their_reason_and_no_points(campaign):
    a_person(campaign, "Ottilie Brandt", read_at=None, profile={}, reason="visited on 2026-11-01")

    row = exported(campaign, "name", "score", "keywords_points", "title", "read_at", "not_read_because")

    assert list(row.values()) == ["Ottilie Brandt", "", "", "", "", "visited on 2026-11-01"]


def test_nobody_at_all_is_a_header_and_an_empty_array(campaign):
    nobody = campaign.sourced_profiles.all()

    assert rows_of("".join(as_csv(nobody))) == [list(USUAL)]
    assert json.loads("".join(as_json(nobody))) == []


@pytest.mark.parametrize("export", [as_csv, as_json])
def test_a_column_that_there_is_not_is_refused_by_its_name_before_a_line_is_written(campaign, export):
    with pytest.raises(UnknownColumn, match="no column salary, phone; there are name, profile_url, score"):
        export(campaign.sourced_profiles.all(), ["name", "salary", "phone"])
    with pytest.raises(UnknownColumn, match="no column is chosen"):
        export(campaign.sourced_profiles.all(), [])


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_marked_as_text(text):
    shown = str(cell(text))

    assert shown.lstrip()[0] == "'"
    assert shown.isprintable() or set(shown) & set("\n\t\u00a0\u200b\ufeff\u202e\u2066")


@pytest.mark.parametrize(
    "text", ["a;=1+1", "a\n=1+1", "a\t@SUM(A1)", 'a;"=1+1', "a\r\n-1", "a\r=1", "a; ＝1"]
)
def test_a_formula_behind_another_separator_is_marked_as_text(text):
    shown = str(cell(text))

    assert "'" in shown
    assert not any(
        part.lstrip(" \"'")[:1] in "=+-@＝" and "'" not in part[:2]
        for part in shown.replace("\n", ";").replace("\t", ";").split(";")
    )


@pytest.mark.parametrize(
    "text", ["Ottilie Brandt", "C++ = love", "anne-marie@example.org", "R&D - 2 years", "1+1=2", "", "l’Été"]
)
def test_an_ordinary_text_stays_as_it_is(text):
    assert cell(text) == text


def test_our_own_numbers_and_answers_are_no_text():
    assert [cell(-5), cell(True), cell(False), cell(None), cell([])] == [-5, "yes", "no", "", ""]


@UNTIMED
@given(
    st.text()
    | st.sampled_from(FORMULAS).flatmap(lambda formula: st.text(max_size=3).map(lambda text: text + formula))
)
def test_no_text_begins_a_cell_as_a_formula_and_every_text_can_be_written(text):
    shown = str(cell(text))

    shown.encode()
    assert shown.strip('\ufeff\u200b\u202e \n\t"')[:1] not in tuple("=+-@＝＋－＠")
    assert not set(shown) & {"\0", "\r", "\x1b"}
    assert rows_of(f'"{shown.replace(chr(34), chr(34) * 2)}"\r\n') == ([[shown]])


@pytest.mark.parametrize(
    "name",
    [
        *FORMULAS, "\ud800", "Zoë \U0001f469‍\U0001f467", "{name}", "<script>alert(1)</script>",
        'a","b', "a\r\nb,c", "\u202eevil", "x" * 200_000,
    ],
)  # fmt: skip
def test_bad_input_stays_within_its_cell_and_comes_back_from_json(name, request):
    contact = Contact(profile_url="https://www.linkedin.com/in/ottilie-brandt/", name=name)
    sourced = SourcedProfile(campaign=Campaign(name="joiners"), contact=contact, profile={"headline": name})
    usual = csv.field_size_limit(1_000_000)
    request.addfinalizer(lambda: csv.field_size_limit(usual))

    lines = rows_of("".join(csv_of([sourced])))
    (row,) = json.loads("".join(json_of([sourced])))

    assert [len(line) for line in lines] == [2, 2]
    assert row["name"] == row["headline"] == name.encode("utf-8", "replace").decode()


def export(*arguments: str) -> None:
    call_command("export_sourcing", "joiners", "--account", "grace", *arguments)


class Listed(list):
    """People who need no database."""

    def select_related(self, name):
        return self

    def iterator(self, chunk_size):
        return iter(self)


def csv_of(people):
    return as_csv(Listed(people), ("name", "headline"))


def json_of(people):
    return as_json(Listed(people), ("name", "headline"))


def test_the_profile_of_somebody_odd_costs_only_their_own_fields(campaign):
    odd = {
        "headline": {"a": 1},
        "experience": [7, {"roles": [None, {"title": 3}]}, {"title": "Gilder"}],
        "skills": "oak",
        "degree": [1],
    }
    a_person(campaign, "Ottilie Brandt", profile=odd)

    row = exported(campaign, "headline", "title", "company", "skills", "degree")

    assert list(row.values()) == ["", "Gilder", "", "", ""]


def test_those_who_may_not_be_contacted_are_left_out_and_the_best_fit_comes_first(campaign):
    a_person(campaign, "Ottilie Brandt", 0, profile={})
    a_person(campaign, "Crispin Vale", 1)
    a_person(campaign, "Nerissa Holt", 2).contact.do_not_contact("asked us")

    rows = json.loads("".join(as_json(exportable(campaign.sourced_profiles.all()), ["name"])))

    assert [row["name"] for row in rows] == ["Crispin Vale", "Ottilie Brandt"]


def test_memory_stays_flat_however_many_people_there_are(campaign):
    people = Contact.objects.bulk_create(
        Contact(profile_url=f"https://www.linkedin.com/in/ida-{n}/", name=f"Ida {n}") for n in range(2_000)
    )
    SourcedProfile.objects.bulk_create(
        SourcedProfile(
            campaign=campaign, contact=person, search_page=n // 1_000, search_index=0, profile={"about": "oak " * 100}
        )
        for n, person in enumerate(people)
    )  # fmt: skip
    everybody = campaign.sourced_profiles.all()

    def peak(people: Any) -> int:
        tracemalloc.start()
        lines = sum(1 for _ in as_csv(people, ["name", "about"]))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert lines == people.count() + 1
        return most

    few = peak(everybody.filter(search_page=0))

    assert peak(everybody) < 1.2 * few


def test_the_command_writes_csv_to_stdout_and_says_who_was_left_out(campaign, capsys):
    a_person(campaign, "Ottilie Brandt", 0)
    a_person(campaign, "Nerissa Holt", 1).contact.do_not_contact("asked us")

    export("--columns", "name, score")

    told = capsys.readouterr()
    assert told.out == '"name","score"\r\n"Ottilie Brandt","22"\r\n'
    assert told.err == "1 people; 1 left out: they may not be contacted.\n"


def test_the_command_writes_a_file_that_is_its_owners_alone(campaign, tmp_path):
    a_person(campaign, "Ottilie Brandt", 0)
    a_person(campaign, "Crispin Vale", 1, profile={})
    target = tmp_path / "joiners.csv"
    target.write_text("of yesterday")

    export("--output", str(target), "--min-score", "10")

    assert target.read_bytes().startswith(b"\xef\xbb\xbf")
    assert [row[0] for row in rows_of(target.read_text(encoding="utf-8-sig"))] == ["name", "Ottilie Brandt"]
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [target]


def test_the_command_writes_json(campaign, tmp_path):
    a_person(campaign, "Ottilie Brandt")
    target = tmp_path / "joiners.json"

    export("--format", "json", "--columns", "name,title", "--output", str(target))

    assert json.loads(target.read_text(encoding="utf-8")) == [
        {"name": "Ottilie Brandt", "title": "Lead joiner"}
    ]


def test_a_reader_who_stops_reading_is_told_from_a_mistake(campaign):
    a_person(campaign, "Ottilie Brandt")
    reader, writer = os.pipe()
    os.close(reader)

    with os.fdopen(writer, "w") as stdout, pytest.raises(CommandError, match="stopped reading") as stopped:
        call_command("export_sourcing", "joiners", account="grace", stdout=stdout)

    assert stopped.value.returncode == 73


def test_the_command_refuses_an_unknown_column_by_its_name(campaign):
    with pytest.raises(CommandError, match="no column salary; there are name"):
        export("--columns", "name,salary")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(campaign, tmp_path):
    with pytest.raises(CommandError, match="No such file or directory") as stopped:
        export("--output", str(tmp_path / "none" / "joiners.csv"))
    assert stopped.value.returncode == 73

    (tmp_path / "taken").mkdir()
    with pytest.raises(CommandError, match="Is a directory"):
        export("--output", str(tmp_path / "taken"))
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_an_export_that_breaks_off_leaves_the_file_of_before(campaign, tmp_path):
    a_person(campaign, "Ottilie Brandt")
    SourcedProfile.objects.update(parts=[{"name": "keywords"}])  # without its points
    target = tmp_path / "joiners.csv"
    target.write_text("of yesterday")

    with pytest.raises(KeyError):
        export("--output", str(target))

    assert target.read_text() == "of yesterday"
    assert list(tmp_path.iterdir()) == [target]
