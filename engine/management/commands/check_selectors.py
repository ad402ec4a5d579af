"""manage.py check_selectors: how well each selector is found, in runs and on saved pages."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from engine import pages
from engine.browser import Browser
from engine.errors import BrowserFailed
from engine.pace import SystemClock
from engine.saved_pages import served
from engine.selectors import finder
from engine.selectors.health import FAILS, UNTRIED, WORKS, CandidateHealth, KeyHealth, Survey, health_of
from engine.selectors.learned import Known
from engine.selectors.selector_file import DEFAULTS, parse
from engine.selectors.strict_yaml import BadSelectors

UNHEALTHY, BAD_FILE, NO_PAGES, TRY_LATER = 1, 65, 66, 75
ENDINGS = {".html", ".htm", ".xhtml"}
VERDICTS = {WORKS: "healthy", UNTRIED: "not tried yet", FAILS: "NO HEALTHY CANDIDATE"}
EXIT_CODES = """exit codes: 0 every key that acts has a healthy candidate or was not tried yet; 1 one has none; 65 the
selector file is refused; 66 there are no saved pages; 75 the browser failed"""


class Command(BaseCommand):
    help = "Print the health of every selector: its candidates, their scores, and what they find."

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(prog_name, subcommand, epilog=EXIT_CODES, **kwargs)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--captures", type=Path, metavar="DIR", help="a folder of saved pages to try them on"
        )
        parser.add_argument(
            "--file", type=Path, default=DEFAULTS, help="another selector file than the one in use"
        )
        parser.add_argument("--json", action="store_true", help="print one JSON object alone")

    def handle(self, **options: Any) -> None:
        try:
            finds = finder.Finder(parse(options["file"].read_bytes()), Known.load())
            surveys = survey_of(finds, saved_pages(options["captures"])) if options["captures"] else {}
        except (BadSelectors, OSError) as error:
            raise CommandError(f"the selector file is refused: {error}", returncode=BAD_FILE) from error
        except BrowserFailed as error:
            raise CommandError(str(error), returncode=TRY_LATER) from error
        found = health_of(finds.selectors, finds.known, surveys)
        for line in [as_json(found)] if options["json"] else readable(found):
            self.stdout.write(line)
        if ill := [each.key for each in found if each.acts and not each.is_healthy]:
            raise CommandError(f"no healthy candidate: {', '.join(ill)}", returncode=UNHEALTHY)


def saved_pages(folder: Path) -> list[Path]:
    files = sorted(path for path in folder.glob("*") if path.suffix.lower() in ENDINGS)
    if not files:
        raise CommandError(f"no saved pages (.html, .xhtml) in {folder}", returncode=NO_PAGES)
    return files


def survey_of(finds: finder.Finder, files: Sequence[Path]) -> dict[str, Survey]:
    """What every key finds on each of these pages, in the real browser."""
    deep = (Path(pages.__file__).parent / "deep.js").read_text(encoding="utf-8")
    script = f"{deep}\n{finder.source()}\nreturn heuristics.survey();"
    found = {}
    with Browser(None, SystemClock(), network_url="http://127.0.0.1", is_rehearsal=True) as browser:
        for path in files:
            with served(path) as url:
                browser.driver.get(f"{url}/")
                found[path.name] = browser.driver.execute_script(script, {**finds.options(), "address": None})
    return found


def as_json(found: Sequence[KeyHealth]) -> str:
    keys = {each.key: {**asdict(each), "is_healthy": each.is_healthy, "state": each.state} for each in found}
    return json.dumps({"selectors": keys}, cls=DjangoJSONEncoder)


def readable(found: Sequence[KeyHealth]) -> Iterator[str]:
    for each in found:
        yield f"{each.key}{' (acts)' if each.acts else ''}: {VERDICTS[each.state]}{_more(each)}"
        yield from (f"  {_line(candidate)}" for candidate in each.candidates)


def _more(found: KeyHealth) -> str:
    undecided = f"; {found.undecided} proposed, to be accepted or refused" if found.undecided else ""
    return undecided + (f"; missed on {', '.join(found.missed_on)}" if found.missed_on else "")


def _line(each: CandidateHealth) -> str:
    last = f", last on {each.last_success_at:%Y-%m-%d %H:%M}" if each.last_success_at else ""
    tried = f"{each.successes} of {each.successes + each.failures}{last}"
    return f"{each.state:8} {each.score:.3f}  {each.kind} {each.value}: {tried}{_shown(each.matches)}"


def _shown(matches: Mapping[str, int]) -> str:
    return "; finds " + ", ".join(f"{count} on {name}" for name, count in matches.items()) if matches else ""
