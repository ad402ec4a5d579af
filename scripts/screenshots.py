"""Takes the pictures of the admin for the README: invented people, one fixed moment, every picture the same again.

Usage: scripts/screenshots.sh, which prepares the place for it.
"""

import os
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import time_machine
from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.test import Client
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.support.wait import WebDriverWait

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "screenshots"
MOMENT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
MOST_BYTES = 150_000
IS_READY = (
    "return document.readyState === 'complete' && document.fonts.status === 'loaded' && !!window.Alpine"
)


@dataclass(frozen=True)
class Picture:
    name: str
    address: str
    is_dark: bool = False
    width: int = 1440
    height: int = 900


def pictures() -> list[Picture]:
    from campaigns.models import Action, Run
    from contacts.models import Contact

    wished = Action.objects.filter(status="done", campaign__kind="birthday").order_by("-ended_at")
    known = (
        Contact.objects.exclude(position="").exclude(sourced_profiles=None).filter(interactions__type="reply")
    )
    contact = known.order_by("-sourced_profiles__score", "pk")[0]
    told = Run.objects.filter(actions__in=wished, is_dry_run=False).order_by("-pk")[0]
    return [
        Picture("home", "/admin/", height=860),
        Picture("approvals", "/admin/campaigns/action/approvals/"),
        Picture("contact", f"/admin/contacts/contact/{contact.pk}/change/", height=690),
        Picture("contacts", "/admin/contacts/contact/", height=720),
        Picture("run", f"/admin/campaigns/run/{told.pk}/change/"),
        Picture("doubts", "/admin/campaigns/action/doubts/", is_dark=True, height=860),
        Picture("phone", "/admin/", is_dark=True, width=390, height=844),
    ]


@contextmanager
def served() -> Iterator[str]:
    """The site on a free port of this machine, within this process: it has this process's clock."""

    class Quiet(WSGIRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@contextmanager
def browser(cookie: str, address: str) -> Iterator[Chrome]:
    from engine.browser_paths import find_browser, find_driver

    options = ChromeOptions()
    options.binary_location = str(find_browser(has_window=True))
    for argument in ("--headless=new", "--hide-scrollbars", "--force-device-scale-factor=1", "--lang=en"):
        options.add_argument(argument)
    if os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    driver = Chrome(options, Service(str(find_driver())))
    try:
        driver.get(f"{address}/health")
        driver.add_cookie({"name": "sessionid", "value": cookie, "path": "/"})
        yield driver
    finally:
        driver.quit()


def take(driver: Chrome, address: str, picture: Picture) -> int:
    """How many bytes the picture has."""
    size = {"width": picture.width, "height": picture.height, "deviceScaleFactor": 1}
    driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {**size, "mobile": picture.width < 500})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if picture.is_dark else "light"}
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    driver.get(address + picture.address)
    WebDriverWait(driver, 30).until(lambda driver: driver.execute_script(IS_READY))
    path = FOLDER / f"{picture.name}.png"
    path.write_bytes(driver.get_screenshot_as_png())
    return path.stat().st_size


def main() -> int:
    django.setup()
    call_command("migrate", verbosity=0)
    with time_machine.travel(MOMENT, tick=True), served() as address:
        call_command("seed_demo", contacts=2000)
        from django.contrib.auth.models import User

        from campaigns.models import Worker
        from campaigns.processes import ProcessIdentity

        # A machine that works: without a worker the first page says what is missing.
        Worker.objects.arrive(ProcessIdentity.own(), datetime.now(UTC))
        client = Client()
        client.force_login(User.objects.create_superuser("robin"))
        shutil.rmtree(FOLDER, ignore_errors=True)
        FOLDER.mkdir(parents=True)
        with browser(client.cookies["sessionid"].value, address) as driver:
            sizes = {picture.name: take(driver, address, picture) for picture in pictures()}
    for name, size in sizes.items():
        print(f"{size:>9,} {FOLDER.name}/{name}.png")  # noqa: T201
    return int(max(sizes.values()) > MOST_BYTES)


if __name__ == "__main__":
    sys.exit(main())
