"""The routes of the project."""

from django.contrib import admin
from django.urls import path, re_path

from linkedin_bot.health import ReadyView, health
from linkedin_bot.metrics import metrics

urlpatterns = [
    re_path(r"^health/?$", health, name="health"),
    re_path(r"^ready/?$", ReadyView.as_view(), name="ready"),
    re_path(r"^metrics/?$", metrics, name="metrics"),
    path("admin/", admin.site.urls),
]
