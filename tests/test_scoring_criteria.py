"""Criteria are read from JSON, and refused with the name of everything that is wrong."""

import json
import re
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from campaigns.criteria import WEIGHTS, Criteria, Spoken, Word, check_criteria, read_criteria, scaled
from campaigns.models import Campaign
from campaigns.seniority import LEVELS as SENIORITY
from campaigns.spoken_languages import LEVELS as SPOKEN
from tests.builders import an_account

# On loaded cores the time of one example says nothing.
UNTIMED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_criteria_are_read_with_all_they_ask_for():
    criteria = read_criteria(
        {
            "keywords": ["Python", {"word": "PostgreSQL", "synonyms": ["Postgres"], "weight": 2}],
            "experience": {"min_years": 5, "seniority": ["senior", "lead"]},
            "open_to_work": False,
            "certifications": ["PMP"],
            "languages": ["English", {"name": "French", "level": "full"}],
            "location": ["Lyon"],
            "weights": {"keywords": 40, "open_to_work": 10},
        }
    )

    assert criteria == Criteria(
        keywords=(Word("Python"), Word("PostgreSQL", ("Postgres",), 2)),
        min_years=5,
        seniority=("senior", "lead"),
        open_to_work=False,
        certifications=(Word("PMP"),),
        languages=(Spoken("English"), Spoken("French", "full")),
        location=("Lyon",),
        weights={**WEIGHTS, "keywords": 40, "open_to_work": 10},
    )


def test_no_criteria_ask_for_open_to_work_alone():
    assert read_criteria({}) == Criteria()


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        (None, "criteria: is an object with keywords, experience"),
        ([], "criteria: is an object with"),
        ({"keyword": []}, "keyword: is not known; known are keywords, experience"),
        ({"experience": {"years": 3}}, "experience.years: is not known; known are min_years, seniority"),
        ({"experience": [3]}, "experience: is an object with min_years, seniority"),
        (
            {"keywords": [{"word": "a", "wrd": "a"}]},
            "keywords[0].wrd: is not known; known are word, synonyms, weight",
        ),
        ({"keywords": [{"synonyms": ["a"]}]}, "keywords[0].word: is a text of at most 100 characters"),
        ({"keywords": ["a", {"word": "b", "synonyms": [1]}]}, "keywords[1].synonyms[0]: is a text"),
        ({"keywords": [{"word": "b", "synonyms": "c"}]}, "keywords[0].synonyms: is a list"),
        ({"keywords": [{"word": "b", "weight": 0}]}, "keywords[0].weight: is a whole number from 1 to 100"),
        ({"keywords": [{"word": "b", "weight": True}]}, "keywords[0].weight: is a whole number"),
        ({"keywords": "Python"}, "keywords: is a list"),
        ({"keywords": [7]}, "keywords[0]: is an object with word, synonyms, weight"),
        ({"keywords": ["x" * 101]}, "keywords[0]: is a text of at most 100 characters"),
        ({"keywords": ["+++"]}, "keywords[0]: holds no letter and no digit"),
        ({"keywords": ["a\0"]}, "keywords[0]: is a text"),
        ({"keywords": ["Été", "ete"]}, "keywords: ete is named twice"),
        ({"keywords": ["Go", {"word": "go"}]}, "keywords: go is named twice"),
        ({"keywords": [f"word {n}" for n in range(101)]}, "keywords: holds at most 100 entries"),
        ({"languages": ["French", {"name": "french", "level": "full"}]}, "languages: french is named twice"),
        ({"languages": [{"name": "French", "level": "good"}]}, "languages[0].level: is one of elementary"),
        ({"languages": [{"name": "French", "level": []}]}, "languages[0].level: is one of elementary"),
        (
            {"languages": [{"name": "French", "language": "French"}]},
            "languages[0].language: is not known; known are name, level",
        ),
        ({"certifications": [None]}, "certifications[0]: is an object"),
        ({"languages": [7]}, "languages[0]: is an object with name, level"),
        ({"location": "Lyon"}, "location: is a list"),
        ({"location": [""]}, "location[0]: holds no letter and no digit"),
        ({"location": ["Lyon", "lyon"]}, "location: lyon is named twice"),
        ({"experience": {"min_years": 61}}, "experience.min_years: is a whole number from 0 to 60"),
        ({"experience": {"min_years": float("nan")}}, "experience.min_years: is a whole number"),
        ({"experience": {"seniority": ["boss"]}}, "experience.seniority[0]: is one of intern, junior"),
        ({"experience": {"seniority": "senior"}}, "experience.seniority: is a list"),
        ({"open_to_work": 1}, "open_to_work: is true or false"),
        ({"weights": {"keyword": 3}}, "weights.keyword: is not known"),
        ({"weights": {"keywords": -1}}, "weights.keywords: is a whole number from 0 to 100"),
        ({"weights": {"keywords": 1e400}}, "weights.keywords: is a whole number"),
        ({"weights": dict.fromkeys(WEIGHTS, 0)}, "weights: at least one is more than 0"),
    ],
)
def test_what_is_not_understood_is_refused_by_its_name(values, wrong):
    with pytest.raises(ValidationError) as refused:
        check_criteria(values)

    assert len(refused.value.messages) == 1
    assert refused.value.messages[0].startswith(wrong)


def test_everything_that_is_wrong_is_said_at_once():
    with pytest.raises(ValidationError) as refused:
        check_criteria({"keywords": [""], "colour": "blue", "weights": {"location": "5"}})

    assert [message.split(":")[0] for message in refused.value.messages] == [
        "colour", "keywords[0]", "weights.location",
    ]  # fmt: skip


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*WEIGHTS, "weights", "word", "name", "level", "min_years", "seniority", "x"]),
            inner,
        )
    ),
    max_leaves=12,
)


@UNTIMED
@given(JUNK)
def test_whatever_the_json_holds_it_is_read_or_refused(values):
    try:
        weights = read_criteria(values).weights
    except ValidationError:
        weights = WEIGHTS

    assert sum(weights.values()) == 100


@UNTIMED
@given(
    st.fixed_dictionaries({name: st.integers(0, 100) for name in WEIGHTS}).filter(lambda w: any(w.values()))
)
def test_weights_keep_their_proportions_and_add_up_to_a_hundred(weights):
    points = scaled(weights)

    assert sum(points.values()) == 100
    assert all(abs(points[name] - weights[name] * 100 / sum(weights.values())) < 1 for name in WEIGHTS)


def test_the_usual_weights_are_points_already():
    assert scaled(WEIGHTS) == WEIGHTS


def test_the_documented_example_is_understood():
    text = (Path(__file__).parent.parent / "docs/scoring.md").read_text(encoding="utf-8")
    example = re.search(r"## Criteria.*?```json\n(.*?)```", text, re.DOTALL)[1]

    assert read_criteria(json.loads(example)).weights["keywords"] == 45
    assert all(f"`{name}`" in text for name in (*WEIGHTS, *SENIORITY, *SPOKEN))


@pytest.mark.django_db
def test_a_campaign_with_criteria_that_are_not_understood_is_not_saved_by_the_admin():
    campaign = Campaign(account=an_account(), name="joiners", kind="sourcing", criteria={"keyword": ["oak"]})

    with pytest.raises(ValidationError) as refused:
        campaign.full_clean()

    assert "keyword: is not known" in str(refused.value.message_dict["criteria"])
