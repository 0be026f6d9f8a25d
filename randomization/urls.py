"""Pages of randomization: asking for a number and for kits, the allocation list, unblinding.

The converters `subject` and `visit` are those of trialsite.crf, whose addresses are included first.
"""

from django.urls import path

from randomization import list_views, views
from randomization.unblinding import code_break_views, final_views
from randomization.unblinding import views as unblinding

app_name = "randomization"
_ONE = "participants/<subject:SUBJID>/"

urlpatterns = [
    path("allocation-list/", list_views.lists, name="lists"),
    path("allocation-list/hand-in/", list_views.hand_in, name="hand_in_list"),
    path("allocation-list/<uuid:pk>/confirm/", list_views.confirm, name="confirm_list"),
    path("allocation-list/<uuid:pk>/withdraw/", list_views.withdraw, name="withdraw_list"),
    path(f"{_ONE}number/", views.number, name="number"),
    path(f"{_ONE}number/ask/", views.ask_number, name="ask_number"),
    path(f"{_ONE}<visit:visit>/kit/", views.kit, name="kit"),
    path(f"{_ONE}<visit:visit>/kit/ask/", views.ask_kit, name="ask_kit"),
    path(f"{_ONE}unblinding/", unblinding.unblinding, name="unblinding"),
    path(f"{_ONE}unblinding/ask/", unblinding.ask, name="ask_unblinding"),
    path(f"{_ONE}unblinding/<uuid:pk>/", unblinding.answer, name="unblinding_answer"),
    path(f"{_ONE}unblinding/<uuid:pk>/show/", unblinding.show, name="show_treatment"),
    path("code-break/", code_break_views.code_break, name="code_break"),
    path("final-unblinding/", final_views.final, name="final_unblinding"),
]
