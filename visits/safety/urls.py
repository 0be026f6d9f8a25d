"""Pages of events, reports of serious ones, and deviations."""

from django.urls import path

from visits.deviations.views import classify, deviations, dismiss_deviation
from visits.safety.views.events import add_event, events
from visits.safety.views.reports import close, report, report_pdf, sign
from visits.safety.views.study import safety

_EVENTS = "participants/<subject:SUBJID>/events/"
_REPORT = f"{_EVENTS}<repeat:number>/report/"

urlpatterns = [
    path(_EVENTS, events, name="events"),
    path(f"{_EVENTS}add/<form:form>/", add_event, name="add_event"),
    path(_REPORT, report, name="serious"),
    path(f"{_REPORT}sign/", sign, name="sign_report"),
    path(f"{_REPORT}close/", close, name="close_report"),
    path(f"{_REPORT}<repeat:version>.pdf", report_pdf, name="report_pdf"),
    path("safety/", safety, name="safety"),
    path("safety/deviations/", deviations, name="deviations"),
    path("safety/deviations/<uuid:pk>/record/", classify, name="classify"),
    path("safety/deviations/<uuid:pk>/dismiss/", dismiss_deviation, name="dismiss"),
]
