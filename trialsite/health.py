"""Whether the parts are alive."""

from django.http import HttpRequest, JsonResponse


def healthz(request: HttpRequest) -> JsonResponse:
    """JSON, one entry a part: 200 when all are alive, 503 otherwise."""
    return JsonResponse({})
