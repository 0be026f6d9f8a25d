"""Pages of the entry screen, queries and the dictionary."""

from django.urls import URLPattern, path

from trialsite.crf import converters
from trialsite.crf.views import dictionary, entry, history, queries, study_lock

converters.register()

app_name = "crf"
_FORM = "participants/<subject:SUBJID>/<visit:visit>/<form:form>/"


def _pages_of(form: str) -> list[URLPattern]:
    return [
        path(form, entry.entry, name="entry"),
        path(f"{form}check/", entry.check, name="check"),
        path(f"{form}discard/", entry.discard, name="discard"),
        path(f"{form}not-done/", entry.not_done, name="not_done"),
        path(f"{form}history/", history.history, name="history"),
        path(f"{form}query/", queries.ask, name="ask"),
    ]


urlpatterns = [
    *_pages_of(_FORM),
    *_pages_of(f"{_FORM}<repeat:repeat>/"),
    path("queries/", queries.query_list, name="queries"),
    path("queries/<uuid:pk>/answer/", queries.answer, name="answer"),
    path("queries/<uuid:pk>/close/", queries.close, name="close"),
    path("dictionary/", dictionary.dictionary, name="dictionary"),
    path("study-lock/", study_lock.study_lock, name="study_lock"),
]
