"""What bench_admin compares the staff's list with: Django's default changelist, drawn by its own templates."""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from contacts.models import Contact
from linkedin_bot import urls

plain = AdminSite("plain")


class DefaultAdmin(ModelAdmin[Contact]):
    """Columns that cost no query; sorted, counted, filtered and searched the way Django does by itself."""

    list_display = ("name", "status", "company", "position")
    search_fields = ("name", "email", "profile_url", "company")
    list_filter = ("status",)
    ordering = ("name", "pk")
    list_per_page = 50

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        page: Any = super().changelist_view(request, extra_context)
        page.using = "plain"
        return page  # type: ignore[no-any-return]


plain.register(Contact, DefaultAdmin)
urlpatterns = [path("plain/", plain.urls), path("", include(urls))]
