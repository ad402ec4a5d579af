"""The fit score: its six parts, and what holds for every score."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.criteria import WEIGHTS, read_criteria
from campaigns.scoring import Part, score

TODAY = date(2026, 11, 23)
# On loaded cores the time of one example says nothing.
UNTIMED = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
CAPTURES = Path(__file__).parent / "captures"


def part(name: str, profile: dict[str, Any], **criteria: Any) -> Part:
    parts = score(profile, read_criteria(criteria), TODAY).parts
    return next(each for each in parts if each.name == name)


def quotes(found: Part) -> list[tuple[str, str]]:
    return [(quote.where, quote.text) for quote in found.evidence]


def captured(name: str) -> dict[str, Any]:
    return dict(json.loads((CAPTURES / f"{name}.expected.json").read_text(encoding="utf-8")))


def test_a_captured_profile_is_scored_in_the_shape_that_read_page_prints():
    profile = captured("experience_fragment.en.sdui2") | {"headline": None, "location": "Turku, Finland"}
    asked = {
        "keywords": ["Parquet Flooring", "Kotlin"],
        "experience": {"min_years": 4},
        "location": ["Turku"],
    }

    scored = score(profile, read_criteria(asked), TODAY)

    # One of two keywords of 35; 3 years 7 months of 4 years of 20; the place.
    assert [(each.name, each.points) for each in scored.parts] == [
        ("keywords", 17), ("experience", 17), ("open_to_work", 0), ("certifications", 0), ("languages", 0),
        ("location", 5),
    ]  # fmt: skip
    assert scored.total == 39


def test_a_keyword_is_quoted_from_the_most_telling_place_with_its_weight():
    profile = {
        "headline": "Bookbinder",
        "about": "Oak joinery, and bookbinding.",
        "skills": [{"name": "Oak"}],
        "education": [{"school": "Turku Academy of Gilding", "degree": None}],
    }

    found = part("keywords", profile, keywords=[{"word": "oak", "weight": 3}, "gilding", "silver"])

    assert found.points == 35 * 4 // 5
    assert quotes(found) == [("skills 1, name", "Oak"), ("education 1, school", "Turku Academy of Gilding")]
    assert found.reason == "found: oak, gilding; not found: silver"


def test_a_synonym_counts_as_the_word():
    found = part(
        "keywords", {"headline": "Postgres"}, keywords=[{"word": "PostgreSQL", "synonyms": ["Postgres"]}]
    )

    assert (found.points, found.reason) == (35, "found: PostgreSQL")


@pytest.mark.unmeasured
def test_all_points_mean_that_all_was_found():
    found = part(
        "keywords",
        {"about": " ".join(f"word{n}" for n in range(99))},
        keywords=[f"word{n}" for n in range(100)],
    )

    assert found.points == 34


def test_what_nobody_asks_for_earns_nothing_and_says_so():
    everything = {
        "headline": "Java",
        "open_to_work": True,
        "location": "Lyon",
        "languages": [{"name": "French"}],
    }

    parts = score(everything, read_criteria({"open_to_work": False}), TODAY).parts

    assert {each.points for each in parts} == {0}
    assert {each.reason for each in parts} == {"the criteria ask for none"}


@pytest.mark.parametrize(
    ("section", "criteria"),
    [
        ("experience", {"experience": {"min_years": 2}}),
        ("certifications", {"certifications": ["PMP"]}),
        ("languages", {"languages": ["French"]}),
    ],
)
def test_a_section_that_the_page_did_not_show_is_told_from_an_empty_one(section, criteria):
    assert part(section, {section: None}, **criteria).reason.endswith(f" (the page showed no {section})")
    assert "showed" not in part(section, {section: []}, **criteria).reason


def test_years_are_counted_once_and_each_position_is_quoted():
    roles = [
        {"title": "Gilder", "dates": "Jan 2020 - Dec 2021"},
        {"title": "Teacher", "dates": "Jan 2021 - Dec 2022"},
        {"title": "Diver", "dates": "at sea"},
    ]

    found = part("experience", {"experience": [{"roles": roles}]}, experience={"min_years": 4})

    assert found.points == 15
    assert found.reason == "3 years in 2 dated positions, overlaps counted once; asked: 4 years"
    assert quotes(found) == [
        ("experience 1, dates", "Jan 2020 - Dec 2021"),
        ("experience 1, dates", "Jan 2021 - Dec 2022"),
    ]


def test_a_position_without_a_list_of_roles_is_one_role():
    assert (
        part(
            "experience",
            {"experience": [{"title": "Gilder", "dates": "2019 - 2021"}]},
            experience={"min_years": 2},
        ).points
        == 20
    )


def test_a_company_whose_roles_show_no_dates_counts_by_its_duration():
    entry = {"company": "Corvara", "total_duration": "3 yrs 5 mos", "roles": [{"title": "Gilder"}]}

    found = part("experience", {"experience": [entry]}, experience={"min_years": 5})

    assert found.reason == "3 years 5 months by the longest duration shown; asked: 5 years"
    assert quotes(found) == [("experience 1, total_duration", "3 yrs 5 mos")]


def test_what_lasts_to_the_present_ends_on_the_day_of_the_reading():
    profile = {"experience": [{"dates": "Nov 2024 - Present"}]}
    criteria = read_criteria({"experience": {"min_years": 10}})

    assert score(profile, criteria, date(2026, 10, 1)).parts[1].reason.startswith("2 years in")
    assert score(profile, criteria, date(2024, 11, 1)).parts[1].reason.startswith("1 month in")


@pytest.mark.parametrize(
    ("level", "title"),
    [
        ("intern", "Stagiaire communication"),
        ("junior", "Jr. Gilder"),
        ("senior", "Gilder Sr"),
        ("lead", "Référent technique"),
        ("manager", "Responsable d’atelier"),
        ("manager", "Workshop Manager"),
        ("director", "Directrice artistique"),
        ("director", "Head of Gilding"),
        ("director", "Vice-présidente"),
        ("executive", "Directeur général"),
        ("executive", "Co-founder & CEO"),
        ("executive", "PDG"),
        ("executive", "Chief Gilding Officer"),
    ],
)
def test_seniority_is_read_from_a_current_title_in_two_languages(level, title):
    now, past = ({"title": title, "dates": dates} for dates in ("Jan 2025 - Present", "Jan 2020 - Dec 2020"))

    assert part("experience", {"experience": [now]}, experience={"seniority": [level]}).points == 20
    assert part("experience", {"experience": [past]}, experience={"seniority": [level]}).points == 0


@pytest.mark.parametrize(
    ("level", "title"),
    [
        ("intern", "International buyer"),
        ("lead", "Lead generation"),
        ("lead", "Staff"),
        ("manager", "Product manager"),
        ("manager", "Assistant manager"),
        ("manager", "Management trainee"),
        ("director", "Assistante directeur"),
        ("director", "Directeur général"),
        ("executive", "Vice-présidente"),
        ("executive", "Ceolin & Pdgar"),
    ],
)
def test_a_title_that_only_looks_senior_is_none(level, title):
    assert part("experience", {"headline": title}, experience={"seniority": [level]}).points == 0


def test_the_sign_on_the_profile_proves_open_to_work():
    found = part("open_to_work", {"open_to_work": True, "headline": "Not open to work"})

    assert (found.points, quotes(found)) == (15, [("open_to_work", "true")])


@pytest.mark.parametrize(
    "headline",
    [
        "No longer open to work",
        "I am not looking for a job",
        "Je ne suis plus à l’écoute du marché",
        "Open to everything",
    ],
)
def test_a_headline_that_says_no_is_no_sign(headline):
    assert part("open_to_work", {"open_to_work": False, "headline": headline}).points == 0


def test_a_certificate_counts_where_certificates_are_listed_and_nowhere_else():
    assert part("certifications", {"headline": "PMP"}, certifications=["PMP"]).points == 0
    listed = {"certifications": [{"name": "Gilding II", "issuer": "PMI"}, {"name": "PMP®", "issuer": None}]}

    found = part("certifications", listed, certifications=["PMP", "PMI", "CISSP"])

    assert (found.points, found.reason) == (10, "found: PMP, PMI; not found: CISSP")


@pytest.mark.parametrize(
    ("asked", "shown", "points"),
    [
        ("French", {"name": "Français", "level": None}, 10),
        ("anglais", {"name": "English"}, 10),
        ("Breton", {"name": "breton"}, 10),
        ("French", {"name": "French Guianese Creole"}, 10),
        ("French", {"name": "Frenchie"}, 0),
        ({"name": "French", "level": "full"}, {"name": "French", "level": "Native or bilingual proficiency"}, 10),
        ({"name": "French", "level": "full"}, {"name": "Français", "level": "Capacité professionnelle complète"}, 10),
        ({"name": "French", "level": "full"}, {"name": "French", "level": "Professional working proficiency"}, 0),
        ({"name": "French", "level": "professional"}, {"name": "French", "level": "Full professional proficiency"}, 10),
        ({"name": "French", "level": "professional"}, {"name": "French", "level": "Limited working proficiency"}, 0),
        ({"name": "French", "level": "professional"}, {"name": "Français", "level": "Compétence limitée"}, 0),
        ({"name": "French", "level": "native"}, {"name": "Français", "level": "Bilingue ou langue natale"}, 10),
        ({"name": "French", "level": "elementary"}, {"name": "Français", "level": "Notions"}, 10),
        ({"name": "French", "level": "elementary"}, {"name": "French", "level": None}, 0),
        ({"name": "French", "level": "elementary"}, {"name": "French", "level": "so-so"}, 0),
    ],
)  # fmt: skip
def test_a_language_counts_by_its_name_in_any_language_and_its_level(asked, shown, points):
    assert part("languages", {"languages": [shown]}, languages=[asked]).points == points


def test_a_language_is_quoted_with_its_level():
    found = part(
        "languages", {"languages": [{"name": "Breton", "level": "Notions"}]}, languages=["Breton", "Dutch"]
    )

    assert quotes(found) == [("languages 1, name", "Breton"), ("languages 1, level", "Notions")]
    assert found.reason == "found: Breton; not found: Dutch"


@pytest.mark.parametrize(
    ("shown", "points"),
    [("Tartu Parish, Estonia", 0), ("Paris et périphérie", 5), ("Saint-Étienne, France", 5), (None, 0)],
)
def test_a_place_is_found_by_whole_words(shown, points):
    assert part("location", {"location": shown}, location=["Paris", "Saint Etienne"]).points == points


def test_a_weight_of_nothing_leaves_its_points_to_the_others():
    parts = score({}, read_criteria({"weights": {"open_to_work": 0}}), TODAY).parts

    assert {each.name: each.max for each in parts} == {
        "keywords": 41, "experience": 23, "open_to_work": 0, "certifications": 18, "languages": 12, "location": 6,
    }  # fmt: skip


# What holds for every score.

WORD = st.sampled_from(
    ["Java", "JavaScript", "Go", "R&D", "C++", "oak", "Été", "PMP", "senior", "at", "🎓", "\u202e", ""]
)
TEXT = st.lists(WORD, max_size=6).map(" ".join)
DATES = st.sampled_from(
    ["Jan 2019 - Present", "janv. 2020 – mars 2021", "2015 - 2018", "since 2022", "2030", "31/02", "soon", ""]
)
ROLE = st.fixed_dictionaries(
    {"title": TEXT, "dates": DATES}, optional={"description": TEXT, "duration": DATES}
)
ENTRY = st.fixed_dictionaries({"company": TEXT, "roles": st.lists(ROLE, max_size=3)}) | ROLE
NAMED = st.fixed_dictionaries({"name": TEXT, "issuer": TEXT})
SPOKEN = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["French", "Deutsch", "oak"]),
        "level": st.sampled_from([None, "Notions", "Native"]),
    }
)
LISTS = {"experience": ENTRY, "skills": NAMED, "certifications": NAMED, "languages": SPOKEN}
PROFILE = st.fixed_dictionaries(
    {name: st.lists(entry, max_size=3) for name, entry in LISTS.items()},
    optional={
        "headline": TEXT,
        "about": TEXT,
        "location": TEXT,
        "open_to_work": st.sampled_from([True, False, None]),
    },
)
ASKED = st.fixed_dictionaries(
    {
        "keywords": st.lists(st.sampled_from(["java", "go", "c++", "oak", "R", "été"]), unique=True),
        "certifications": st.lists(st.sampled_from(["PMP", "Java"]), unique=True),
        "experience": st.fixed_dictionaries(
            {"min_years": st.integers(0, 12), "seniority": st.lists(st.sampled_from(["senior", "lead"]))}
        ),
        "languages": st.lists(
            st.sampled_from(["French", "German"]).flatmap(
                lambda name: st.sampled_from([name, {"name": name, "level": "full"}])
            ),
            unique_by=lambda each: each if isinstance(each, str) else each["name"],
        ),
        "location": st.lists(st.sampled_from(["oak", "at"]), unique=True),
        "weights": st.dictionaries(st.sampled_from(list(WEIGHTS)), st.integers(1, 100)),
    }
)  # fmt: skip
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "title", "roles", "dates"]), inner)
    ),
    max_leaves=8,
)
ANYTHING = st.dictionaries(
    st.sampled_from(["headline", "about", "open_to_work", "location", "education", *LISTS]), JUNK
)


def texts_of(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [value] if isinstance(value, str) else []


def points(profile: dict[str, Any], asked: dict[str, Any]) -> dict[str, int]:
    return {each.name: each.points for each in score(profile, read_criteria(asked), TODAY).parts}


@UNTIMED
@given(PROFILE | ANYTHING, ASKED)
def test_the_sum_of_the_parts_is_the_score_and_every_point_has_its_quote(profile, asked):
    scored = score(profile, read_criteria(asked), TODAY)

    assert [each.name for each in scored.parts] == list(WEIGHTS)
    assert scored.total == sum(each.points for each in scored.parts) <= 100
    assert sum(each.max for each in scored.parts) == 100
    for each in scored.parts:
        assert 0 <= each.points <= each.max
        assert each.reason
        assert each.evidence or not each.points
        for quote in each.evidence:
            assert quote.where == "open_to_work" or any(quote.text in text for text in texts_of(profile))
    json.dumps([each.as_json() for each in scored.parts])


@pytest.mark.unmeasured
@UNTIMED
@given(PROFILE, ASKED, st.data())
def test_more_evidence_never_lowers_any_part(profile, asked, data):
    name = data.draw(st.sampled_from(list(LISTS)))
    at = data.draw(st.integers(0, len(profile[name])))
    entry = data.draw(LISTS[name])
    richer = profile | {name: [*profile[name][:at], entry, *profile[name][at:]]}

    before, after = points(profile, asked), points(richer, asked)

    assert all(after[part] >= before[part] for part in before)


@pytest.mark.unmeasured
@UNTIMED
@given(PROFILE, ASKED, st.randoms(use_true_random=False))
def test_no_order_of_entries_or_criteria_matters(profile, asked, random):
    def shuffled(values: dict[str, Any]) -> dict[str, Any]:
        mixed = {
            key: random.sample(each, len(each)) if isinstance(each, list) else each
            for key, each in values.items()
        }
        return dict(random.sample(list(mixed.items()), len(mixed)))

    assert points(shuffled(profile), shuffled(asked)) == points(profile, asked)
