"""Whole words, whatever their case and accents."""

import pytest

from campaigns.words import QUOTE_CHARACTERS, Passage, find, quote_of


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Java", "java, SQL"),
        ("Java", "I love JAVA."),
        ("Java", "#Java"),
        ("Java", "Java17"),
        ("Java", "熟练Java开发"),
        ("java", "𝗝𝗮𝘃𝗮 developer"),
        ("Java", "Ja\u00adva"),
        ("Python", "Python3.11"),
        ("Python", "Python-based"),
        ("C", "C/C++"),
        ("C", "C, SQL"),
        ("C++", "C++17"),
        ("c++", "C++/C#"),
        ("C++", "cpp"),
        ("C#", "C♯"),
        ("C#", "csharp"),
        (".NET", "dotnet"),
        (".NET", "C#/.NET 8"),
        (".net", "Microsoft .NET"),
        ("Go", "Rust, Go."),
        ("Go", "From Java to Go"),
        ("Go", "GOLANG"),
        ("R", "R/Python"),
        ("R", "I write R."),
        ("Node.js", "NodeJS"),
        ("Node.js", "node js"),
        ("React", "React.js"),
        ("React", "ReactJS"),
        ("full-stack", "Full Stack"),
        ("full-stack", "fullstack"),
        ("machine learning", "Machine-Learning"),
        ("machine learning", "machine\nlearning"),
        ("Île-de-France", "ILE DE FRANCE"),
        ("Zürich", "Zu\u0308rich"),
        ("Straße", "STRASSE"),
        ("ingénieur", "Ingenieur"),
        ("l’Oréal", "L'OREAL"),
        ("Œuvre", "oeuvre"),
        ("Scrum", "Scrum™ Master"),
        ("ISO", "ISO9001"),
        ("开发", "熟练Java开发"),
    ],
)
def test_a_word_is_found_where_it_stands_whole(word, text):
    assert find(word, Passage("headline", text))


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Java", "JavaScript"),
        ("Java", "Java Script"),
        ("Java", "Java-Script"),
        ("Script", "JavaScript"),
        ("SQL", "NoSQL"),
        ("C", "C++"),
        ("C", "C#"),
        ("C", "Objective-C"),
        ("C", "C-suite"),
        ("C", "C level"),
        ("C", "Vitamin C"),
        ("C", "c"),
        ("C++", "C"),
        ("C#", "C"),
        (".NET", "ASP.NET"),
        (".NET", "corvara.net"),
        (".NET", "net revenue"),
        ("Go", "Go-to-market"),
        ("Go", "Go to market"),
        ("Go", "Go getter"),
        ("Go", "let’s Go"),
        ("Go", "Ready to Go"),
        ("Go", "I go home"),
        ("Go", "Google"),
        ("Go", "Django"),
        ("Go", "500 Go"),
        ("R", "R&D"),
        ("R", "R & D"),
        ("R", "R et D"),
        ("R", "R and D"),
        ("R", "HR"),
        ("R", "H.R."),
        ("R", "l’R"),
        ("R", "Toys R Us"),
        ("R", "r"),
        ("Node.js", "Node"),
        ("Paris", "Parish"),
        ("Tours", "Tourshop"),
        ("AI", "email"),
        ("Java", ""),
    ],
)
def test_a_word_is_not_found_within_another(word, text):
    assert find(word, Passage("headline", text)) is None


def test_a_short_passage_is_quoted_whole_and_as_it_was_written():
    assert quote_of("ecoute", Passage("headline", " À l’Écoute ")) == "À l’Écoute"


@pytest.mark.parametrize("before", ["a" * 90 + " ", "word " * 100, "é" * 300 + " ", ""])
@pytest.mark.parametrize("after", [" " + "z" * 90, " word" * 100, ""])
def test_a_long_passage_is_quoted_around_the_word(before, after):
    text = before + "Sénior Kotlin" + after

    quote = quote_of("kotlin", Passage("about", text))

    assert "Kotlin" in quote
    assert quote in text
    assert len(quote) <= QUOTE_CHARACTERS


def test_a_quote_begins_and_ends_with_a_whole_word():
    text = "seven " * 100 + "Kotlin" + " seven" * 100

    assert set(quote_of("kotlin", Passage("about", text)).split()) == {"seven", "Kotlin"}


def test_what_nobody_wrote_is_read_to_its_limit_only():
    assert find("end", Passage("about", "x " * 500_000 + "end")) is None
