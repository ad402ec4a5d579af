"""Known bugs, as edits of the code, and the proof that each of them has to make fail."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Edit:
    """One piece of a file, which stands there exactly once, and what takes its place."""

    file: str
    old: str
    new: str

    def apply(self, tree: Path) -> None:
        path = tree / self.file
        code = path.read_text()
        if code.count(self.old) != 1:
            raise ValueError(f"{self.file} has {code.count(self.old)} times: {self.old!r}")
        path.write_text(code.replace(self.old, self.new))


@dataclass(frozen=True)
class Bug:
    """`proof`: pytest's arguments that pick what has to fail."""

    name: str
    edits: tuple[Edit, ...]
    proof: tuple[str, ...]


ACTIONS, RUNS = "campaigns/actions.py", "campaigns/runs.py"
BIRTHDAY, ATTEMPTS = "campaigns/kinds/birthday.py", "campaigns/attempts.py"
KILLS = "tests/proof/kills"

BUGS = (
    Bug(
        "recorded after the send",
        (
            Edit(
                BIRTHDAY,
                "        action.start_sending(run, draft.evidence, world.clock.now())\n        if draft.already_sent:",
                "        was_sent = draft.already_sent\n        proof = None if was_sent else draft.send()\n"
                "        action.start_sending(run, draft.evidence, world.clock.now())\n        if was_sent:",
            ),
            Edit(BIRTHDAY, "        proof = draft.send()\n        action", "        action"),
        ),
        (f"{KILLS}/test_kills.py", "-k", "K10 or K11"),
    ),
    Bug(
        "sent again after an exception",
        (
            Edit(
                BIRTHDAY,
                "        proof = draft.send()\n",
                "        try:\n            proof = draft.send()\n"
                "        except Exception:\n            proof = draft.send()\n",
            ),
        ),
        (f"{KILLS}/test_kills.py", "-k", "without_proof"),
    ),
    Bug(
        "do-not-contact asked only at planning",
        (
            Edit(ACTIONS, "if reason := self.contact.why_not_contact(lock=True):", 'if reason := "":'),
            Edit(ATTEMPTS, "if reason := policies.why_not_contact(action.contact):", 'if reason := "":'),
        ),
        (f"{KILLS}/test_no.py",),
    ),
    Bug(
        "a quota that Redis alone keeps",
        (
            Edit(
                "engine/ratelimit/gated.py",
                "        self._take(store.lock(account_id), bucket, attempt_id, run_id, spacing)\n",
                "        store.write(account_id, bucket, attempt_id, run_id, self.clock.now(), spacing)\n",
            ),
        ),
        (f"{KILLS}/test_redis.py", "-k", "flush or kill"),
    ),
    Bug(
        "a run taken over by its age",
        (Edit(RUNS, "if run.is_stale(now) and run.is_gone():", "if run.is_stale(now):"),),
        (f"{KILLS}/test_starts.py", "-k", "stopped"),
    ),
)
