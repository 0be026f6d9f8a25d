"""The one entry screen for all forms: show, check as a field is left, submit."""

import json
import uuid
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.http import require_http_methods, require_POST

from trialsite.accounts.access import requires
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.addresses import form_address
from trialsite.crf.drafts import discard_draft, keep_draft
from trialsite.crf.grids import cells_of
from trialsite.crf.opening import OpenForm, Place, open_form, place_of
from trialsite.crf.outcomes import Conflict, ReasonNeeded, Refused, Saved
from trialsite.crf.panels import panels_beside
from trialsite.crf.permissions import EntryClosed, require_entry
from trialsite.crf.reading import Reading
from trialsite.crf.screen import Screen
from trialsite.crf.suggestions import SETTLED, own_answers, settled_names
from trialsite.crf.typed import known_inputs
from trialsite.crf.views.neighbours import form_lines, next_form
from trialsite.crf.views.pages import askable, differences, form_title, labels, visit_label
from trialsite.crf.views.words import question_about_words


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Show the form, or submit it."""
    place = place_of(cast("User", request.user), SUBJID, visit, form, repeat)
    if request.method == "POST":
        return _submit(request, place)
    opened = open_form(place)
    typed = dict(opened.typed)
    reading = opened.read(typed)
    if not opened.restored:
        # What is stored was checked when it was submitted: only what was confirmed is shown again.
        reading.problems = reading.confirmed(typed)
    return _page(request, opened, typed, reading)


def _submit(request: HttpRequest, place: Place) -> HttpResponse:
    typed = known_inputs(place.form, request.POST.dict(), place.visit, place.repeat)
    version = _number(request.POST.get("version"))
    reason = request.POST.get("reason", "").strip()[:200]
    if asked := question_about_words(request, "reason"):
        _keep(place, typed, version)
        return asked
    try:
        outcome = save_record(
            by=place.user,
            participant=place.participant,
            form=place.form.code,
            visit=place.visit,
            typed=typed,
            version=version,
            key=_key(request.POST.get("key")),
            reason=reason,
            repeat=place.repeat,
        )
    except EntryClosed as closed:
        messages.error(request, str(closed))
        return HttpResponseRedirect(request.path)
    if isinstance(outcome, Saved):
        return _onward(request, place, outcome)
    _keep(place, typed, version)
    opened = open_form(place)
    match outcome:
        case Refused(reading):
            return _page(request, opened, typed, reading, status=422, reason=reason)
        case ReasonNeeded(reading, columns):
            return _page(request, opened, typed, reading, status=422, corrected=columns)
        case Conflict():
            return _page(request, opened, typed, opened.read(typed), status=409, reason=reason, conflict=True)


def _onward(request: HttpRequest, place: Place, saved: Saved) -> HttpResponse:
    following = next_form(place)
    title = form_title(place)
    if place.form.runs_through():
        title = f"{place.form.title()} {saved.record.repeat}"
    messages.success(request, f"{title} is {saved.record.get_state_display().lower()}.")
    if place.form.runs_through():
        return HttpResponseRedirect(_events(place))
    if place.repeat:
        return HttpResponseRedirect(form_address(place.participant.SUBJID, place.visit, place.form.code))
    if following is None:
        return HttpResponseRedirect(f"/participants/{place.participant.SUBJID}/")
    return HttpResponseRedirect(_address(place, "entry", form=following))


@requires(Right.SEE_PARTICIPANTS)
@require_POST
def check(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Keep what is typed as a draft and answer with what the checks find (as a field is left)."""
    place = place_of(cast("User", request.user), SUBJID, visit, form, repeat)
    require_entry(place.user, place.participant.site, place.form, visit)
    if place.refusal is not None:
        raise Http404
    suggestible = place.form.suggestible
    settled = settled_names(request.POST.get(SETTLED, ""), suggestible)
    typed = own_answers(known_inputs(place.form, request.POST.dict(), visit, repeat), suggestible, settled)
    left = request.POST.get("left", "")
    # A confirmation belongs to the value that was confirmed.
    typed.pop(f"{left.removesuffix('_UNIT').removesuffix('_ULN')}_OK", None)
    kept_at = _keep(place, typed, _number(request.POST.get("version")))
    if request.POST.get("quiet"):
        return HttpResponse(status=204)
    reading = place.read(typed)
    if reading.not_asked and not _number(request.POST.get("version")) and (proposal := place.proposal()):
        typed = proposal.without_idle(typed, reading.not_asked)
        reading = place.read(typed)
    suggested = {name: each for name, each in reading.suggested.items() if name not in settled}
    screen = Screen(
        place.form,
        visit,
        typed,
        reading,
        queries=place.questions(),
        origins=place.origins(None, typed),
        repeat=repeat,
        suggested=suggested,
        baseline=place.baseline,
        computed=place.computed(reading),
    )
    names = list(screen.names())
    state = {
        "hidden": sorted(screen.hidden()),
        "classes": {name: screen.classes(name) for name in names},
        "derived": dict(screen.derived()),
        "computed": dict(screen.computed),
        "kept": kept_at.isoformat(),
        "suggested": {
            name: suggested[name].code if name in suggested else ""
            for name in suggestible
            if name not in settled
        },
    }
    note = '<div id="n-{}" hx-swap-oob="innerHTML">{}</div>'
    response = HttpResponse("".join(format_html(note, name, screen.notes(name)) for name in names))
    response["HX-Trigger"] = json.dumps({"crf:checked": state})
    return response


