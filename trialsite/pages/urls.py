"""Help and assumptions."""

from django.urls import path

from trialsite.pages import views

urlpatterns = [
    path("help/", views.help_page, name="help"),
    path("assumptions/", views.assumptions, name="assumptions"),
]
