"""Staff read the admin in English or French: every text is in the catalog, whole, and as the program needs it."""

import ast
import gettext
import io
import re
from collections import Counter
from html.parser import HTMLParser

import pytest
from django.contrib import admin
from django.test import override_settings
from django.urls import reverse
from django.utils import translation

from contacts.models import Contact
from engine.models import Account
from linkedin_bot.model_words import words_of
from scripts.catalog import CALLS, OURS, ROOT, Text, _files, catalogs, compiled, read, texts, update, write
from tests.builders import a_contact

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[sdi]|%%|\{\w*\}|<[^>]+>")
TAG = re.compile(r"{%.*?%}|{{.*?}}|{#.*?#}", re.DOTALL)
BLOCK = re.compile(r"{%\s*blocktrans\w*\b.*?{%\s*endblocktrans\w*\s*%}", re.DOTALL)
WORD = re.compile(r"[^\W\d_]{2,}")
# Names of a key of the keyboard, and of the time that the machine counts in, are the same in both.
SAME_EVERYWHERE = {"Esc", "UTC", "CSV", "JSON"}
SHOWN_ATTRIBUTES = {"title", "alt", "placeholder", "aria-label"}
# A literal under one of these names is read by people.
SHOWN_NAMES = {
    "description", "short_description", "label", "help_text", "title", "verbose_name", "verbose_name_plural",
    "empty_label", "search_help_text",
}  # fmt: skip


@pytest.fixture(autouse=True)
def settled_language():
    """A request leaves its language behind in the thread, where the next test would read it."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="module")
def known():
    return texts()


@pytest.fixture(scope="module", params=catalogs(), ids=lambda path: path.parts[-3])
def path(request):
    return request.param


def test_there_is_a_french_catalog():
    assert [path.parts[-3] for path in catalogs()] == ["fr"]


def test_every_text_is_translated_and_nothing_is_that_no_page_has_any_more(path, known):
    """To bring them together: python -m scripts.catalog, then fill in what it names."""
    catalog = read(path)
    assert sorted(set(known) - set(catalog)) == []
    assert sorted(set(catalog) - set(known)) == []
    assert sorted(text.one for text, forms in catalog.items() if not all(map(str.strip, forms))) == []
    assert "fuzzy" not in path.read_text()
    assert "#~" not in path.read_text()


def test_placeholders_and_marks_are_those_of_the_text(path):
    wrong = []
    for text, forms in read(path).items():
        assert len(forms) == (2 if text.many else 1), text
        originals = [text.one, text.many] if text.many else [text.one]
        for original, form in zip(originals, forms, strict=True):
            if Counter(PLACEHOLDER.findall(original)) != Counter(PLACEHOLDER.findall(form)):
                wrong.append((original, form))
            if (original[:1] == "\n", original[-1] in ".:…!?") != (form[:1] == "\n", form[-1] in ".:…!?"):
                wrong.append((original, form))
    assert wrong == []


def test_what_the_program_reads_is_what_the_catalog_says(path):
    made = path.with_suffix(".mo").read_bytes()
    assert made == compiled(path)
    program = gettext.GNUTranslations(io.BytesIO(made))
    for text, forms in read(path).items():
        if text.many:
            assert [program.ngettext(text.one, text.many, count) for count in (0, 1, 2)] == [
                forms[0], forms[0], forms[1],
            ]  # fmt: skip
        else:
            assert program.gettext(text.one) == forms[0]


def test_texts_of_every_kind_are_found(known):
    for one in (
        "Waiting for approval",  # a template's
        "%(known)s",  # nobody's
        "Nothing was chosen: tick the texts that you looked at.",  # the code's
        "late days",  # a field's name
        "How many days late at most.",  # its help
        "Do Not Contact",  # a choice
        "Campaigns",  # an app's name
        "Type to search",  # the theme's own
    ):
        assert (Text(one) in known) == (one != "%(known)s"), one
    assert Text("%(count)s key works", "%(count)s keys work") in known
    assert Text("Log out") not in known  # Django's own


def test_a_catalog_is_brought_up_to_date_without_losing_what_stands_in_it(tmp_path, known):
    old = tmp_path / "xx" / "LC_MESSAGES" / "django.po"
    old.parent.mkdir(parents=True)
    kept, gone = Text("Waiting for approval"), Text('Nobody says this any more \\ "here"\n')
    write(old, {kept: ["Attend"], gone: ["Parti"]}, {kept: "a", gone: "b"})
    assert read(old)[gone] == ["Parti"]
    missing = update(old)
    assert read(old)[kept] == ["Attend"]
    assert set(read(old)) == set(known)
    assert len(missing) == len(known) - 1
    assert (
        gettext.GNUTranslations(io.BytesIO(old.with_suffix(".mo").read_bytes())).gettext(kept.one) == "Attend"
    )


class Shown(HTMLParser):
    """What of a template's own text a person would read."""

    def __init__(self):
        super().__init__()
        self.words, self.silent = [], [False]

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.words += [value for name, value in attributes if name in SHOWN_ATTRIBUTES and value]
        if tag not in ("input", "img", "link", "br", "rect", "meta"):
            is_icon = "material-symbols" in (given.get("class") or "")
            self.silent.append(self.silent[-1] or is_icon or tag in ("code", "script", "style"))

    def handle_endtag(self, tag):
        if len(self.silent) > 1:
            self.silent.pop()

    def handle_data(self, text):
        if not self.silent[-1]:
            self.words.append(text)


