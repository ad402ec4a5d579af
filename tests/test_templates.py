"""Templates: what is refused at save, and how a text is rendered."""

import pytest
from django.core.exceptions import ValidationError

from campaigns.models import MessageTemplate
from campaigns.templates import check_placeholders, render
from tests.builders import a_template


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("Hi {nome}", "line 1, column 4"),
        ("Hi\n  {0.__class__}", "line 2, column 3"),
        ("{name!r:>99999999}", "line 1, column 1"),
        ("{{ x }}", "line 1, column 1"),
        ("{name.first}", "line 1, column 1"),
        ("a } b", "line 1, column 3"),
        ("{", "line 1, column 1"),
        ("{}", "line 1, column 1"),
    ],
)
def test_an_unknown_placeholder_is_refused_with_its_position(text, position):
    with pytest.raises(ValidationError, match=position):
        check_placeholders(text)


@pytest.mark.django_db
def test_a_template_with_an_unknown_placeholder_cannot_be_saved():
    with pytest.raises(ValidationError, match="nome"):
        a_template("Joyeux anniversaire {nome} !")


@pytest.mark.django_db
def test_days_late_belongs_to_late_wishes_only():
    with pytest.raises(ValidationError, match="late wishes only"):
        a_template("{days_late} days")
    assert a_template("{days_late} days", purpose="birthday_late").pk


@pytest.mark.django_db
@pytest.mark.parametrize("text", ["", "   ", "x" * 2_001])
def test_an_empty_or_endless_text_is_refused(text):
    with pytest.raises(ValidationError):
        a_template(text, name="a template")


@pytest.mark.parametrize("name", ["{days_late}", "{{ x }}", "%(x)s", "{0.__class__}", "<script>"])
def test_what_a_name_brings_along_stays_as_it_is(name):
    assert render("Hi {name}, {days_late}", {"name": name, "days_late": 3}) == f"Hi {name}, 3"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "fr"])
@pytest.mark.parametrize("is_late", [False, True])
def test_there_are_starter_templates_in_english_and_french(language, is_late):
    starters = list(MessageTemplate.objects.for_wish(is_late=is_late, language=language))

    assert {starter.language for starter in starters} == {language}
    assert len(starters) >= 3
    for starter in starters:
        starter.full_clean()


@pytest.mark.django_db
def test_a_language_without_templates_falls_back_to_english():
    starters = MessageTemplate.objects.for_wish(is_late=False, language="sv")

    assert {starter.language for starter in starters} == {"en"}
