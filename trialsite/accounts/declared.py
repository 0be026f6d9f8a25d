"""Deny by default: a view that does not declare who may see it is shown to nobody (C1)."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponseBase

from trialsite.accounts.access import NotAllowed, declaration

# Views of libraries that may be reached without a declaration, by name.
LIBRARY_VIEWS: Final = frozenset({"django.contrib.staticfiles.views.serve"})


def is_library_view(view: Callable[..., Any]) -> bool:
    """Whether a view is one of the named exceptions."""
    return f"{view.__module__}.{getattr(view, '__qualname__', '')}" in LIBRARY_VIEWS


class DeclaredViewsOnly:
    """Middleware that refuses views without `requires`, `signed_in` or `public`."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponseBase],
        args: Sequence[object],
        kwargs: Mapping[str, object],
    ) -> None:
        """Raises NotAllowed for a view that declares nothing."""
        if not declaration(view) and not is_library_view(view):
            raise NotAllowed("Nobody may open this page: it does not say who may.")
