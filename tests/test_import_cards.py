"""Reading vCard and iCalendar as phones, Google and Apple write them."""

import time
from pathlib import Path

import pytest

from contacts.birthdays import Birthday
from contacts.importing.formats import Format, open_contacts
from contacts.importing.rows import Refused, Row

DATA = Path(__file__).parent / "data" / "import"


def url(slug):
    return f"https://www.linkedin.com/in/{slug}/"


def read(path):
    with open_contacts(path) as file:
        return file.format, list(file.rows)


@pytest.fixture
def cards(tmp_path):
    """The rows of these vCards; each is the lines between VERSION and END."""

    def read_cards(*contents: str) -> list[Row | Refused]:
        path = tmp_path / "cards.vcf"
        path.write_text("".join(f"BEGIN:VCARD\nVERSION:4.0\n{content}\nEND:VCARD\n" for content in contents))
        return read(path)[1]

    return read_cards


@pytest.fixture
def events(tmp_path):
    """The rows of these events."""

    def read_events(*contents: str) -> list[Row | Refused]:
        path = tmp_path / "days.ics"
        inner = "".join(f"BEGIN:VEVENT\n{content}\nEND:VEVENT\n" for content in contents)
        path.write_text(f"BEGIN:VCALENDAR\nVERSION:2.0\n{inner}END:VCALENDAR\n")
        return read(path)[1]

    return read_events


def test_a_card_of_an_old_phone_is_read_with_its_quoted_printable_name():
    assert read(DATA / "phone.vcf") == (
        Format.VCARD,
        [
            Row(
                1,
                url("elodie-durand"),
                "Élodie Durand",
                "Élodie",
                ("elodie@example.org",),
                birthday=Birthday(4, 12, 1985),
            )
        ],
    )


def test_cards_from_google_are_read_and_an_anniversary_is_no_birthday():
    assert read(DATA / "google.vcf")[1] == [
        Row(1, None, "Ada Martin", "Ada", ("ada@example.org",), birthday=Birthday(2, 29)),
        Row(
            11, url("ben-novak"), "Ben Novak", "", (), "Brno Works", "Chemist", birthday=Birthday(4, 12, 1985)
        ),
    ]


def test_cards_from_apple_are_read_with_their_social_profiles_and_omitted_years():
    rows = read(DATA / "apple.vcf")[1]
    assert [(row.profile_url, row.birthday) for row in rows] == [
        (url("chiara-rossi"), Birthday(2, 29)),
        (url("dag-berg"), Birthday(12, 25)),
        (url("emma-lind"), None),
    ]
    assert rows[2].remark == "birthday not understood: circa 1800"


def test_a_year_that_apple_marks_as_omitted_is_no_year(cards):
    [row] = cards("FN:Ada\nBDAY;X-APPLE-OMIT-YEAR=1984:1984-02-29")
    assert row.birthday == Birthday(2, 29)


def test_a_birthday_of_another_calendar_is_unknown(cards):
    [row] = cards("FN:Ada\nBDAY;CALSCALE=hebrew:--0412")
    assert row.birthday is None


def test_a_name_is_made_of_its_parts_where_no_other_is_given(cards):
    assert [row.name for row in cards("N:Martin;Ada;;;", "N:Martin\\; Sons", "N:;;\nFN:Zoe")] == [
        "Ada Martin",
        "Martin; Sons",
        "Zoe",
    ]


@pytest.mark.parametrize(
    "content",
    [
        "FN:Eve\nthis is no property",
        "FN:Eve\n;:x",
        'FN:Eve\nNOTE;X="open:x',
        "FN:Eve\nURL:https://www.linkedin.com/in/eve\nURL:https://www.linkedin.com/in/mallory",
        "NOTE:nobody",
        "FN:Eve\n" + "NOTE:x\n" * 2_001,
    ],
)
def test_a_broken_card_refuses_only_itself(cards, content):
    rows = cards("FN:Ada", content, "FN:Ben")
    assert [type(row) for row in rows] == [Row, Refused, Row]
    assert [row.name for row in (rows[0], rows[2])] == ["Ada", "Ben"]


def test_a_card_without_its_end_is_refused_where_it_begins(tmp_path):
    path = tmp_path / "cards.vcf"
    path.write_text("BEGIN:VCARD\nFN:Eve\nBEGIN:VCARD\nFN:Ada\nEND:VCARD\nBEGIN:VCARD\nFN:Mallory\n")
    assert read(path)[1] == [Refused(1, "no END:VCARD"), Row(3, name="Ada"), Refused(6, "no END:VCARD")]


