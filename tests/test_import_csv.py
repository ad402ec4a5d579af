"""Reading CSV: LinkedIn's own export, other tables, and what is broken in them."""

import codecs
import tracemalloc
from datetime import date
from pathlib import Path

import pytest

from contacts.birthdays import Birthday
from contacts.importing.formats import Format, UnknownFormat, open_contacts
from contacts.importing.rows import Refused, Row

DATA = Path(__file__).parent / "data" / "import"
HEADER = "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"


@pytest.fixture
def read(tmp_path):
    """The rows of a file with this content."""

    def read_rows(content: str | bytes) -> list[Row | Refused]:
        path = tmp_path / "people"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        with open_contacts(path) as file:
            return list(file.rows)

    return read_rows


def url(slug):
    return f"https://www.linkedin.com/in/{slug}/"


def test_linkedins_own_export_is_read_below_its_notes():
    with open_contacts(DATA / "Connections.csv") as file:
        rows = list(file.rows)
    assert file.format is Format.CONNECTIONS
    assert rows == [
        Row(
            5,
            url("ada-martin"),
            "Ada Martin",
            "Ada",
            ("ada@example.org",),
            "Acme, Inc",
            "Founder",
            date(2019, 4, 12),
        ),
        Row(6, url("noé-garnier"), "Noé Garnier", "Noé", (), "Atelier", "Lead Engineer", date(2021, 2, 1)),
        Refused(8, "neither an address, nor an e-mail, nor a name"),
        Row(
            9,
            url("zoe-van-dijk"),
            "Zoë 🔥 van Dijk",
            "Zoë 🔥",
            ("zoe@example.org",),
            "Molen",
            'Sr. "Data" Person',
            date(2022, 11, 30),
        ),
    ]


@pytest.mark.parametrize(
    "header",
    [
        "name,url,email,birthday",
        "Name;URL;E-Mail;Geburtstag",
        "nom complet\tprofil\tadresse e-mail\tanniversaire",
        "sep=;\nName;URL;Email;Birthday",
        "some notes\n\n\nName,LinkedIn,Email,Date of birth",
    ],
)
def test_other_tables_are_read_by_their_header_in_several_languages(read, header):
    delimiter = next(character for character in "\t;," if character in header.splitlines()[-1])
    line = delimiter.join(["Ada Martin", "linkedin.com/in/ada", "ADA@example.org", "29/02"])
    [row] = read(f"{header}\n{line}\n")
    assert (row.name, row.profile_url, row.email) == ("Ada Martin", url("ada"), "ada@example.org")
    assert row.birthday == Birthday(2, 29)


def test_the_french_export_is_recognised(read):
    header = "Prénom,Nom,URL,Adresse e-mail,Entreprise,Poste,Connexion le\n"
    content = header + "Éva,Roux,/in/eva/,,Atelier,Chef,12 avr. 2019\n"
    [row] = read(content)
    assert (row.name, row.first_name, row.company, row.position) == ("Éva Roux", "Éva", "Atelier", "Chef")
    assert row.connected_on == date(2019, 4, 12)


