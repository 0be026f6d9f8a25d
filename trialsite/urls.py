"""Where each address leads. Every room names its own pages in its urls.py."""

from django.urls import URLPattern, URLResolver, path

from trialsite.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]

handler400 = "trialsite.pages.errors.bad_request"
handler403 = "trialsite.pages.errors.not_allowed"
handler404 = "trialsite.pages.errors.not_found"
handler500 = "trialsite.pages.errors.server_error"