def test_addresses_on_look_alike_hosts_and_companies_are_nobodys(cards):
    rows = cards(
        "FN:Ada\nURL:https://evil-linkedin.com/in/ada",
        "FN:Ada\nURL:https://evil.example/www.linkedin.com/in/ada",
        "FN:Ada\nURL:https://www.linkedin.com/company/ada",
        "FN:Ada\nURL:https://www.linkedin.com.evil.example/in/ada",
        "FN:Ada\nURL:https://www.linkedin.com/in/%2e%2e",
        "FN:Ada\nX-SOCIALPROFILE;type=linkedin:x-apple:../ada",
        "FN:Ada\nX-SOCIALPROFILE;type=twitter:x-apple:ada",
    )
    assert [row.profile_url for row in rows] == [None] * 7


def test_an_unknown_character_set_does_not_stop_a_card(cards):
    [row] = cards("FN;CHARSET=KLINGON;ENCODING=QUOTED-PRINTABLE:=41da")
    assert row.name == "Ada"


def test_hostile_cards_are_read_in_no_time(cards):
    before = time.process_time()
    rows = cards(
        "FN;" + "A=B;" * 250_000 + "x",
        "FN:Ada\nNOTE:" + "A=B;" * 200_000,
        "FN:Ada\nPHOTO:" + "x" * 70 + ("\n " + "x" * 70) * 30_000,
        "FN:" + "linkedin.com/in/" * 60_000,
        "FN:Ada\nEMAIL:" + "a" * 900_000 + "@",
    )
    assert [type(row) for row in rows] == [Refused, Row, Row, Row, Row]
    assert time.process_time() - before < 10


def test_yearly_birthdays_are_read_from_a_calendar_without_the_year_of_the_event():
    assert read(DATA / "birthdays.ics") == (
        Format.ICALENDAR,
        [
            Refused(4, "the day is not certain: '20190229'"),
            Row(10, url("ada-martin"), "Ada Martin", birthday=Birthday(4, 12)),
            Row(21, None, "Zoë", "", ("zoe@example.org",), birthday=Birthday(5, 1)),
            Refused(28, "a yearly event that does not say it is a birthday"),
            Refused(34, "the day is not certain: '20200601T220000Z'"),
        ],
    )


@pytest.mark.parametrize(
    "summary",
    [
        "Ada Martin's birthday",
        "Birthday: Ada Martin",
        "Anniversaire d’Ada Martin",
        "Anniversaire de Ada Martin",
        "Ada Martin hat Geburtstag",
        "Cumpleaños de Ada Martin",
        "Compleanno di Ada Martin",
        "🎂 Ada Martin",
        "Geburtstag von Ada Martin",
        "Verjaardag van Ada Martin",
        "Aniversário de Ada Martin",
        "Ada Martin - Birthday",
    ],
)
def test_whose_birthday_it_is_is_read_in_several_languages(events, summary):
    [row] = events(f"SUMMARY:{summary}\nDTSTART;VALUE=DATE:20200412\nRRULE:FREQ=YEARLY")
    assert row == Row(3, None, "Ada Martin", birthday=Birthday(4, 12))


def test_an_event_of_two_profiles_or_of_several_guests_names_nobody(events):
    day = "SUMMARY:Birthday\nDTSTART;VALUE=DATE:20200412\nRRULE:FREQ=YEARLY\n"
    [refused, row] = events(
        day + "DESCRIPTION:linkedin.com/in/ada and linkedin.com/in/eve",
        day + "ATTENDEE:mailto:ada@example.org\nATTENDEE:mailto:eve@example.org",
    )
    assert "two profiles" in refused.reason
    assert row.emails == ()


def test_events_that_do_not_return_every_year_are_passed_over(events):
    day = "SUMMARY:Birthday of Ada\nDTSTART;VALUE=DATE:20200412\n"
    assert events(day, day + "RRULE:FREQ=MONTHLY", day + "RRULE:FREQ=YEARLY;INTERVAL=2") == []


def test_a_broken_event_is_refused_with_the_line_that_broke_it(events):
    assert events("SUMMARY:Birthday\nnonsense") == [Refused(5, "not a property: 'nonsense'")]
