"""The routes of the project."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from linkedin_bot.health import ReadyView, health
from linkedin_bot.lockout_config import FoundLaterConfig
from linkedin_bot.metrics import metrics

admin.autodiscover()
FoundLaterConfig.initialize()
admin.site.index_title = _("Today")

urlpatterns = [
    re_path(r"^health/?$", health, name="health"),
    re_path(r"^ready/?$", ReadyView.as_view(), name="ready"),
    re_path(r"^metrics/?$", metrics, name="metrics"),
    re_path(r"^schema/?$", SpectacularAPIView.as_view(), name="schema"),
    re_path(r"^docs/?$", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
    path("", include("contacts.urls")),
    path("", include("campaigns.urls")),
    path("admin/language/", set_language, name="set_language"),
    path("admin/", admin.site.urls),
]
