"""The list of participants, and registering one."""

from typing import cast
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from screening.listing import TITLES, Standing, page_of
from screening.progress import asked_forms
from screening.registration import RegistrationRefused, register_participant
from screening.web_forms import RegistrationForm
from trialsite.accounts.access import may, requires, sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right
from trialsite.protocol import SCREENING_VISIT


@requires(Right.SEE_PARTICIPANTS)
@require_safe
def participant_list(request: HttpRequest) -> HttpResponse:
    """Participants of the own sites, filtered by site, standing and number."""
    user = cast("User", request.user)
    codes = sites_where(user, Right.SEE_PARTICIPANTS)
    asked = {name: request.GET.get(name, "").strip()[:20] for name in ("site", "standing", "q", "after")}
    site = asked["site"] if asked["site"] in codes else ""
    sees_eligibility = may(user, Right.SEE_ELIGIBILITY)
    known = asked["standing"] in set(Standing) and sees_eligibility
    standing = Standing(asked["standing"]) if known else None
    page = page_of([site] if site else codes, standing=standing, search=asked["q"], after=asked["after"])
    kept = {"site": site, "standing": standing or "", "q": asked["q"]}
    context = {
        "page": page,
        "forms_asked": len(asked_forms()),
        "sites": [
            ("All sites", _address(kept, site=""), not site),
            *((str(each), _address(kept, site=each.code), each.code == site) for each in _sites(codes)),
        ]
        if len(codes) > 1
        else [],
        "standings": [
            ("All", _address(kept, standing=""), standing is None),
            *((TITLES[each], _address(kept, standing=each), each is standing) for each in Standing),
        ]
        if sees_eligibility
        else [],
        "sees_eligibility": sees_eligibility,
        "kept": kept,
        "filtered": any(kept.values()),
        "first": _address(kept) if asked["after"] else "",
        "next": _address(kept, after=page.next) if page.next else "",
        "may_register": may(user, Right.REGISTER_PARTICIPANT),
    }
    return render(request, "screening/participants.html", context)


@requires(Right.REGISTER_PARTICIPANT)
def register(request: HttpRequest) -> HttpResponse:
    """Registers a person who has consented, and goes on to the first form."""
    user = cast("User", request.user)
    form = RegistrationForm(user, request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            participant = register_participant(by=user, **form.cleaned_data)
        except RegistrationRefused as refused:
            for field, message in refused.refusals.items():
                form.add_error(field if field in form.fields else None, message)
        else:
            messages.success(
                request, f"{participant.SUBJID} is registered. Write this number on the consent form."
            )
            return redirect("crf:entry", participant.SUBJID, SCREENING_VISIT, "SV")
    status = 422 if form.is_bound else 200
    return render(request, "screening/register.html", {"form": form}, status=status)


def _sites(codes: frozenset[str]) -> list[Site]:
    return list(Site.objects.filter(code__in=codes))


def _address(kept: dict[str, str], **changed: str) -> str:
    """The list with other filters; paging starts anew unless `after` is given."""
    wanted = {name: value for name, value in (kept | changed).items() if value}
    return (
        f"{reverse('screening:participants')}?{urlencode(wanted)}"
        if wanted
        else reverse("screening:participants")
    )
