"""A conversation of several people is told as a group's where that is certain, in any language, and never else."""

import pytest

from engine.pages.groups import counts_others, is_group
from tests.captures import NAV
from tests.test_read_page import read_file


@pytest.mark.parametrize(
    "title",
    [
        "Ada, Bo, +2",
        "Ada Martin、Bo Lind、＋12",
        "Ada, Bo and 2 others",
        "Ada Martin and 1 other",
        "Ada, Bo et 2 autres",
        "Ada, Bo et 3 autres personnes",
        "Ada, Bo und 2 weitere",
        "Ada, Bo und 2 weitere Personen",
        "Ada, Bo y 2 más",
        "Ada, Bo e altri 2",
        "Ada, Bo e mais 2",
        "Ada, Bo en 2 anderen",
    ],
)
def test_a_heading_that_counts_others_is_a_groups(title):
    assert counts_others(title)


@pytest.mark.parametrize(
    "title",
    [
        "", "Ada Martin", "Ada Martin, PhD", "Ada Martin, MBA, PMP", "Ada Martin +2", "Ada and Bo", "Ada Martin, 2",
        "Ada and 2 cats and a dog and a garden", "Ada Martin and others", "2 others",
        "Anderson and 40 years more of the same tide",
    ],
)  # fmt: skip
def test_a_heading_that_only_might_is_none(title):
    assert not counts_others(title)


def conversation(name="", *, faces=(), **people):
    return {"recipient": {"name": name, "slugs": [], "ids": [], "pills": [], **people}, "faces": list(faces)}


def written(*authors, is_own=False):
    return [{"author": author, "is_own": is_own} for author in authors]


@pytest.mark.parametrize("what", ["pills", "slugs", "ids"])
def test_two_people_named_are_a_group_and_one_is_not(what):
    assert is_group(conversation(**{what: ["one", "two"]}), [])
    assert not is_group(conversation(**{what: ["one"]}), [])


def test_two_pictures_of_people_whom_the_heading_names_are_a_group():
    faces = ("Photo of Ada Martin", "Photo of Bo Lind")

    assert is_group(conversation("Ada Martin, Bo Lind", faces=faces), [])
    assert not is_group(conversation("Ada Martin, PhD", faces=faces), [])
    assert not is_group(conversation("Ada Martin, Bo Lind", faces=faces[:1]), [])
    assert not is_group(conversation("Dr, Ada Martin", faces=("Dr Ada Martin", "Photo of Dr Ada Martin")), [])
    assert not is_group(conversation("Ada Martin", faces=("Ada Martin", "Ada Martin is reachable")), [])


def test_two_others_who_wrote_are_a_group_but_one_by_two_names_is_not():
    assert is_group(conversation(), written("acoaada", "acoabo"))
    assert not is_group(conversation(), written("acoaada", "ada-martin", None))
    assert not is_group(conversation(), written("acoaada") + written("acoame", is_own=True))


def test_where_nobody_knows_who_we_are_it_takes_a_third_who_wrote():
    assert is_group(conversation(), written("ada", "bo", "me", is_own=None))
    assert not is_group(conversation(), written("ada", "bo", is_own=None))


def test_a_name_for_a_group_says_nothing_by_itself():
    assert not is_group(conversation("Harbour rowing club"), [])


ITEM = (
    '<li class="msg-s-message-list__event"><div class="msg-s-event-listitem msg-s-event-listitem--other"'
    ' data-event-urn="urn:{n}">{link}<p class="msg-s-event-listitem__body">{text}</p></div></li>'
)
PAGE = (
    "<main class='scaffold-layout__detail'><header><h2>{title}</h2></header><div role='log'><ul>{items}</ul></div>"
    "<form class='msg-form'><div class='msg-form__contenteditable' role='textbox' contenteditable='true'></div>"
    "<button type='submit' disabled>Send</button></form></main>"
)


def item(n, slug, text="High tide"):
    link = f'<a href="/in/{slug}/">{slug}</a>' if slug else ""
    return ITEM.format(n=n, link=link, text=text)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("title", "items", "kind"),
    [
        ("Ada, Bo, +2", item(1, "ada-martin"), "group"),
        ("Rowing", item(1, "ada-martin") + item(2, "bo-lind"), "group"),
        ("Rowing", item(1, "ada-martin") + item(2, None, 'Ask <a href="/in/bo-lind/">Bo</a>'), None),
    ],
)
def test_a_groups_thread_is_read_as_one(browser, tmp_path, title, items, kind):
    path = tmp_path / "page.html"
    path.write_text(f"<html><body>{NAV}{PAGE.format(title=title, items=items)}")
    found = read_file(browser, path, "/messaging/thread/2-abc/")

    assert (found["page_kind"], found["conversation"]) == ("messaging", kind)
    assert ("conversation" in found["reasons"]) == (kind is None)
