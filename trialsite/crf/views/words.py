"""Asking about words that could unblind before a reason, a query or an answer is kept (L22)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from trialsite.crf.free_text import UNBLINDING_QUESTION, could_unblind

CONFIRMED = "words_ok"


def question_about_words(request: HttpRequest, *names: str) -> HttpResponse | None:
    """A page that asks about the text of one of the inputs, and keeps everything else that was sent.

    None when there is nothing to ask, or when the person said that the text is needed. Not for a form with a
    password, which must not be kept.
    """
    name = next((name for name in names if could_unblind(request.POST.get(name, ""))), None)
    if name is None or request.POST.get(CONFIRMED):
        return None
    text = request.POST[name]
    left_out = {"csrfmiddlewaretoken", name}
    kept = [(field, value) for field, value in request.POST.items() if field not in left_out]
    context = {"name": name, "text": text, "kept": kept, "question": UNBLINDING_QUESTION}
    return render(request, "crf/words.html", context, status=422)
