"""What bench_admin compares the staff's list with: Django's default changelist, drawn by its own templates.

Twice: with the hundred rows of Django's default, and with as many as the staff's list has.
"""

from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from contacts.models import Contact
from linkedin_bot import urls

OUR_ROWS = 50


class DefaultAdmin(ModelAdmin[Contact]):
    """In our order, with half of our columns, none of which costs a query; all else is what Django does by itself."""

    list_display = ("name", "status", "company", "position")
    search_fields = ("name", "email", "profile_url", "company")
    list_filter = ("status",)
    ordering = ("name", "pk")

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        page: Any = super().changelist_view(request, extra_context)
        page.using = "plain"
        return page  # type: ignore[no-any-return]


class AsManyAdmin(DefaultAdmin):
    list_per_page = OUR_ROWS


plain, as_many = AdminSite("plain"), AdminSite("as_many")
plain.register(Contact, DefaultAdmin)
as_many.register(Contact, AsManyAdmin)
urlpatterns = [path("plain/", plain.urls), path("as_many/", as_many.urls), path("", include(urls))]
