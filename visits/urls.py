"""Pages of the casebook, the visits ahead, the reminders."""

from django.urls import path

from visits.casebook.page import casebook
from visits.reminders.views.outbox import demo_mails, outbox
from visits.reminders.views.remind import remind_eligible
from visits.views.schedule import visit, visit_list

app_name = "visits"

# The converters `subject` and `visit` are those of trialsite.crf, whose addresses are included first.
urlpatterns = [
    path("participants/<subject:SUBJID>/", casebook, name="casebook"),
    path("participants/<subject:SUBJID>/eligibility/remind/", remind_eligible, name="remind_eligible"),
    path("visits/", visit_list, name="list"),
    path("visits/<subject:SUBJID>/<visit:visit>/", visit, name="visit"),
    path("reminders/", outbox, name="outbox"),
    path("demo/mail/", demo_mails, name="demo_mails"),
]
