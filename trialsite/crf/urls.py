"""Pages of the entry screen, queries and the dictionary."""

from django.urls import path

from trialsite.crf import converters
from trialsite.crf.views import dictionary, entry, history, queries

converters.register()

app_name = "crf"
_FORM = "participants/<subject:SUBJID>/<visit:visit>/<form:form>/"

urlpatterns = [
    path(_FORM, entry.entry, name="entry"),
    path(f"{_FORM}check/", entry.check, name="check"),
    path(f"{_FORM}discard/", entry.discard, name="discard"),
    path(f"{_FORM}not-done/", entry.not_done, name="not_done"),
    path(f"{_FORM}history/", history.history, name="history"),
    path(f"{_FORM}query/", queries.ask, name="ask"),
    path("queries/", queries.query_list, name="queries"),
    path("queries/<uuid:pk>/answer/", queries.answer, name="answer"),
    path("queries/<uuid:pk>/close/", queries.close, name="close"),
    path("dictionary/", dictionary.dictionary, name="dictionary"),
]
