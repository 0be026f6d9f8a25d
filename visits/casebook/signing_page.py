"""The page on which the forms of a visit are read through and signed."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from screening.actions import typed_password
from screening.lookup import participant_or_404
from screening.models import Participant
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right
from trialsite.audit.reading import Change
from trialsite.crf.addresses import form_address
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Query
from trialsite.crf.opening import OpenForm
from trialsite.crf.views.history import changes_of
from trialsite.crf.views.pages import form_title
from trialsite.protocol import FORMS
from visits.casebook.cell_state import OF_RECORD
from visits.casebook.contents import Contents, Line, contents_of
from visits.casebook.models import VisitSignature
from visits.casebook.signing import (
    Signable,
    SigningRefused,
    Stale,
    flaw,
    meaning_of,
    place_label,
    seen_hash,
    sign_refusal,
    sign_visit,
    signable_forms,
)
from visits.casebook.summaries import PLACES, expected_forms

CONFLICT, REFUSED = 409, 422


class PasswordForm(forms.Form):
    """The password, asked for again, and what was read."""

    seen = forms.CharField(max_length=64)
    password = forms.CharField(error_messages={"required": "Type your password: it stands for your hand."})


@dataclass(frozen=True)
class Reviewed:
    """A form as the page shows it; changes: since it was signed last, newest first."""

    title: str
    url: str
    code: str
    state: str
    word: str
    lines: list[Line]
    reason: str
    changed: bool
    changes: list[Change]
    queries: list[Query]


@dataclass(frozen=True)
class Past:
    """A signature given before; flaw: why it does not hold, None when it does."""

    signed: VisitSignature
    titles: list[str]
    flaw: str | None


@requires(Right.SEE_PARTICIPANTS)
def sign(request: HttpRequest, SUBJID: str, visit: str) -> HttpResponse:
    """What waits for a signature, what changed since the last one, and signing it."""
    user = cast("User", request.user)
    participant = participant_or_404(user, SUBJID, Right.SEE_PARTICIPANTS)
    if visit not in PLACES:
        raise Http404
    status, form = 200, PasswordForm(request.POST if request.method == "POST" else None)
    if form.is_bound:
        status = REFUSED
        if form.is_valid():
            try:
                signed = sign_visit(
                    by=user,
                    participant=participant,
                    visit=visit,
                    password=typed_password(request, form.cleaned_data["password"]),
                    seen=form.cleaned_data["seen"],
                )
            except PasswordRefused as refused:
                form.add_error("password", refused.reason)
            except SigningRefused as refused:
                form.add_error(None, refused.reason)
                status = CONFLICT if isinstance(refused, Stale) else REFUSED
            else:
                number = signed.records.count()
                messages.success(
                    request, f"{place_label(visit)} is signed: {number} form{'s' if number > 1 else ''}."
                )
                return redirect("visits:casebook", SUBJID)
    return _page(request, user, participant, visit, form, status)


def _page(
    request: HttpRequest, user: User, participant: Participant, visit: str, form: PasswordForm, status: int
) -> HttpResponse:
    known = signable_forms(participant, visit)
    past = list(
        VisitSignature.objects.filter(participant=participant, visit=visit)
        .select_related("signed_by")
        .prefetch_related("records__record")
    )
    contents = contents_of([each.record for each in known])
    signed_at = {
        (each.record_id, each.version): signature.signed_at
        for signature in past
        for each in signature.records.all()
    }
    queries = _queries(known)
    reviewed = [
        _reviewed(user, participant, each, contents[each.record.pk], signed_at, queries) for each in known
    ]
    waits = [shown for shown, each in zip(reviewed, known, strict=True) if each.waits]
    entered = {each.record.form for each in known if each.record.repeat == 0}
    context = {
        "participant": participant,
        "visit": visit,
        "label": place_label(visit),
        "waits": waits,
        "others": [each for each in reviewed if each not in waits],
        "not_entered": [
            (each.title, form_address(participant.SUBJID, visit, each.code))
            for each in FORMS
            if each.code in expected_forms(visit) and each.code not in entered
        ],
        "queries": sum(len(each.queries) for each in reviewed),
        "past": [_past(signature, contents) for signature in past],
        "form": form,
        "seen": seen_hash(known),
        "may_sign": may(user, Right.SIGN_VISIT, participant.site),
        "refusal": sign_refusal(user, participant, known),
        "meaning": meaning_of(participant.SUBJID, visit),
    }
    return render(request, "visits/casebook/sign.html", context, status=status)


def _reviewed(
    user: User,
    participant: Participant,
    signable: Signable,
    contents: Contents,
    signed_at: dict[tuple[UUID, int], datetime],
    queries: dict[UUID, list[Query]],
) -> Reviewed:
    record = signable.record
    opened = OpenForm(user, participant, REGISTER[record.form], record.visit, record.repeat)
    changes: list[Change] = []
    if signable.changed and (since := signed_at.get((record.pk, signable.signed_version))):
        found = [change for change in changes_of(opened, record) if change.at > since]
        changes = sorted(found, key=lambda change: change.at, reverse=True)
    state, word = str(OF_RECORD[RecordState(record.state)]), ""
    if signable.finished and not signable.waits:
        state = "signed"
    elif signable.changed:
        state, word = "changed", "Changed since signed" if signable.finished else "Incomplete again"
    return Reviewed(
        title=form_title(opened),
        url=form_address(participant.SUBJID, record.visit, record.form, record.repeat),
        code=record.form,
        state=state,
        word=word,
        lines=[] if record.not_done_reason else list(contents.lines()),
        reason=record.not_done_reason,
        changed=signable.changed,
        changes=changes,
        queries=queries.get(record.pk, []),
    )


def _queries(known: list[Signable]) -> dict[UUID, list[Query]]:
    rows = Query.objects.filter(record__in=[each.record for each in known]).exclude(state=Query.State.CLOSED)
    found: dict[UUID, list[Query]] = {}
    for query in rows.order_by("opened_at"):
        found.setdefault(query.record_id, []).append(query)
    return found


def _past(signature: VisitSignature, contents: dict[UUID, Contents]) -> Past:
    records = list(signature.records.all())
    titles = []
    for each in records:
        form, repeat = REGISTER[each.record.form], each.record.repeat
        titles.append(f"{form.title()} {repeat}" if repeat else form.title())
    return Past(signature, titles, flaw(signature, records, contents))