def bare(source):
    page = Shown()
    page.feed(TAG.sub(" ", BLOCK.sub(" ", source)))
    found = [word for text in page.words for word in WORD.findall(text)]
    return [word for word in found if word not in SAME_EVERYWHERE]


def test_no_template_shows_a_text_that_cannot_be_translated():
    templates = [path for path in _files(ROOT, OURS) if path.suffix == ".html"]
    assert len(templates) > 20
    assert {path.name: words for path in templates if (words := bare(path.read_text()))} == {}


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ('<img alt="A page">', ["page"]),
        ('<p>{% translate "Hello" %}</p>', []),
        ('<i class="material-symbols-outlined">home</i><b>Go</b>', ["Go"]),
        ("{% blocktranslate count n=n %}One{% plural %}Many{% endblocktranslate %}<br>", []),
    ],
)
def test_a_bare_text_in_a_template_is_noticed(source, words):
    assert bare(source) == words


def literals(source):
    """What stands, untranslated, under a name that people read; and calls that translate nothing fixed."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in CALLS and not all(isinstance(each, ast.Constant) for each in node.args[: CALLS[name]]):
                yield f"line {node.lineno}: {name} of something that is not fixed"
            pairs = [(each.arg, each.value) for each in node.keywords]
        elif isinstance(node, ast.Assign):
            pairs = [(getattr(target, "id", ""), node.value) for target in node.targets]
        elif isinstance(node, ast.Dict):
            pairs = [
                (getattr(key, "value", ""), value) for key, value in zip(node.keys, node.values, strict=True)
            ]
        else:
            continue
        for name, value in pairs:
            parts = value.values if isinstance(value, ast.JoinedStr) else [value]
            fixed = [getattr(part, "value", None) for part in parts]
            if name in SHOWN_NAMES and any(isinstance(each, str) and WORD.search(each) for each in fixed):
                yield f"line {value.lineno}: {name}"


def test_no_page_of_the_admin_names_anything_that_cannot_be_translated():
    pages = [path for path in _files(ROOT, OURS) if "admin" in path.parts and path.suffix == ".py"]
    pages += (ROOT / "linkedin_bot").glob("dashboard*.py")
    assert len(pages) > 30
    assert {str(path): found for path in pages if (found := list(literals(path.read_text())))} == {}


@pytest.mark.parametrize(
    "source",
    [
        'x(description="page")',
        'title = "Notes"',
        'a = {"title": f"Run {n}"}',
        '_(f"Run {n}")',
        "gettext(words)",
    ],
)
def test_a_bare_text_in_the_code_is_noticed(source):
    assert list(literals(source))


def test_models_speak_the_readers_language_and_migrations_do_not():
    field = Contact._meta.get_field("birth_month")
    with translation.override("fr"):
        assert str(field.verbose_name) == "mois de naissance"
        assert str(Account._meta.verbose_name_plural) == "comptes"
        assert Contact(status="do_not_contact").get_status_display() == "Ne pas contacter"
    assert "verbose_name" not in field.deconstruct()[3]
    assert Contact(status="do_not_contact").get_status_display() == "Do Not Contact"
    for model in admin.site._registry:
        assert all(words_of(model))


@pytest.mark.django_db
def test_staff_switch_the_language_and_the_whole_page_follows(admin_client):
    a_contact("Ada Martin")
    listed = reverse("admin:contacts_contact_changelist")
    assert "Last interaction" in admin_client.get(listed).content.decode()
    page = admin_client.get("/admin/").content.decode()
    assert 'action="/admin/language/"' in page
    answer = admin_client.post("/admin/language/", {"language": "fr", "next": listed})
    assert (answer.status_code, answer["Location"]) == (302, listed)
    page = admin_client.get(listed).content.decode()
    assert '<html lang="fr"' in page
    for words in ("Dernière interaction", "Exécutions", "Importer un fichier…", "Modèles de message"):
        assert words in page
    assert "Last interaction" not in page
    home = admin_client.get("/admin/").content.decode()
    assert "Anniversaires aujourd’hui" in home
    assert "Waiting for approval" not in home


@pytest.mark.django_db
def test_a_browser_that_asks_for_french_is_answered_in_french(client):
    page = client.get(reverse("admin:login"), headers={"accept-language": "fr-CA,fr;q=0.9"}).content.decode()
    assert "Se connecter" in page or "Connexion" in page
    with override_settings(LANGUAGES=[("en", "English")]):
        assert '<html lang="en"' in client.get(reverse("admin:login")).content.decode()


@pytest.mark.django_db
def test_forms_are_asked_in_french(admin_client):
    admin_client.post("/admin/language/", {"language": "fr"})
    page = admin_client.get(reverse("admin:engine_account_add")).content.decode()
    for words in ("Messages par semaine", "Au plus 200.", "Fuseau horaire", "Heures de travail"):
        assert words in page
