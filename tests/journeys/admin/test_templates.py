"""Staff write a template and read it as its person will: while they type, for whom they choose, on time and late."""

import pytest
from django.urls import reverse
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from campaigns.models import MessageTemplate
from tests.builders import a_birthday_campaign, a_contact, a_template
from tests.journeys.admin.acts import click, press, read, write

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PREVIEW = (By.CSS_SELECTOR, ".preview")
MESSAGE = (By.CSS_SELECTOR, ".preview .message")


def test_a_template_is_read_as_its_person_will_and_checked_while_it_is_written(office):
    a_birthday_campaign()
    a_template("Joyeux anniversaire, {name} !", language="fr")
    a_contact("Ada Martin")
    a_contact("Bo Lindgren")
    _driver, wait = office(reverse("admin:campaigns_messagetemplate_add"))
    write(wait, "#id_name", "mine")
    write(wait, "#id_language", "en")

    text = write(wait, "#id_text", "Cheers, {nome}")
    read(wait, "line 1, column 9: {nome} is no placeholder", PREVIEW)
    text.send_keys(Keys.BACKSPACE * 5, "name}! <b>")
    read(wait, "Cheers, Ada! <b>", MESSAGE)
    text.send_keys(" Enjoy")
    read(wait, "Cheers, Ada! <b> Enjoy", MESSAGE)

    write(wait, "[name=preview_for]", "lind")
    read(wait, "Cheers, Bo! <b> Enjoy", MESSAGE)
    read(wait, "On the day, Bo Lindgren", PREVIEW)
    read(wait, "Joyeux anniversaire, Bo !", (By.CSS_SELECTOR, ".preview .others"))

    click(wait, By.CSS_SELECTOR, "select[name=purpose] option[value=birthday_late]")
    write(wait, "#id_text", "{days_late} days late, {name}: all the best!")
    for words in ("1 day late, Bo Lindgren", "3 days late, Bo Lindgren", "3 days late, Bo: all the best!"):
        read(wait, words, PREVIEW)

    press(wait, "Save")
    read(wait, "was added successfully")
    kept = MessageTemplate.objects.get(name="mine")
    assert (kept.purpose, kept.text) == ("birthday_late", "{days_late} days late, {name}: all the best!")
