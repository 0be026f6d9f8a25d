"""Pages of the reminders."""

from django.urls import path

from visits.reminders.views.demo_mail import demo_mails
from visits.reminders.views.mine import preferences, put_off_reminder, reminders, take_up_reminder
from visits.reminders.views.outbox import notices, outbox, told
from visits.reminders.views.remind import remind_eligible

urlpatterns = [
    path("participants/<subject:SUBJID>/eligibility/remind/", remind_eligible, name="remind_eligible"),
    path("reminders/", reminders, name="reminders"),
    path("reminders/preferences/", preferences, name="preferences"),
    path("reminders/outbox/", outbox, name="outbox"),
    path("reminders/outbox/notices/", notices, name="notices"),
    path("reminders/outbox/<uuid:pk>/", told, name="told"),
    path("reminders/<uuid:pk>/put-off/", put_off_reminder, name="put_off_reminder"),
    path("reminders/<uuid:pk>/take-up/", take_up_reminder, name="take_up_reminder"),
    path("demo/mail/", demo_mails, name="demo_mails"),
]
