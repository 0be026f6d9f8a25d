"""What the product is measured against: bare Django views with the same fields, in the same server.

A WSGI application of its own, without middleware; its table has the laboratory form's columns and no history.
"""

from typing import Any

import django

django.setup()

from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.forms import modelform_factory  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.http.response import HttpResponseBase  # noqa: E402
from django.template import engines  # noqa: E402
from django.urls import path  # noqa: E402

from screening.forms.laboratory import Laboratory  # noqa: E402
from tests.bench.measures import TABLE  # noqa: E402


def _copy(field: "models.Field[Any, Any]") -> "models.Field[Any, Any]":
    """The plain column of a declared variable."""
    _, where, _, options = field.deconstruct()
    made: models.Field[Any, Any] = getattr(models, where.rsplit(".", 1)[1])(**options)
    return made


class _Meta:
    managed = False
    app_label = "bench"
    db_table = TABLE


BareLaboratory: Any = type(
    "BareLaboratory",
    (models.Model,),
    {
        "__module__": __name__,
        "__doc__": "The columns of the laboratory form and nothing else.",
        "Meta": _Meta,
        "id": models.BigAutoField(primary_key=True),
    }
    | {field.name: _copy(field) for field in Laboratory._meta.concrete_fields if field.name != "record"},
)


BareForm = modelform_factory(BareLaboratory, fields="__all__")
_PAGE = engines["django"].from_string("<!doctype html><form method=post>{{ form.as_div }}</form>")
_COLUMNS = [field.column for field in BareLaboratory._meta.concrete_fields if field.name != "id"]
_TEXT = {field.column for field in BareLaboratory._meta.concrete_fields if not field.null}
_NAMES = ", ".join(f'"{column}"' for column in _COLUMNS)
_INSERT = f"INSERT INTO {TABLE} ({_NAMES}) VALUES ({', '.join(['%s'] * len(_COLUMNS))})"


def page(request: HttpRequest) -> HttpResponse:
    """The form filled with the first row, rendered by Django."""
    form = BareForm(instance=BareLaboratory.objects.get(pk=1))
    return HttpResponse(_PAGE.render({"form": form}))


def save(request: HttpRequest) -> HttpResponse:
    """A ModelForm's save of the first row."""
    form = BareForm(request.POST, instance=BareLaboratory.objects.get(pk=1))
    form.save()
    return HttpResponse(status=204)


def insert(request: HttpRequest) -> HttpResponse:
    """One raw INSERT and its commit."""
    values = [request.POST.get(column) or ("" if column in _TEXT else None) for column in _COLUMNS]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, values)
    return HttpResponse(status=204)


urlpatterns = [path("page", page), path("save", save), path("insert", insert)]


class _Bare(WSGIHandler):
    """Django without the product's middleware and addresses."""

    def load_middleware(self, is_async: bool = False) -> None:
        from django.test import override_settings

        with override_settings(MIDDLEWARE=[]):
            super().load_middleware(is_async)

    def get_response(self, request: HttpRequest) -> HttpResponseBase:
        request.urlconf = __name__
        return super().get_response(request)


application = _Bare()
