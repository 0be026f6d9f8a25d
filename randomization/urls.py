"""Pages of randomization: asking for a number and for kits, the lists, the supply, unblinding.

The converters `subject` and `visit` are those of trialsite.crf, whose addresses are included first.
"""

from django.urls import path

from randomization import list_views, views
from randomization.supply import contents_views, strata_views
from randomization.supply import views as supply
from randomization.unblinding import code_break_views, final_views
from randomization.unblinding import views as unblinding

app_name = "randomization"
_ONE = "participants/<subject:SUBJID>/"
_SITE = "supply/<str:site>/"

urlpatterns = [
    path("allocation-list/", list_views.lists, name="lists"),
    path("allocation-list/hand-in/", list_views.hand_in, name="hand_in_list"),
    path("allocation-list/<uuid:pk>/confirm/", list_views.confirm, name="confirm_list"),
    path("allocation-list/<uuid:pk>/withdraw/", list_views.withdraw, name="withdraw_list"),
    path("kit-lists/", list_views.kit_lists, name="kit_lists"),
    path("kit-lists/hand-in/", list_views.hand_in_kits, name="hand_in_kits"),
    path("kit-lists/<uuid:pk>/confirm/", list_views.confirm_kits, name="confirm_kits"),
    path("kit-lists/<uuid:pk>/withdraw/", list_views.withdraw_kits, name="withdraw_kits"),
    path(f"{_ONE}number/", views.number, name="number"),
    path(f"{_ONE}number/ask/", views.ask_number, name="ask_number"),
    path(f"{_ONE}<visit:visit>/kit/", views.kit, name="kit"),
    path(f"{_ONE}<visit:visit>/kit/ask/", views.ask_kit, name="ask_kit"),
    path(f"{_ONE}<visit:visit>/given-in-error/", strata_views.given_in_error, name="given_in_error"),
    path("strata/", strata_views.strata, name="strata"),
    path("kit-contents/", contents_views.start, name="kit_contents"),
    path("kit-contents/ask/", contents_views.ask, name="ask_kit_contents"),
    path("kit-contents/<uuid:pk>/", contents_views.wait, name="kit_report"),
    path("kit-contents/<uuid:pk>/show/", contents_views.show, name="show_kit_contents"),
    path("supply/", supply.sites, name="supply_sites"),
    path(_SITE, supply.supply, name="supply"),
    path(f"{_SITE}order/", supply.order, name="order_kits"),
    path(f"{_SITE}kits/", supply.act, name="act_on_kits"),
    path(f"{_SITE}quarantine/<uuid:pk>/", supply.decide, name="decide_quarantine"),
    path(f"{_SITE}shipments/<uuid:pk>/", supply.shipment, name="shipment"),
    path(f"{_SITE}shipments/<uuid:pk>/send/", supply.send, name="send_shipment"),
    path(f"{_SITE}shipments/<uuid:pk>/receive/", supply.receive, name="receive_shipment"),
    path(f"{_SITE}ledger/", supply.ledger, name="kit_ledger"),
    path(f"{_ONE}unblinding/", unblinding.unblinding, name="unblinding"),
    path(f"{_ONE}unblinding/ask/", unblinding.ask, name="ask_unblinding"),
    path(f"{_ONE}unblinding/<uuid:pk>/", unblinding.answer, name="unblinding_answer"),
    path(f"{_ONE}unblinding/<uuid:pk>/show/", unblinding.show, name="show_treatment"),
    path("code-break/", code_break_views.code_break, name="code_break"),
    path("final-unblinding/", final_views.final, name="final_unblinding"),
]
