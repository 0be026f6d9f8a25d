"""Exports: ask for one, wait for it, download it."""

import uuid
from typing import cast

from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from trialsite.accounts.access import requires
from trialsite.accounts.address import address_of
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.export.actions import log_download, path_of, request_export
from trialsite.export.models import Export

_SHOWN = 50


@requires(Right.EXPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest) -> HttpResponse:
    """The list of exports; POST asks for a new one."""
    if request.method == "POST":
        request_export(by=cast("User", request.user))
        return HttpResponseRedirect(reverse("export:list"))
    rows = Export.objects.select_related("asked_by")[:_SHOWN]
    waiting = any(export.state == Export.State.WAITING for export in rows)
    template = "export/table.html" if request.headers.get("HX-Request") else "export/list.html"
    return render(request, template, {"exports": rows, "waiting": waiting})


@requires(Right.EXPORT)
@require_GET
def download(request: HttpRequest, pk: uuid.UUID) -> HttpResponseBase:
    """The file of a finished export."""
    export = get_object_or_404(Export, pk=pk, state=Export.State.DONE)
    path = path_of(export)
    if not path.exists():
        raise Http404
    log_download(export, by=cast("User", request.user), address=address_of(request))
    return FileResponse(path.open("rb"), as_attachment=True, filename=export.file_name)
