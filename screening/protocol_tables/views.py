"""The versions of the protocol for everybody, and the page on which the administrator makes the next one."""

from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from screening.actions import typed_password
from screening.criteria.tables import REGISTERED, ProtocolTables
from screening.protocol_tables.differences import Difference, differences
from screening.protocol_tables.loading import latest_tables, tables_in_force, tables_of
from screening.protocol_tables.models import ProtocolVersion
from screening.protocol_tables.publishing import VersionRefused, publish_version
from screening.protocol_tables.web_forms import NextVersion
from trialsite import clock
from trialsite.accounts.access import may, requires
from trialsite.accounts.models import Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422


@dataclass(frozen=True)
class VersionLine:
    """A version in the list, with what it changed; `made` is None for the registration's text."""

    tables: ProtocolTables
    made: ProtocolVersion | None
    state: str
    word: str
    changes: list[Difference]


@requires(Right.SEE_HELP)
@require_safe
def versions(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """All versions with what each changed, and the tables of one: that in force, unless another is named."""
    lines = version_lines(_today())
    shown = next((line for line in lines if _is_shown(line, number)), None)
    if shown is None:
        raise Http404
    context = {
        "lines": lines,
        "shown": shown,
        "manages": may(request.user, Right.MANAGE_PROTOCOL),
    }
    return render(request, "screening/protocol.html", context)


@requires(Right.MANAGE_PROTOCOL)
@require_http_methods(["GET", "HEAD", "POST"])
def next_version(request: HttpRequest) -> HttpResponse:
    """The next version: written on one page, looked at, and published with the password."""
    latest = latest_tables()
    page = NextVersion(latest, _today(), request.POST if request.method == "POST" else None)
    context: dict[str, Any] = {"page": page, "latest": latest}
    if request.method != "POST" or "add" in request.POST:
        return render(request, "screening/protocol_next.html", context | {"add": request.POST.get("add")})
    if page.valid:
        context["changes"] = differences(latest, page.tables)
        if "publish" not in request.POST:
            return render(request, "screening/protocol_next.html", context)
        try:
            made = _publish(request, page)
        except PasswordRefused as refused:
            page.version.add_error("password", refused.reason)
        except VersionRefused as refused:
            context["reasons"] = refused.reasons
        else:
            messages.success(request, f"Version {made.number} is published, in force from {made.effective}.")
            return redirect("screening:protocol_version", made.number)
    return render(request, "screening/protocol_next.html", context, status=REFUSED)


def version_lines(today: date) -> list[VersionLine]:
    """Every version, the newest first; one query, and three for a version not read before."""
    in_force = tables_in_force(today)
    lines: list[VersionLine] = []
    before = REGISTERED
    for made in (None, *ProtocolVersion.objects.select_related("made_by")):
        tables = REGISTERED if made is None else tables_of(made.pk)
        state, word = _standing(tables, in_force)
        lines.append(VersionLine(tables, made, state, word, differences(before, tables)))
        before = tables
    return lines[::-1]


def _standing(tables: ProtocolTables, in_force: ProtocolTables) -> tuple[str, str]:
    if tables.number == in_force.number:
        return "done", "In force"
    return ("waiting", "Not yet in force") if tables.number > in_force.number else ("closed", "Replaced")


def _is_shown(line: VersionLine, number: int | None) -> bool:
    return line.word == "In force" if number is None else line.tables.number == number


def _publish(request: HttpRequest, page: NextVersion) -> ProtocolVersion:
    given = page.version.cleaned_data
    return publish_version(
        by=cast("User", request.user),
        password=typed_password(request, given["password"]),
        tables=page.tables,
        reason=given["reason"],
        effective=given["effective"],
    )


def _today() -> date:
    """The version belongs to no site: today is the day at a site of the trial."""
    return clock.today(Site._meta.get_field("time_zone").default)
