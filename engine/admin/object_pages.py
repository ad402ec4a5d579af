"""A row's own page: what it tells besides its form, and the views below its address."""

from collections.abc import Callable, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path
from unfold.admin import ModelAdmin


class ObjectPageAdmin(ModelAdmin):
    def told(self, request: HttpRequest, obj: Any) -> dict[str, Any]:
        """What the page's template is given of this row."""
        return {}

    def views_below(self) -> Mapping[str, Callable[..., HttpResponseBase]]:
        """Views of one row by name, such as "stop" for `<pk>/stop/`; each asks for its own permission."""
        return {}

    def get_urls(self) -> list[URLPattern]:
        of_model = f"{self.opts.app_label}_{self.opts.model_name}"
        routes = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"{of_model}_{name}")
            for name, view in self.views_below().items()
        ]
        return [*routes, *super().get_urls()]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, obj: Any = None, **options: Any
    ) -> HttpResponse:
        # A form that was refused has left its values in the object.
        stored = self.get_object(request, str(obj.pk)) if obj and request.method == "POST" else obj
        told = self.told(request, stored) if stored else {}
        return super().render_change_form(request, {**context, **told}, *args, obj=obj, **options)  # type: ignore[no-any-return]