@requires(Right.SEE_PARTICIPANTS)
@require_POST
def discard(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Throw the own draft away and show what is stored."""
    place = place_of(cast("User", request.user), SUBJID, visit, form, repeat)
    discard_draft(by=place.user, participant=place.participant, form=form, visit=visit, repeat=repeat)
    messages.info(request, "The unfinished entry was discarded.")
    return HttpResponseRedirect(_address(place, "entry"))


@requires(Right.SEE_PARTICIPANTS)
@require_http_methods(["GET", "POST"])
def not_done(request: HttpRequest, SUBJID: str, visit: str, form: str, repeat: int = 0) -> HttpResponse:
    """Record that the form was not done, with a reason."""
    opened = open_form(place_of(cast("User", request.user), SUBJID, visit, form, repeat))
    reason = request.POST.get("not_done_reason", "").strip()
    if asked := question_about_words(request, "not_done_reason"):
        return asked
    if request.method == "POST":
        try:
            outcome = mark_not_done(
                by=opened.user,
                participant=opened.participant,
                form=form,
                visit=visit,
                version=_number(request.POST.get("version")),
                reason=reason[:200],
                repeat=repeat,
            )
        except EntryClosed as closed:
            messages.error(request, str(closed))
        else:
            if isinstance(outcome, Saved):
                return _onward(request, opened, outcome)
            messages.error(request, "Somebody else changed this form meanwhile. Look at it once more.")
            return HttpResponseRedirect(_address(opened, "entry"))
    require_entry(opened.user, opened.participant.site, opened.form, visit)
    context = _context(opened) | {"not_done_reason": reason}
    return render(request, "crf/void.html" if opened.form.runs_through() else "crf/not_done.html", context)


def _page(
    request: HttpRequest,
    opened: OpenForm,
    typed: dict[str, str],
    reading: Reading,
    *,
    status: int = 200,
    reason: str = "",
    corrected: tuple[str, ...] = (),
    conflict: bool = False,
) -> HttpResponse:
    suggestible = opened.form.suggestible
    settled = settled_names(request.POST.get(SETTLED, ""), suggestible)
    settled |= {name for name in suggestible if typed.get(name, "").strip()}
    suggested = {name: each for name, each in reading.suggested.items() if name not in settled}
    screen = Screen(
        opened.form,
        opened.visit,
        typed,
        reading,
        not opened.editable,
        opened.queries,
        opened.origins(opened.record, typed),
        opened.repeat,
        suggested if opened.editable else {},
        opened.baseline,
        opened.computed(reading),
    )
    context = _context(opened) | {
        "body": screen.body(),
        "has_grid": bool(cells_of(opened.form)),
        "forms": form_lines(opened),
        "side_panel": opened.participant.side_panel(opened.user, opened.form.code, opened.visit),
        "panels": panels_beside(opened.participant.SUBJID, opened.form.code, opened.visit),
        "readonly": not opened.editable,
        "refusal": opened.refusal,
        "askable": askable(opened),
        "version": opened.version,
        "key": uuid.uuid4(),
        "settled": " ".join(sorted(settled)),
        "reason": reason,
        "needs_reason": bool(corrected) or bool(reason),
        "corrected": labels(opened.form, corrected),
        "refused": labels(opened.form, [problem.field for problem in reading.refused])
        if status == 422
        else [],
        "asked": labels(opened.form, [p.field for p in reading.asked(typed)]) if status == 422 else [],
        "differences": differences(opened, typed) if conflict or _is_stale(opened) else [],
        "restored": opened.draft if opened.restored and status == 200 else None,
    }
    return render(request, "crf/entry.html", context, status=status)


def _context(opened: OpenForm) -> dict[str, Any]:
    return {
        "participant": opened.participant,
        "form": opened.form,
        "form_title": form_title(opened),
        "folder": form_address(opened.participant.SUBJID, opened.visit, opened.form.code, opened.repeat),
        "retest": opened.form.is_retest(opened.repeat),
        "events": _events(opened) if opened.form.runs_through() else "",
        "may_close": opened.record is not None or not opened.repeat,
        "visit": opened.visit,
        "visit_label": visit_label(opened.visit),
        "record": opened.record,
    }


def _is_stale(opened: OpenForm) -> bool:
    """True when the draft was begun on an older version than is stored now."""
    return opened.restored and opened.draft is not None and opened.draft.base_version != opened.version


def _keep(place: Place, typed: dict[str, str], version: int) -> Any:
    return keep_draft(
        by=place.user,
        participant=place.participant,
        form=place.form.code,
        visit=place.visit,
        repeat=place.repeat,
        version=version,
        typed=typed,
    )


def _address(place: Place, name: str, form: str = "") -> str:
    repeat = 0 if form else place.repeat
    return form_address(place.participant.SUBJID, place.visit, form or place.form.code, repeat, name)


def _events(place: Place) -> str:
    """The page of the participant's events, which a later room shows."""
    return f"/participants/{place.participant.SUBJID}/events/"


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 9 else 0


def _key(text: str | None) -> uuid.UUID:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return uuid.uuid4()
