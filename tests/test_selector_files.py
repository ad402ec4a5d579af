"""A bad selector file is refused, naming line and key, and the selectors in use before stay in use."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.selectors.selector_file import DEFAULTS, SelectorFile, defaults, parse
from engine.selectors.strict_yaml import BadSelectors

GOOD = (Path(__file__).parent / "data" / "selectors" / "good.yaml").read_text(encoding="utf-8")
NAMED = re.compile(r"^line (\d+): ([\w.\-\\]+): .+", re.DOTALL)

# What is replaced in the good file by what, and the key that has to be named.
BAD = {
    "a key twice": ("version: 1\n", "version: 1\nversion: 1\n", "file"),
    "a selector twice": ("  thread.delete:", "  composer.send:", "selectors"),
    "a field twice": ("{count: one, expected_at: /in/}", "{count: one, count: one}", "profile.top_card"),
    "a label's language twice": ("fr: [Envoyer]", "en: [Envoyer]", "labels.send"),
    "an anchor": ("en: [Delete]", "en: &gone [Delete]", "labels.delete"),
    "an alias": ("fr: [Supprimer]", "fr: *gone", "labels.delete"),
    "a merge": ("  delete: {en", "  delete: {<<: {en: [Remove]}, en", "labels.delete"),
    "no as a language": ("fr: [Envoyer]", "no: [Send]", "labels.send"),
    "no as a label": ("fr: [Envoyer]", "fr: [no]", "labels.send.fr"),
    "a number as a key": ("  thread.delete:", "  7:", "selectors"),
    "nothing as a key": ("  thread.delete:", "  ~:", "selectors"),
    "a list as a key": ("  thread.delete:", "  ? [a, b]\n  :", "selectors"),
    "a python object": ("version: 1\n", "version: !!python/object/apply:os.system [true]\n", "version"),
    "a python name": ("textarea", "!!python/name:os.system textarea", "composer.box"),
    "a tag of its own": ("textarea", "!css textarea", "composer.box"),
    "a harmless tag": ("textarea", "!!str textarea", "composer.box"),
    "a directive": ("schema: engine", "%YAML 1.1\n---\nschema: engine", "file"),
    "a second document": ("selectors:\n", "selectors:\n  a.b: {}\n---\nselectors:\n", "file"),
    "CSS without its bracket": ("'[role=textbox]'", "'[role=textbox'", "composer.box"),
    "CSS that ends in the middle": ("textarea", "'form >'", "composer.box"),
    "CSS with a rule behind it": ("textarea", "'textarea {color: red}'", "composer.box"),
    "CSS with a pseudo-class that is none": ("textarea", "'textarea:sendable'", "composer.box"),
    "CSS of a pseudo-element": ("textarea", "'textarea::before'", "composer.box"),
    "several CSS selectors in one": ("textarea", "'textarea, input'", "composer.box"),
    "XPath": ("textarea", "'//textarea'", "composer.box"),
    "everything": ("textarea", "'*'", "composer.box"),
    "everything in something": ("textarea", "'form *'", "composer.box"),
    "everything but one": ("textarea", "':not(.other)'", "composer.box"),
    "the whole page": ("textarea", "body", "composer.box"),
    "Send equal to Delete": (
        "'button.msg-delete'", "'.x'}\n      - {kind: test_id, value: send-button", "composer.send"),
    "Send written like Delete": (
        "{kind: test_id, value: send-button", "{kind: css, value: 'button[class~=\"x\"]'}\n"
        "      - {kind: css, value: 'button.msg-delete'", "composer.send"),
    "Send labelled like Delete": ("en: [Delete]", "en: [SEND]", "composer.send"),
    "Delete that Send's label covers": ("en: [Delete]", "en: [Send to nowhere]", "composer.send"),
    "Send found by Delete's labels": ("{kind: label, value: send", "{kind: label, value: delete", None),
    "an unknown field of the file": ("version: 1\n", "version: 1\nauthor: Ada Martin\n", "file"),
    "an unknown field of a selector": ("    hints: {near", "    notes: {}\n    hints: {near", "composer.send"),
    "an unknown field of a contract": ("expected_at: /in/", "expected: /in/", "profile.top_card.contract"),
    "an unknown field of a candidate": ("textarea, weight", "textarea, score", "composer.box"),
    "an unknown hint": ("{near: composer.box}", "{left_of: composer.box}", "composer.send.hints"),
    "an unknown kind": ("kind: href", "kind: xpath", "profile.top_card"),
    "an unknown language": ("fr: [Envoyer]", "tlh: [nge]", "labels.send.tlh"),
    "an unknown role": ("role: button", "role: door", "composer.send.contract"),
    "an unknown count": ("count: many", "count: some", "composer.box.contract"),
    "an unknown container": ("container: scope", "container: composer.frame", "composer.send.contract"),
    "an unknown neighbour": ("near: composer.box", "near: composer.frame", "composer.send.hints"),
    "labels that are not there": ("labels: send", "labels: submit", "composer.send.contract"),
    "a label candidate that is not there": ("kind: label, value: send", "kind: label, value: submit", "composer.send"),
    "a list where a mapping belongs": ("contract: {count: many, visible: true}", "contract: [count]", "composer.box"),
    "a mapping where a list belongs": ("[section]", "{section: 1}", "profile.top_card.hints.tags"),
    "a text where a flag belongs": ("visible: true}", "visible: 'true'}", "composer.box.contract.visible"),
    "a number where a text belongs": ("textarea", "12", "composer.box"),
    "a number that is too long": ("version: 1\n", f"version: {'1' * 5000}\n", "version"),
    "a date where a text belongs": ("textarea", "2026-11-23", "composer.box"),
    "an empty value": ("textarea", "''", "composer.box"),
    "no candidates": ("\n      - {kind: href, value: /messaging/compose, weight: 0.5}", " []", "profile.top_card"),
    "a contract without a count": ("count: many, ", "", "composer.box.contract"),
    "no schema": ("schema: engine.selectors\n", "", "file"),
    "another schema": ("engine.selectors", "engine.templates", "schema"),
    "no version": ("version: 1\n", "", "file"),
    "a future version": ("version: 1\n", "version: 2\n", "version"),
    "a version that is no number": ("version: 1\n", "version: true\n", "version"),
    "a weight of nothing": ("weight: 0.4", "weight: 0", "composer.box"),
    "a weight above one": ("weight: 0.4", "weight: 1.01", "composer.box"),
    "a weight below nothing": ("weight: 0.4", "weight: -0.4", "composer.box"),
    "a weight that is no number": ("weight: 0.4", "weight: .nan", "composer.box"),
    "a weight in words": ("weight: 0.4", "weight: heavy", "composer.box"),
    "a weight that is a flag": ("weight: 0.4", "weight: true", "composer.box"),
    "a candidate twice": ("value: textarea", "value: '[role=\"textbox\"]'", "composer.box"),
    "a key that is no page.element": ("  thread.delete:", "  Delete:", "selectors.Delete"),
    "a key with a path in it": ("  thread.delete:", "  ../thread.delete:", "selectors"),
    "a label that is any text": ('"Send to *"', '"*"', "labels.send.en"),
    "a label of signs": ('"Send to *"', '"→"', "labels.send.en"),
    "an action that is not hit-tested": ("labels: send, hit_test: true", "labels: send", "composer.send.contract"),
    "an action on many": ("{count: one, role: button, container: scope, visible: true, enabled: true, labels: send",
                          "{count: many, role: button, container: scope, visible: true, enabled: true, labels: send",
                          "composer.send.contract"),
    "a test id that ends its quotes": ("value: send-button", "value: 'x\"], [y=\"z'", "composer.send"),
    "an address that is any address": ("value: /messaging/compose", "value: /", "profile.top_card"),
    "a pattern that is any text": ("^referralSendButton", "'.*'", "composer.send"),
    "a pattern that is not closed": ("^referralSendButton", "'referral(Send'", "composer.send"),
    "a pattern that takes for ever": ("^referralSendButton", "'^(referral+)+$'", "composer.send"),
    "a path that is none": ("expected_at: /in/", "expected_at: in", "profile.top_card.contract"),
    "a tag that is none": ("[section]", "['section, *']", "profile.top_card.hints.tags"),
    "a hint that holds everything": ("'h1, h2'", "'*'", "profile.top_card.hints.holds"),
    "a tab": ("  composer.box:", "\tcomposer.box:", None),
    "a bracket that is not closed": ("[section]", "[section", "profile.top_card"),
    "a quote that is not closed": ("'[role=textbox]'", "'[role=textbox]", None),
    "a control character": ("textarea", "text\x07area", "file"),
    "a NUL": ("textarea", "text\x00area", "file"),
    "nesting without end": ("textarea", "[" * 100_000, "composer.box"),
}  # fmt: skip
FILES = {
    "an empty file": b"",
    "white space": b"\n\n  \n",
    "a comment only": b"# nothing\n",
    "nothing": b"~\n",
    "a text": b"selectors\n",
    "a list": b"- schema\n",
    "a megabyte": GOOD.encode() + b"# " + b"x" * 1_000_000,
    "a picture": b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
    "UTF-16": GOOD.encode("utf-16"),
    "Latin-1": GOOD.replace("Envoyer", "Renvoyé").encode("latin-1"),
    "a byte order mark": b"\xef\xbb\xbf" + GOOD.encode(),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_refused_with_line_and_key(name):
    before, after, key = BAD[name]
    assert GOOD.count(before) >= 1, "the good file changed"
    content = GOOD.replace(before, after, 1)

    with pytest.raises(BadSelectors) as refused:
        parse(content.encode())

    told = NAMED.match(str(refused.value))
    assert told, refused.value
    assert 1 <= int(told[1]) <= content.count("\n") + 2
    assert key is None or key in told[2]


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_selector_file_at_all_is_refused(name):
    with pytest.raises(BadSelectors, match=r"^line \d+: file: ."):
        parse(FILES[name])


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("a future version", 2),
        ("no as a language", 5),
        ("a tab", 9),
        ("CSS without its bracket", 12),
        ("everything", 13),
        ("a weight above one", 13),
        ("Send equal to Delete", 16),
        ("an unknown role", 17),
        ("a hint that holds everything", 32),
    ],
)
def test_the_line_is_the_one_to_look_at(name, line):
    before, after, _ = BAD[name]
    with pytest.raises(BadSelectors) as refused:
        parse(GOOD.replace(before, after, 1).encode())

    assert refused.value.line == line


def test_sixty_bad_files_and_more_were_tried():
    assert len(BAD) + len(FILES) >= 60


def test_a_good_file_is_read_with_its_candidates_by_weight():
    selectors = parse(GOOD.encode())
    send = selectors.selectors["composer.send"]

    assert [candidate.kind for candidate in send.candidates] == ["test_id", "component_key", "label"]
    assert (send.contract.acts, send.contract.container, send.hints.near) == (True, "scope", "composer.box")
    assert selectors.texts["send"] == ("Send", "Send to *", "Envoyer")
    assert selectors.selectors["profile.top_card"].may_be_guessed
    assert not send.may_be_guessed
    assert selectors.selectors["composer.box"].may_be_guessed


def test_a_candidate_without_a_weight_is_worth_the_middle():
    selectors = parse(GOOD.replace(", weight: 0.4", "").encode())
    assert selectors.selectors["composer.box"].candidates[1].weight == 0.5


def test_the_file_that_comes_along_is_good():
    assert parse(DEFAULTS.read_bytes()) == defaults()
    assert [key for key, each in defaults().selectors.items() if each.contract.acts] == [
        "composer.send",
        "invitations.confirm",
    ]


def test_a_bad_change_leaves_the_selectors_before_in_use_and_says_why(tmp_path, caplog):
    path = tmp_path / "selectors.yaml"
    path.write_text(GOOD)
    file = SelectorFile(path)
    before = file.current()
    assert file.refused == ""

    path.write_text(GOOD.replace("textarea", "'*'"))
    assert file.current() is before
    assert file.refused.startswith("line 13: selectors.composer.box.candidates.2.value: ")
    assert file.refused in caplog.text
    assert file.current() is before, "a file that stays bad is refused each time"
    assert file.refused

    path.write_text(GOOD.replace("textarea", "input"))
    assert file.current().selectors["composer.box"].candidates[1].value == "input"
    assert file.refused == ""

    path.unlink()
    assert file.current().selectors["composer.box"].candidates[1].value == "input"
    assert "No such file" in file.refused


def test_a_bad_file_at_the_start_is_refused_at_once(tmp_path):
    path = tmp_path / "selectors.yaml"
    path.write_text("selectors: {}\n")
    with pytest.raises(BadSelectors):
        SelectorFile(path)


@given(at=st.integers(0, len(GOOD)), cut=st.integers(0, 30), text=st.text(max_size=12))
def test_a_file_damaged_anywhere_is_read_or_refused_with_line_and_key(at, cut, text):
    content = (GOOD[:at] + text + GOOD[at + cut :]).encode(errors="surrogatepass")
    problem = problem_in(content)
    assert problem is None or NAMED.match(problem)


def problem_in(content):
    try:
        parse(content)
    except BadSelectors as refused:
        return str(refused)
    return None
