"""The report of a serious event: its clock, what it says, its signed versions, its PDF."""

from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from screening.actions import typed_password
from screening.lookup import participant_or_404
from screening.snapshot import digest
from trialsite import clock
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right
from trialsite.crf.addresses import form_address
from trialsite.protocol import LOG_VISIT
from visits.safety.content import content_of
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.listing import clock_of
from visits.safety.models import SeriousEvent
from visits.safety.pdf import printed
from visits.safety.reporting import (
    ReportRefused,
    Stale,
    close_event,
    close_refusal,
    sign_refusal,
    sign_report,
)
from visits.safety.signature import flaw, meaning_of
from visits.safety.web_forms import SignatureForm

UNCHANGED, CONFLICT, REFUSED = 200, 409, 422


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def report(request: HttpRequest, SUBJID: str, number: int) -> HttpResponse:
    """What is reported of a serious event, and when."""
    return _page(request, _found(request, SUBJID, number))


@requires(Right.SIGN_SAFETY)
@require_POST
def sign(request: HttpRequest, SUBJID: str, number: int) -> HttpResponse:
    """Sign the next report; whatever hinders it comes back with the page."""
    serious = _found(request, SUBJID, number, Right.SIGN_SAFETY)
    form = SignatureForm(request.POST)
    status = REFUSED
    if form.is_valid():
        given = form.cleaned_data
        try:
            signed = sign_report(
                by=cast("User", request.user),
                serious=serious,
                password=typed_password(request, given["password"]),
                seen_hash=given["seen_hash"],
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except Stale as stale:
            form.add_error(None, stale.reason)
            status = CONFLICT
        except ReportRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, f"{signed.kind} is signed; sponsor and medical monitor are told.")
            return redirect("visits:serious", SUBJID, number)
    return _page(request, serious, form, status)


@requires(Right.SIGN_SAFETY)
@require_POST
def close(request: HttpRequest, SUBJID: str, number: int) -> HttpResponse:
    """End the reporting of the event."""
    serious = _found(request, SUBJID, number, Right.SIGN_SAFETY)
    try:
        close_event(by=cast("User", request.user), serious=serious)
    except ReportRefused as refused:
        messages.error(request, refused.reason)
    else:
        messages.success(request, "The reporting of this event is closed.")
    return redirect("visits:serious", SUBJID, number)


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def report_pdf(request: HttpRequest, SUBJID: str, number: int, version: int) -> HttpResponse:
    """A signed report as PDF, the same bytes each time."""
    serious = _found(request, SUBJID, number)
    signed = list(serious.reports.select_related("signed_by").filter(number__lte=version))
    if not signed or signed[-1].number != version:
        raise Http404
    *earlier, wanted = signed
    response = HttpResponse(printed(wanted, earlier), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{SUBJID}-AE{number}-report-{version}.pdf"'
    return response


def _found(
    request: HttpRequest, SUBJID: str, number: int, right: Right = Right.SEE_PARTICIPANTS
) -> SeriousEvent:
    participant = participant_or_404(cast("User", request.user), SUBJID, right)
    serious = SeriousEvent.objects.select_related("record__participant__site", "participant__site").filter(
        participant=participant, record__form=AdverseEvent.code, record__repeat=number
    )
    found = serious.first()
    if found is None:
        raise Http404
    return found


def _page(
    request: HttpRequest, serious: SeriousEvent, form: SignatureForm | None = None, status: int = UNCHANGED
) -> HttpResponse:
    user, participant, record = cast("User", request.user), serious.participant, serious.record
    content = content_of(record)
    signed = list(serious.reports.select_related("signed_by"))
    context: dict[str, Any] = {
        "participant": participant,
        "number": record.repeat,
        "record": record,
        "serious": serious,
        "clock": clock_of(serious, record.repeat, clock.now()),
        "content": content,
        "seen_hash": digest(content),
        "entry_url": form_address(participant.SUBJID, LOG_VISIT, AdverseEvent.code, record.repeat),
        "reports": [(each, flaw(each)) for each in reversed(signed)],
        "next_kind": "Initial report" if not signed else f"Follow-up {len(signed)}",
        "may_sign": may(user, Right.SIGN_SAFETY, participant.site),
        "sign_refusal": sign_refusal(serious, AdverseEvent.objects.get(record=record)),
        "close_refusal": close_refusal(serious),
        "meaning": meaning_of(participant.SUBJID, record.repeat),
        "form": form or SignatureForm(),
    }
    return render(request, "visits/safety/report.html", context, status=status)
