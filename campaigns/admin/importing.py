"""Importing a file in two steps: first what it would change, then the very same bytes for real.

django-import-export is no part of it: its rows are one table's, while a vCard or a calendar is matched to people by
address, e-mail and the list of those who said no. The importer's own writer runs instead, and is rolled back.
"""

from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import messages
from django.core import signing
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget

from contacts.importing.formats import UnknownFormat, open_contacts
from contacts.importing.merging import FIELDS
from contacts.importing.report import Report
from contacts.importing.writer import Writer
from contacts.models import Contact
from engine.pace import SystemClock

# What fits, packed and signed, into a form whatever its bytes: ten thousand rows of a CSV.
MOST_BYTES = 1_000_000
VALID_SECONDS = 3_600
MOST_SHOWN = 50
SALT = "contacts.import"


class FileForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("File"), widget=UnfoldAdminFileFieldWidget)
    account: Any = forms.ModelChoiceField(
        label=gettext_lazy("Whose connections they are"), queryset=None, widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accounts = apps.get_model("engine", "Account")._default_manager.order_by("name")
        self.fields["account"].queryset = accounts  # type: ignore[attr-defined]
        self.fields["account"].initial = accounts.first()

    def clean_file(self) -> UploadedFile[Any]:
        file: UploadedFile[Any] = self.cleaned_data["file"]
        if (file.size or 0) > MOST_BYTES:
            raise forms.ValidationError(
                _("This is more than 1 MB: import it with manage.py import_contacts.")
            )
        return file


class ImportPages:
    """The page of the list on which a file is read."""

    admin_site: Any

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.read_file)
        return [path("import/", view, name="contacts_contact_import"), *super().get_urls()]  # type: ignore[misc]

    def read_file(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perms(["contacts.add_contact", "contacts.change_contact"]):
            raise PermissionDenied
        if "packed" in request.POST:
            return self._import(request, request.POST["packed"])
        form = FileForm(request.POST or None, request.FILES or None)
        if form.is_valid():
            given = _given(form)
            packed = signing.dumps(given, salt=SALT, compress=True)
            try:
                return self._import_page(request, form, {**_preview(given), "packed": packed, "given": given})
            except UnknownFormat as error:
                form.add_error("file", str(error))
        return self._import_page(request, form, {})

    def _import(self, request: HttpRequest, packed: str) -> HttpResponse:
        try:
            given = signing.loads(packed, salt=SALT, max_age=VALID_SECONDS)
        except signing.BadSignature:
            messages.error(request, _("Nothing was imported: the preview is too old. Choose the file again."))
            return HttpResponseRedirect(reverse("admin:contacts_contact_import"))
        counts = _write(given).counts
        told = _("Imported: %(new)s new, %(changed)s changed, %(refused)s refused.")
        messages.success(request, told % {name: counts[name] for name in ("new", "changed", "refused")})
        return HttpResponseRedirect(reverse("admin:contacts_contact_changelist"))

    def _import_page(self, request: HttpRequest, form: FileForm, told: dict[str, Any]) -> TemplateResponse:
        context = {
            **self.admin_site.each_context(request), "opts": Contact._meta, "form": form,
            "title": _("Import contacts and birthdays"), **told,
        }  # fmt: skip
        return TemplateResponse(request, "admin/contacts/contact/import.html", context)


def _given(form: FileForm) -> dict[str, Any]:
    """What is signed: latin-1 maps every byte to one letter."""
    file = form.cleaned_data["file"]
    return {
        "name": file.name,
        "bytes": file.read().decode("latin-1"),
        "account": form.cleaned_data["account"].pk,
    }


def _write(given: dict[str, Any]) -> Report:
    """Raises UnknownFormat."""
    report = Report()
    with NamedTemporaryFile() as kept:
        kept.write(given["bytes"].encode("latin-1"))
        kept.flush()
        with open_contacts(Path(kept.name)) as file:
            Writer(given["account"], report).write(given["name"], file.format, file.rows)
    return report


def _preview(given: dict[str, Any]) -> dict[str, Any]:
    """What the import would do: it is done, looked at, and undone."""
    last = Contact.objects.aggregate(last=Max("pk"))["last"] or 0
    since = SystemClock().now() - timedelta(seconds=5)  # the database's clock may be another one
    with transaction.atomic():
        report = _write(given)
        new = list(Contact.objects.filter(pk__gt=last).order_by("pk")[:MOST_SHOWN])
        after = _values(
            Contact.objects.filter(pk__lte=last, updated_at__gte=since).order_by("pk")[: 10 * MOST_SHOWN]
        )
        transaction.set_rollback(True)
    before = _values(Contact.objects.filter(pk__in=after))  # without whoever was deleted meanwhile
    changes = [
        {"contact": after[pk]["name"], "field": field.replace("_", " "), "was": before[pk][field], "will_be": value}
        for pk in before for field, value in after[pk].items() if value != before[pk][field]
    ]  # fmt: skip
    counts = [(name, report.counts[name]) for name in ("new", "changed", "unchanged", "unmatched", "refused")]
    told = {"refused": report.refused[:MOST_SHOWN], "notes": report.notes[:MOST_SHOWN]}
    return {"counts": counts, "new": new, "changes": changes[:MOST_SHOWN], "most": MOST_SHOWN, **told}


def _values(people: Any) -> dict[int, dict[str, Any]]:
    return {row.pop("pk"): row for row in people.values("pk", *FIELDS)}
