"""Sixty headlines and positions in English and French, each with the points it is worth, reckoned by hand.

Seven keywords share 35 points. Of the experience's 20 points five years are worth 15, seniority 5.
"""

import json
from datetime import date
from pathlib import Path

import pytest

from campaigns.criteria import read_criteria
from campaigns.experience_years import in_words
from campaigns.scoring import score

TODAY = date(2026, 11, 23)
CRITERIA = read_criteria(
    {
        "keywords": ["Java", "C++", "C#", ".NET", "R", "Go", "Node.js"],
        "experience": {"min_years": 5, "seniority": ["senior", "lead"]},
    }
)
EXAMPLES = json.loads((Path(__file__).parent / "data/scoring/examples.json").read_text(encoding="utf-8"))


def test_there_are_sixty_examples_half_of_them_french():
    assert len(EXAMPLES) == 60
    assert sum(language == "fr" for language, *_ in EXAMPLES) == 30


@pytest.mark.parametrize(
    ("headline", "roles", "months", "points"),
    [example[1:] for example in EXAMPLES],
    ids=[f"{example[0]}: {example[1]}" for example in EXAMPLES],
)
def test_a_headline_and_its_positions_earn_the_points_reckoned_by_hand(headline, roles, months, points):
    experience = [
        {"company": "Corvara", "roles": [dict(zip(("title", "dates", "duration"), role, strict=False))]}
        for role in roles
    ]

    parts = {
        part.name: part
        for part in score({"headline": headline, "experience": experience}, CRITERIA, TODAY).parts
    }

    assert [parts[name].points for name in ("keywords", "experience", "open_to_work")] == points
    assert parts["experience"].reason.startswith(f"{in_words(months)} ")
