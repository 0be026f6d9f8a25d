"""Pages of randomization: asking for a treatment number, asking for the kit of a later dose.

The converters `subject` and `visit` are those of trialsite.crf, whose addresses are included first.
"""

from django.urls import path

from randomization import views

app_name = "randomization"
_ONE = "participants/<subject:SUBJID>/"

urlpatterns = [
    path(f"{_ONE}number/", views.number, name="number"),
    path(f"{_ONE}number/ask/", views.ask_number, name="ask_number"),
    path(f"{_ONE}<visit:visit>/kit/", views.kit, name="kit"),
    path(f"{_ONE}<visit:visit>/kit/ask/", views.ask_kit, name="ask_kit"),
]
