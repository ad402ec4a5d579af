"""An installation of so many invented people, which tells on standard output how long it takes for what it is asked.

`python -m tests.bench_installation 10000`, on DATABASE_URL; a database that holds people already is taken as it is.
"""

import gc
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import django


def main() -> None:
    os.environ |= {"DJANGO_SETTINGS_MODULE": "linkedin_bot.settings", "LOG_LEVEL": "WARNING"}
    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection

    from contacts.models import Contact
    from tests.bench_people import belongings, populate

    settings.ROOT_URLCONF = "tests.bench_admin_urls"
    settings.TEMPLATES = [*settings.TEMPLATES, plain_templates()]
    call_command("migrate", verbosity=0)
    if not Contact.objects.exists():
        populate(int(sys.argv[1]))
    tell({"vendor": connection.vendor} | belongings())
    client = staff()
    for address in sys.stdin:
        tell(took(client, address.strip()))


def plain_templates() -> dict[str, Any]:
    """Django's admin as it comes: the theme has templates of the same names."""
    from django.contrib import admin

    folder = Path(admin.__file__).parent / "templates"
    processors = ["request", "debug"], ["auth", "messages"]
    names = [f"django.template.context_processors.{name}" for name in processors[0]]
    names += [f"django.contrib.{name}.context_processors.{name}" for name in processors[1]]
    return {
        "NAME": "plain",
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [folder],
        "OPTIONS": {"context_processors": names},
    }


def staff() -> Any:
    from django.contrib.auth.models import User
    from django.test import Client

    client = Client(headers={"Host": "localhost"})
    client.force_login(User.objects.get_or_create(username="bench", is_staff=True, is_superuser=True)[0])
    return client


def took(client: Any, address: str) -> dict[str, float]:
    """Warm, and in milliseconds: by the clock, and of the processors, whatever else they are busy with."""
    gc.collect()
    assert client.get(address).status_code == 200, address
    clock, processor = time.perf_counter(), processor_seconds()
    client.get(address)
    return {
        "processor": (processor_seconds() - processor) * 1000,
        "clock": (time.perf_counter() - clock) * 1000,
    }


def processor_seconds() -> float:
    """Ours and that of the database's process, which is on this machine."""
    from django.db import connection

    own = time.process_time()
    if connection.vendor == "sqlite":
        return own
    served: Any = connection.connection
    return own + int(Path(f"/proc/{served.info.backend_pid}/schedstat").read_text().split()[0]) / 1e9


def tell(what: dict[str, Any]) -> None:
    sys.stdout.write(f"{json.dumps(what)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
