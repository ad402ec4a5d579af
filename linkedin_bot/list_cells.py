"""The cells of a list, as django-unfold draws them; what those of a column have in common is made once."""

from collections.abc import Callable
from datetime import date, time
from types import NoneType, SimpleNamespace
from typing import Any

from django.contrib.admin.utils import label_for_field, lookup_field
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.utils.html import conditional_escape, escape
from unfold import utils
from unfold.admin import ModelAdmin
from unfold.templatetags.unfold_list import CHECKBOX_CLASSES, LINK_CLASSES, ROW_CLASSES

Shown = tuple[Any, bool]  # what a cell shows, and whether that stays on one line
_LINK = f'" class="{" ".join(LINK_CLASSES)}" >'
_PLAIN = {str, int, bool, NoneType}


def column(page: Any, place: int) -> "Column":
    """The one of this place in the list's `list_display`."""
    name, of_list = page.list_display[place], page.model_admin
    _label, attribute = label_for_field(name, page.model, model_admin=of_list, return_attr=True)
    if attribute is None and not page.lookup_opts.get_field(name).auto_created:
        return FieldColumn(page, place)
    if name == "action_checkbox" and type(of_list).action_checkbox is ModelAdmin.action_checkbox:
        return CheckboxColumn(page, place)
    return ToldColumn(page, place)


def _called(name: Any, place: int) -> str:
    own = getattr(name, "__name__", str(name))
    return f"lambda{place}" if own == "<lambda>" else own


class Column:
    """Draws the cell of each row, once it was told what stands around."""

    def __init__(self, page: Any, place: int) -> None:
        self.admin, self.name = page.model_admin, page.list_display[place]
        self.empty = self.admin.get_empty_value_display()
        self.classes = [f"field-{_called(self.name, place)}", *ROW_CLASSES]
        self.drawn: dict[Any, str] = {}

    def surround(self, tag: str, label: Any, address: Callable[[Any], str] | None) -> None:
        classes, rest = " ".join(self.classes), f'" data-label="{conditional_escape(label)}">'
        self.starts = [f'<{tag} class="{classes}{more}{rest}' for more in ("", " nowrap")]
        self.end, self.address = f"</{tag}>", address

    def cell(self, row: Any) -> str:
        try:
            shown, is_whole = self.shown(row)
        except ObjectDoesNotExist:
            shown, is_whole = self.empty, False
        text: str = conditional_escape(shown)
        if self.address and (address := self.address(row)):
            text = f'<a href="{address}{_LINK}{text}</a>'
        return f"{self.starts[is_whole]}{text}{self.end}"

    def shown(self, row: Any) -> Shown:
        raise NotImplementedError

    def once(self, value: Any, draw: Callable[[], str]) -> str:
        """What a template makes of the value; again only where the value may not be all that it is made of."""
        parts = value if type(value) is tuple else (value,)
        if any(type(part) not in _PLAIN for part in parts):
            return draw()
        key = type(value), *((type(part), part) for part in parts)  # for True is 1
        if key not in self.drawn:
            self.drawn[key] = draw()
        return self.drawn[key]


class FieldColumn(Column):
    """A field of the model."""

    def __init__(self, page: Any, place: int) -> None:
        super().__init__(page, place)
        self.field = page.lookup_opts.get_field(self.name)
        self.is_whole = isinstance(self.field, models.DateField | models.TimeField | models.ForeignKey)
        self.is_other = isinstance(self.field.remote_field, models.ManyToOneRel)

    def shown(self, row: Any) -> Shown:
        value = getattr(row, self.name)
        if self.is_other:
            return (self.empty if value is None else value), self.is_whole
        if isinstance(self.field, models.BooleanField):
            return self.once(value, lambda: self.text_of(value)), False
        return self.text_of(value), self.is_whole

    def text_of(self, value: Any) -> str:
        text: str = utils.display_for_field(value, self.field, self.empty)
        return text


class ToldColumn(Column):
    """What a method, or another attribute, tells of the row."""

    def __init__(self, page: Any, place: int) -> None:
        super().__init__(page, place)
        own = None if self.name == "__str__" else getattr(self.admin, str(self.name), None)
        self.tell = self.name if callable(self.name) else own
        if self.name == "action_checkbox":
            self.classes = CHECKBOX_CLASSES

    def shown(self, row: Any) -> Shown:
        if self.tell:
            how, value = self.tell, self.tell(row)
        else:
            _field, how, value = lookup_field(self.name, row, self.admin)
        return self.drawn_as(how, row, value), isinstance(value, date | time)

    def drawn_as(self, how: Any, row: Any, value: Any) -> str:
        """As the method's decorator says."""
        empty = getattr(how, "empty_value_display", self.empty)
        if label := getattr(how, "label", False):
            return self.once(value, lambda: utils.display_for_label(value, empty, label))
        if getattr(how, "dropdown", False):
            return str(utils.display_for_dropdown(row, self.name, value, empty))
        if getattr(how, "header", False):
            return str(utils.display_for_header(value, empty))
        if getattr(how, "boolean", False):
            return self.once(value, lambda: utils.display_for_value(value, empty, boolean=True))
        return str(utils.display_for_value(value, empty))


class CheckboxColumn(ToldColumn):
    """The box that chooses a row for an action: a template of its own, in which only the row's number differs."""

    def __init__(self, page: Any, place: int) -> None:
        super().__init__(page, place)
        number = "a-rows-number"
        box = self.admin.action_checkbox(SimpleNamespace(pk=number))
        self.before, _number, self.after = box.partition(number)

    def cell(self, row: Any) -> str:
        return f"{self.starts[False]}{self.before}{escape(row.pk)}{self.after}{self.end}"
