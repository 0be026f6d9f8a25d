"""Where each address leads. Every room names its own pages in its urls.py."""

from django.urls import URLPattern, URLResolver, include, path

from trialsite.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
    path("", include("trialsite.home.urls")),
    path("", include("trialsite.accounts.urls")),
    path("", include("trialsite.crf.urls")),
    path("", include("trialsite.export.urls")),
    path("", include("screening.urls")),
    path("", include("randomization.urls")),
    path("", include("visits.urls")),
    path("", include("trialsite.pages.urls")),
]

handler400 = "trialsite.pages.errors.bad_request"
handler403 = "trialsite.pages.errors.not_allowed"
handler404 = "trialsite.pages.errors.not_found"
handler500 = "trialsite.pages.errors.server_error"
