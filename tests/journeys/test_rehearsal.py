"""A rehearsal runs the real campaign and leaves no trace in the real database."""

import pytest

pytestmark = pytest.mark.browser


def bytes_of(folder):
    return {path.name: path.read_bytes() for path in folder.glob("db.sqlite3*")}


def test_a_rehearsal_plays_the_due_contacts_with_their_exact_texts(stage, today):
    stage.write(
        "INSERT INTO contacts_contact (profile_url, member_id, name, first_name, email, company, position, language,"
        " birth_month, birth_day, birthday_source, status, status_reason, notes, created_at, updated_at)"
        " VALUES ('https://www.linkedin.com/in/ada-martin/', 'ACoAAada', 'Ada Martin', '', '', '', '', '', ?, ?,"
        " 'imported', 'active', '', '', '2026-01-01', '2026-01-01')",
        today.month, today.day,
    )  # fmt: skip
    stage.write(
        "INSERT INTO contacts_contact_accounts (contact_id, account_id) SELECT 1, id FROM engine_account"
    )
    before = bytes_of(stage.folder)

    told, code = stage.run_campaign("--rehearse")

    assert (told["done"], code) == (1, 0), told
    assert told["actions"][0]["contact"] == "https://www.linkedin.com/in/ada-martin/"
    assert "Ada" in told["actions"][0]["text"]
    assert bytes_of(stage.folder) == before


def test_a_rehearsed_dry_run_reads_the_rehearsed_network_and_sends_nothing(stage, open_sandbox):
    sandbox = open_sandbox()
    address, stage.address = stage.address, ""

    told, code = stage.run_campaign("--rehearse", address, "--dry-run")

    assert (code, told["run"], sandbox.messages) == (0, None, [])
    assert told["left"] > 0


def test_a_rehearsal_at_an_address_presents_only_the_rehearsal_cookie(stage, open_sandbox):
    sandbox = open_sandbox()
    address, stage.address = stage.address, ""
    before = bytes_of(stage.folder)

    told, code = stage.run_campaign("--rehearse", address, "--limit", "1")

    assert (told["done"], code) == (1, 0), told
    assert len(sandbox.messages) == 1
    assert bytes_of(stage.folder) == before
