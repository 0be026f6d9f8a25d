"""The first page and its image."""

from django.urls import path

from trialsite.home import views

urlpatterns = [
    path("", views.home, name="home"),
    path("enrolment.svg", views.enrolment_curve, name="enrolment_curve"),
]
