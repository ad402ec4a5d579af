"""The texts that people read, gathered from code and templates, and the catalogs that hold their translations.

`python -m scripts.catalog` adds what is new to locale/*/LC_MESSAGES/django.po, takes out what is gone, and makes the
.mo files; it needs no gettext. What it adds stands there empty, and tests/test_translations.py names it.
"""

import ast
import os
import re
import struct
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import django
from django.apps import apps
from django.contrib import admin
from django.utils.translation import override
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
OURS = ("campaigns", "contacts", "engine", "linkedin_bot")
# The sandbox shows pages of its own, to browsers.
NOT_SHOWN = ("migrations", "sandbox", "tests")
CALLS = {"_": 1, "gettext": 1, "gettext_lazy": 1, "gettext_noop": 1, "ngettext": 2, "ngettext_lazy": 2}
# What templatize makes of the tags: calls, in text that is no Python otherwise.
_STRING = r"""u?('(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|'{3}(?:.|\n)*?'{3}|"{3}(?:.|\n)*?"{3})"""
_CALLED = re.compile(rf"(?<!\w)(_|gettext|ngettext)\(\s*{_STRING}(?:\s*,\s*{_STRING})?")


@dataclass(frozen=True, order=True)
class Text:
    """A text as the code has it; `plural`: its form for many."""

    one: str
    many: str = ""


Catalog = dict[Text, list[str]]  # each with its translation, or with one for each plural form


@cache
def texts() -> dict[Text, str]:
    """Every text of ours, and those of the admin's theme that Django does not translate; with where it stands."""
    found: dict[Text, str] = {}
    for path in sorted(_files(ROOT, OURS)):
        for text in _in_file(path):
            found.setdefault(text, str(path.relative_to(ROOT)))
    known = _of_django()
    for text, place in _of_models():
        if text.one not in known:
            found.setdefault(text, place)
    theme = Path(apps.get_app_config("unfold").path)
    unused = {
        path
        for path in (theme / "contrib").glob("*/")
        if not apps.is_installed(f"unfold.contrib.{path.name}")
    }
    for path in sorted(_files(theme.parent, [theme.name])):
        for text in _in_file(path):
            if text.one not in known and not unused & {*path.parents}:
                found.setdefault(text, str(path.relative_to(theme.parent)))
    # Two forms under one key would be one entry too many.
    plurals = {text.one for text in found if text.many}
    return {text: place for text, place in found.items() if text.many or text.one not in plurals}


def _files(root: Path, packages: Iterable[str]) -> Iterator[Path]:
    for package in packages:
        for path in (root / package).rglob("*"):
            is_shown = not set(NOT_SHOWN) & {*path.relative_to(root).parts}
            if is_shown and path.suffix in (".py", ".html"):
                yield path


def _in_file(path: Path) -> Iterator[Text]:
    source = path.read_text(encoding="utf-8")
    return _in_template(source) if path.suffix == ".html" else _in_code(source)


def _in_code(source: str) -> Iterator[Text]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [each.value for each in node.args[: CALLS.get(name, 0)] if isinstance(each, ast.Constant)]
            if given and len(given) == CALLS[name] and all(isinstance(each, str) for each in given):
                yield Text(*map(str, given))


def _in_template(source: str) -> Iterator[Text]:
    for called in _CALLED.finditer(templatize(source)):
        strings = [ast.literal_eval(each) for each in called.groups()[1:] if each]
        yield Text(*strings[: CALLS[called[1]]])


def _of_models() -> Iterator[tuple[Text, str]]:
    """What the admin shows of models, which have no call around it: see linkedin_bot/model_words.py."""
    from linkedin_bot.model_words import OURS as LABELS
    from linkedin_bot.model_words import name_of_app, words_of

    admin.autodiscover()
    with override(None):  # else they are in the language of whoever asks
        for label in LABELS:
            config = apps.get_app_config(label)
            yield Text(name_of_app(label)), label
            for model in filter(admin.site.is_registered, config.get_models()):
                for word in words_of(model):
                    yield Text(word), str(model._meta.label)


