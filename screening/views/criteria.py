"""The protocol as executable text: a page for each criterion, and their list. No participant is in them."""

from collections import Counter
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.assumptions import of_criterion, readings_of
from screening.boundaries.cases import Limit
from screening.boundaries.participant import participant
from screening.boundaries.table import LIMITS, answered
from screening.criteria import CRITERIA, DEFAULT, Criterion, Kind
from screening.criteria.registry import FURTHER
from screening.policies import words_of
from screening.review_lines import PartLine, part_line, state_of
from trialsite.accounts.access import requires
from trialsite.accounts.rights import Right
from trialsite.crf.dictionary import Entry, entries

# With the criterion that only some versions of the protocol have.
EVERY = tuple(sorted((*CRITERIA, FURTHER), key=lambda each: (each.kind is Kind.EXCLUSION, each.code)))


@dataclass(frozen=True)
class Answer:
    """One boundary: the value, and the verdict of the part in words."""

    value: str
    state: str
    word: str


@dataclass(frozen=True)
class Boundaries:
    """The boundaries of one varied value."""

    limit: Limit
    answers: tuple[Answer, ...]


@requires(Right.SEE_HELP)
@require_safe
def criteria(request: HttpRequest) -> HttpResponse:
    """All criteria: code, short text, source, parts, boundaries."""
    parts = {criterion.code: len(_parts(criterion)) for criterion in EVERY}
    tested = Counter({limit.criterion: 0 for limit in LIMITS})
    for limit in LIMITS:
        tested[limit.criterion] += len(limit.boundaries)
    groups = [
        (title, [(each, parts[each.code], tested[each.code]) for each in EVERY if each.kind is kind])
        for kind, title in ((Kind.INCLUSION, "Inclusion"), (Kind.EXCLUSION, "Exclusion"))
    ]
    return render(request, "screening/criterion_list.html", {"groups": groups, "boundaries": tested.total()})


@requires(Right.SEE_HELP)
@require_safe
def criterion(request: HttpRequest, code: str) -> HttpResponse:
    """One criterion: text, source, rule, parts, assumptions, open question, fields, tested boundaries."""
    codes = [each.code for each in EVERY]
    if code not in codes:
        raise Http404
    place = codes.index(code)
    found = EVERY[place]
    return render(
        request,
        "screening/criterion_page.html",
        {
            "criterion": found,
            "parts": _parts(found),
            "fields": _fields(code),
            "assumptions": of_criterion(code),
            "readings": [(each, each.value()) for each in readings_of(code)],
            "boundaries": _boundaries(found),
            "before": codes[place - 1] if place else None,
            "after": codes[place + 1] if place + 1 < len(codes) else None,
        },
    )


def _parts(criterion: Criterion) -> list[PartLine]:
    """What the parts say of the participant from whom the boundaries start."""
    verdict = criterion.judge(participant(), DEFAULT)
    return [part_line(criterion.kind, part) for part in verdict.parts]


def _fields(code: str) -> list[Entry]:
    """The variables of the forms that feed the criterion."""
    return [entry for entry in entries() if code in entry.feeds.split(", ")]


def _boundaries(criterion: Criterion) -> list[Boundaries]:
    return [
        Boundaries(
            limit,
            tuple(
                Answer(
                    each.boundary.value,
                    state_of(criterion.kind, each.outcome),
                    words_of(criterion.kind, each.outcome).capitalize(),
                )
                for each in answers
            ),
        )
        for limit, answers in answered(criterion.code)
    ]
