"""Where each address leads. Every room names its own pages in its urls.py."""

from django.urls import URLPattern, URLResolver, path

from trialsite.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
