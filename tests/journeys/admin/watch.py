"""Watches pages from before their first script: what ran, what was refused, what was fetched from elsewhere."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

# The corpus calls `harm`. A script that fails is an "error"; Alpine tells so of an expression it cannot read.
WATCH = """
  const told = window.told = [];
  window.harm = (where) => told.push(`a script ran: ${where}`);
  for (const dialog of ["alert", "confirm", "prompt"]) {
    window[dialog] = (text) => told.push(`a dialog: ${text}`);
  }
  addEventListener("error", (event) => event.message && told.push(`an error: ${event.message}`), true);
  addEventListener("unhandledrejection", (event) => told.push(`an error: ${event.reason}`));
  addEventListener("securitypolicyviolation", (event) => told.push(
    `refused by ${event.effectiveDirective}: ${event.blockedURI} from ${event.sourceFile}:${event.lineNumber}`));
"""
IS_SETTLED = (
    "return document.readyState === 'complete' && (!window.Alpine || '_x_dataStack' in document.body)"
)
# Answers that are no pages for who asks; anything else has to be one.
TROUBLES = """
  const [page] = performance.getEntriesByType("navigation");
  if ([403, 404, 405].includes(page.responseStatus)) return null;
  const foreign = performance.getEntriesByType("resource").map((entry) => entry.name)
    .filter((name) => !name.startsWith(location.origin + "/"));
  const status = page.responseStatus === 200 ? [] : [`answered with ${page.responseStatus}`];
  return [...window.told, ...foreign.map((name) => `fetched ${name}`), ...status];
"""


@contextmanager
def watched(driver, tool: str = "") -> Iterator[None]:
    """Every page opened within it is watched, and has the tool's script."""
    script = driver.cdp("Page.addScriptToEvaluateOnNewDocument", {"source": WATCH + tool})
    yield
    driver.cdp("Page.removeScriptToEvaluateOnNewDocument", script)


def walk(open_page, addresses: Iterable[str], look) -> dict[str, list[str]]:
    """What is wrong with each page by its address: what it did, and what `look` finds with the driver."""
    found = {}
    for address in addresses:
        driver, wait = open_page(address)
        wait.until(lambda driver: driver.execute_script(IS_SETTLED))
        told = driver.execute_script(TROUBLES)
        if told is not None:
            found[address] = told + look(driver)
    return found