@pytest.mark.parametrize(
    "encoded",
    [
        lambda text: text.encode(),
        lambda text: codecs.BOM_UTF8 + text.encode(),
        lambda text: codecs.BOM_UTF16_LE + text.encode("utf-16-le"),
        lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"),
        lambda text: text.encode("utf-16-le"),
        lambda text: text.encode("utf-16-be"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: text.replace("\n", "\r").encode(),
    ],
)
def test_every_usual_encoding_and_line_ending_gives_the_same_row(read, encoded):
    [row] = read(encoded("name,url\nZoë Müller,linkedin.com/in/zoe\n"))
    assert (row.name, row.profile_url) == ("Zoë Müller", url("zoe"))


def test_bytes_that_mean_nothing_in_any_encoding_do_not_stop_the_file(read):
    rows = read(b"name,url\nAda \x81\xff,linkedin.com/in/ada\nBen,linkedin.com/in/ben\n")
    assert [row.profile_url for row in rows] == [url("ada"), url("ben")]


def test_an_unterminated_quote_refuses_its_own_line_and_swallows_nobody(read):
    rows = read(
        HEADER
        + '"Ada,Martin,https://www.linkedin.com/in/ada,,,,\n'
        + "Ben,Novak,https://www.linkedin.com/in/ben,,,,\n"
        + 'Cleo,Roux,https://www.linkedin.com/in/cleo,,"Roux, Sons",,\n'
        + 'Dag,Berg,https://www.linkedin.com/in/dag,,"Berg,,\n'
        + "Emma,Lind,https://www.linkedin.com/in/emma,,,,\n"
    )
    assert [(row.line, row.reason) for row in rows if isinstance(row, Refused)] == [
        (2, "a quote is opened and never closed"),
        (5, "a quote is opened and never closed"),
    ]
    assert [row.name for row in rows if isinstance(row, Row)] == ["Ben Novak", "Cleo Roux", "Emma Lind"]


def test_two_stray_quotes_that_close_each_other_do_not_swallow_the_people_between(read):
    rows = read(
        HEADER
        + 'Ada,"Martin,https://www.linkedin.com/in/ada,,,,\n'
        + "Ben,Novak,https://www.linkedin.com/in/ben,,,,\n"
        + 'Cleo,Roux",https://www.linkedin.com/in/cleo,,,,\n'
    )
    assert [type(row) for row in rows] == [Refused, Row, Row]
    assert rows[1].name == "Ben Novak"


def test_a_quote_inside_a_field_is_only_a_character(read):
    [row] = read(HEADER + 'Ada,Martin,https://www.linkedin.com/in/ada,,5" Disks,,\n')
    assert row.company == '5" Disks'


def test_text_after_a_closing_quote_is_refused_with_its_line(read):
    [refused, row] = read(HEADER + '"Ada"x,M,https://www.linkedin.com/in/ada,,,,\nBen,,/in/ben,,,,\n')
    assert refused.line == 2
    assert "broken quoting" in refused.reason
    assert row.line == 3


def test_a_field_over_131072_characters_is_refused_alone(read):
    [refused, row] = read(f"name,url\n{'x' * 131_073},/in/ada\nBen,/in/ben\n")
    assert refused.line == 2
    assert "131072" in refused.reason
    assert row.name == "Ben"


def test_a_quote_that_stays_open_for_a_whole_long_file_costs_one_line(read):
    people = "".join(f"P,{number},/in/p{number},,,,\n" for number in range(5_000))
    rows = read(HEADER + 'Ada,"Open,/in/ada,,,,\n' + people)
    assert isinstance(rows[0], Refused)
    assert len(rows) == 5_001


def test_rows_with_too_many_or_too_few_fields_are_told_apart(read):
    [refused, trailing, short] = read("name,url,email\nAda,/in/ada,,,more\nBen,/in/ben,,,,\nCleo,/in/cleo\n")
    assert refused == Refused(2, "5 fields under 3 columns")
    assert (trailing.name, short.name, short.email) == ("Ben", "Cleo", "")


def test_nul_characters_and_bad_values_never_come_through(read):
    [row] = read("name,url,email,birthday\nA\0da\u202e,/in/ada,no mail,31/02\n")
    assert (row.name, row.emails, row.birthday) == ("Ada", (), None)
    assert row.remark == "birthday not understood: 31/02"


def test_an_address_that_is_no_profile_is_refused_with_the_reason(read):
    assert read("name,url\nAcme,https://www.linkedin.com/company/acme\n") == [
        Refused(2, "the address is refused: not a person's profile (/in/…)")
    ]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "\n\n",
        "hello",
        "a,b,c\n1,2,3\n",
        "First Name,Last Name\nAda,Martin\n",
        "\x89PNG\r\n",
        "PK\x03\x04",
        "note\n" * 60 + "name,url\nAda,/in/ada\n",
    ],
)
def test_what_is_no_list_of_people_is_not_recognised(read, content):
    with pytest.raises(UnknownFormat):
        read(content)


def test_a_header_alone_is_an_empty_list(read):
    assert read(HEADER) == []


@pytest.mark.unmeasured
def test_a_long_file_and_an_endless_line_are_read_in_constant_memory(tmp_path):
    path = tmp_path / "long.csv"
    with path.open("w") as file:
        file.write(HEADER)
        file.writelines(
            f"Ada,{n},https://www.linkedin.com/in/a{n},,Acme Corporation,Job,12 Apr 2019\n"
            for n in range(10_000)
        )
        for _ in range(20):
            file.write("x" * 1_000_000)
    tracemalloc.start()
    try:
        with open_contacts(path) as opened:
            count = sum(1 for _ in opened.rows)
            assert opened.position() == opened.size
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 10_001
    assert path.stat().st_size > 20_000_000
    assert peak < 12_000_000
