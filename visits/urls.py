"""Pages of the casebook, the visits ahead, the reminders."""

from django.urls import path

from visits.calendar.views.booking import visit
from visits.calendar.views.feed import feed, feed_address
from visits.calendar.views.listing import visit_list
from visits.calendar.views.outside import early_end, unscheduled_visit
from visits.calendar.views.week import calendar
from visits.casebook.matrix_page import matrix
from visits.casebook.page import casebook
from visits.casebook.signing_page import sign
from visits.dosing.views.advice import advice_queue, dose_advice
from visits.dosing.views.doses import compliance
from visits.dosing.views.gate import dose_gate, override
from visits.dosing.views.medication import medication
from visits.improvement.page import improvement, improvement_panel
from visits.reminders.urls import urlpatterns as reminders
from visits.safety.urls import urlpatterns as safety

app_name = "visits"
_DOSE = "participants/<subject:SUBJID>/<visit:visit>/dose/"

# The converters `subject` and `visit` are those of trialsite.crf, whose addresses are included first.
urlpatterns = [
    path("participants/matrix/", matrix, name="matrix"),
    path("participants/<subject:SUBJID>/", casebook, name="casebook"),
    path("participants/<subject:SUBJID>/improvement/", improvement, name="improvement"),
    path(
        "participants/<subject:SUBJID>/<visit:visit>/improvement/",
        improvement_panel,
        name="improvement_panel",
    ),
    path("participants/<subject:SUBJID>/medication/", medication, name="medication"),
    path("participants/<subject:SUBJID>/doses/", compliance, name="doses"),
    path(_DOSE, dose_gate, name="dose_gate"),
    path(f"{_DOSE}override/", override, name="override_gate"),
    path(f"{_DOSE}laboratory/", dose_advice, name="dose_advice"),
    path("doses-to-judge/", advice_queue, name="advice_queue"),
    path("participants/<subject:SUBJID>/<visit:visit>/sign/", sign, name="sign"),
    path("participants/<subject:SUBJID>/early-end/", early_end, name="early_end"),
    path("participants/<subject:SUBJID>/unscheduled/", unscheduled_visit, name="unscheduled"),
    path("calendar/", calendar, name="calendar"),
    path("calendar/address/", feed_address, name="feed_address"),
    path("calendar/feed.ics", feed, name="feed"),
    path("visits/", visit_list, name="list"),
    path("visits/<subject:SUBJID>/<visit:visit>/", visit, name="visit"),
    *safety,
    *reminders,
]
