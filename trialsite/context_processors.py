"""What every template knows."""

from django.conf import settings
from django.http import HttpRequest

from trialsite import protocol


def site(request: HttpRequest) -> dict[str, object]:
    """TRIAL, the trial's name; DEMO, whether this is a demonstration."""
    return {"TRIAL": protocol.TRIAL, "DEMO": settings.DEMO}