def _of_django() -> set[str]:
    """What Django itself translates into French, by its own catalogs."""
    packages = Path(django.__file__).parent
    places = [packages / "conf/locale/fr", *packages.glob("contrib/*/locale/fr")]
    places = [place for place in places if "contrib" not in place.parts or _is_used(place.parts[-3])]
    return {text.one for place in places for text in read(place / "LC_MESSAGES" / "django.po")}


def _is_used(contrib: str) -> bool:
    return apps.is_installed(f"django.contrib.{contrib}") or contrib == "admin"


def read(path: Path) -> Catalog:
    """What a .po file translates; its head and what is commented out are left out."""
    catalog: Catalog = {}
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        entry = _entry(block)
        if entry.get("msgid"):
            forms = [entry[key] for key in sorted(entry) if key.startswith("msgstr")]
            catalog[Text(entry["msgid"], entry.get("msgid_plural", ""))] = forms
    return catalog


def _entry(block: str) -> dict[str, str]:
    entry: dict[str, str] = {}
    key = ""
    for line in block.splitlines():
        if line.startswith("#"):
            continue
        word, _space, rest = line.partition(" ")
        if not line.startswith('"'):
            key, line = word, rest
            entry[key] = ""
        if line.strip():
            entry[key] += ast.literal_eval(line.strip())
    return entry


def write(path: Path, catalog: Catalog, places: Mapping[Text, str]) -> None:
    """In the order of the texts, so that what changes stays easy to see."""
    blocks = [HEAD.format(language=path.parts[-3])]
    for text in sorted(catalog, key=lambda text: (places[text], text)):
        lines = [f"#: {places[text]}", *_lines("msgid", text.one)]
        if text.many:
            lines += _lines("msgid_plural", text.many)
            for number, form in enumerate(catalog[text]):
                lines += _lines(f"msgstr[{number}]", form)
        else:
            lines += _lines("msgstr", catalog[text][0])
        blocks.append("\n".join(lines))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Content-Transfer-Encoding: 8bit\\n"\n'
    '"Language: {language}\\n"\n"Plural-Forms: nplurals=2; plural=(n > 1);\\n"'
)


def _lines(key: str, text: str) -> list[str]:
    return [f"{key} {_quoted(text)}"]


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def compiled(path: Path) -> bytes:
    """The .mo file of a .po file, as msgfmt makes it: sorted keys, no hash table; without what is untranslated."""
    entries = {"": _entry(path.read_text(encoding="utf-8").split("\n\n")[0])["msgstr"]}
    for text, forms in read(path).items():
        if all(forms):
            entries["\0".join(filter(None, [text.one, text.many]))] = "\0".join(forms)
    keys = sorted(each.encode() for each in entries)
    values = [entries[key.decode()].encode() for key in keys]
    start = 28 + 16 * len(keys)
    head, tables, body = (
        struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, start),
        b"",
        b"",
    )
    for strings in (keys, values):
        for each in strings:
            tables += struct.pack("<2I", len(each), start + len(body))
            body += each + b"\0"
    return head + tables + body


def catalogs() -> list[Path]:
    return sorted((ROOT / "locale").glob("*/LC_MESSAGES/django.po"))


def update(path: Path) -> list[Text]:
    """Bring one catalog up to date; what it still lacks."""
    places, known = texts(), read(path)
    by_key = {text.one: forms for text, forms in known.items()}
    catalog = {}
    for text in places:
        forms = known.get(text) or by_key.get(text.one) or []
        number = 2 if text.many else 1
        catalog[text] = forms if len(forms) == number else [""] * number
    write(path, catalog, places)
    path.with_suffix(".mo").write_bytes(compiled(path))
    return [text for text, forms in catalog.items() if not all(forms)]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "linkedin_bot.settings")
    django.setup()
    missing = [f"{path.parts[-3]}: {text.one!r}" for path in catalogs() for text in update(path)]
    sys.stdout.writelines(f"not translated: {each}\n" for each in missing)


if __name__ == "__main__":
    main()
