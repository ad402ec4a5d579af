"""Contacts are found by the beginnings of words, on either database, whichever way they were written."""

import pytest
from django.db import connection

from contacts import search
from contacts.models import Contact
from tests.builders import a_contact

pytestmark = pytest.mark.django_db
LIST = "/admin/contacts/contact/"


def found(client, query):
    return sorted(person.name for person in client.get(f"{LIST}?{query}").context["cl"].result_list)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=jose", ["José Álvarez-Núñez"]), ("q=nun", ["José Álvarez-Núñez"]), ("q=ÁLV+jos", ["José Álvarez-Núñez"]),
        ("q=ose", []), ("q=acme", ["Ben Roux"]), ("q=ben%40example", ["Ben Roux"]), ("q=chief+ac", ["Ben Roux"]),
        ("q=%22ben%22+AND+*", []), ("q=!!!", []), ("q=o%27brien", []),
        ("q=ben%3A*+%26+%7C", ["Ben Roux"]),
        ("q=https://fr.linkedin.com/in/Ben-Roux?x=1", ["Ben Roux"]), ("q=linkedin.com/in/benoit", ["Ben Roux"]),
        ("q=%00", ["Ben Roux", "José Álvarez-Núñez"]), ("q=++", ["Ben Roux", "José Álvarez-Núñez"]),
    ],
)  # fmt: skip
def test_people_are_found_by_how_words_begin_or_by_any_of_their_addresses(admin_client, query, names):
    a_contact("José Álvarez-Núñez")
    ben = a_contact("Ben Roux", company="Acme (Lyon)", position="Chief of staff", email="ben@example.org")
    ben.aliases.create(profile_url="https://www.linkedin.com/in/benoit/")
    assert found(admin_client, query) == names


def test_the_search_follows_every_change_also_those_past_the_model(admin_client):
    ada = a_contact("Ada Martin", company="Acme")
    Contact.objects.filter(pk=ada.pk).update(name="Adele Roux")
    Contact.objects.bulk_create(
        [Contact(name="Cleo Lund", profile_url="https://www.linkedin.com/in/cleo-lund/")]
    )
    assert [found(admin_client, f"q={word}") for word in ("martin", "roux", "cleo")] == [
        [],
        ["Adele Roux"],
        ["Cleo Lund"],
    ]
    Contact.objects.filter(pk=ada.pk).delete()
    assert search.found("roux") == []


def test_the_search_outlives_a_table_that_was_rebuilt():
    """On SQLite a migration that rebuilds the table drops its triggers."""
    a_contact("Ada Martin")
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DROP TRIGGER contacts_search_insert")
    a_contact("Ben Roux")
    search.look_after(connection)
    a_contact("Cleo Lund")
    assert [len(search.found(word)) for word in ("ada", "ben", "cleo")] == [1, 1, 1]
    search.look_after(connection)
    search.clear(connection)
    assert len(search.found("ben")) == 1


def test_a_search_gives_at_most_so_many_and_the_page_says_so(admin_client):
    made = (Contact(name=f"Ada {n}", profile_url=f"https://www.linkedin.com/in/a{n}/") for n in range(905))
    Contact.objects.bulk_create(made)
    page = admin_client.get(f"{LIST}?q=ada")
    assert page.context["cl"].result_count == search.MOST_FOUND
    assert "add a word to see others" in page.content.decode()
