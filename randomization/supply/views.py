"""The supply of a site: what is there, orders, shipments, setting aside, returning; never an arm."""

from datetime import datetime
from typing import cast
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_datetime
from django.views.decorators.http import require_POST, require_safe

from randomization.supply import actions
from randomization.supply.ledger import MEANINGS, SupplyRefused
from randomization.supply.models import Kit, KitMove, Quarantine, Shipment
from randomization.supply.states import AT_SITE, KitState, ShipmentState, Verb
from randomization.supply.stock import SHOWN, stock_of
from randomization.supply.web_forms import DecisionForm, KitsForm, OrderForm, ReceiveForm, SendForm
from screening.actions import typed_password
from trialsite import clock
from trialsite.accounts.access import may, requires, sites_where, visible_or_404
from trialsite.accounts.models import Site, User
from trialsite.accounts.passwords import PasswordRefused
from trialsite.accounts.rights import Right

REFUSED = 422
_SHOWN = 100


@requires(Right.SEE_SUPPLY)
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """Every site of the person, and which of them should order."""
    found = Site.objects.filter(pk__in=sites_where(_user(request), Right.SEE_SUPPLY))
    stocks = [stock_of(site, clock.today(site.time_zone)) for site in found]
    return render(request, "randomization/supply/sites.html", {"stocks": stocks})


@requires(Right.SEE_SUPPLY)
@require_safe
def supply(request: HttpRequest, site: str) -> HttpResponse:
    """One site's stock by totals, its shipments and what is set aside."""
    return _page(request, _site(request, site, Right.SEE_SUPPLY))


@requires(Right.SEE_SUPPLY)
@require_POST
def order(request: HttpRequest, site: str) -> HttpResponse:
    """Order pairs of kits."""
    where = _site(request, site, Right.SEE_SUPPLY)
    form = OrderForm(request.POST)
    if form.is_valid():
        try:
            actions.order_shipment(by=_user(request), site=where, pairs=form.cleaned_data["pairs"])
        except SupplyRefused as refused:
            form.add_error("pairs", refused.reason)
        else:
            messages.success(request, "The kits are ordered; the vault chooses their numbers.")
            return redirect("randomization:supply", site)
    return _page(request, where, order_form=form)


@requires(Right.SEE_SUPPLY)
@require_POST
def act(request: HttpRequest, site: str) -> HttpResponse:
    """Set aside, return or destroy the ticked kits."""
    where, user = _site(request, site, Right.SEE_SUPPLY), _user(request)
    form = KitsForm(request.POST, acts=_acts(user, where))
    kits = request.POST.getlist("kit")
    if form.is_valid():
        given = form.cleaned_data
        password = typed_password(request, given["password"])
        try:
            if given["act"] == Verb.QUARANTINE:
                actions.quarantine_kits(
                    by=user,
                    site=where,
                    kits=kits,
                    cause=given["cause"] or Quarantine.Cause.OTHER,
                    details=given["reason"],
                    temperature=form.temperature,
                    password=password,
                )
            else:
                end = actions.return_kits if given["act"] == Verb.RETURN else actions.destroy_kits
                end(by=user, site=where, kits=kits, reason=given["reason"], password=password)
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except SupplyRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, f"{len(kits)} kits: {Verb(given['act']).label}. The ledger has it.")
            return redirect("randomization:supply", site)
    return _page(request, where, kits_form=form, ticked=kits)


@requires(Right.MANAGE_SUPPLY)
@require_POST
def decide(request: HttpRequest, site: str, pk: UUID) -> HttpResponse:
    """Release or reject all kits that were set aside together."""
    where = _site(request, site, Right.MANAGE_SUPPLY)
    quarantine = visible_or_404(Quarantine.objects.all(), _user(request), Right.MANAGE_SUPPLY, pk=pk)
    form = DecisionForm(request.POST, place=str(pk))
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.decide_quarantine(
                by=_user(request),
                quarantine=quarantine,
                decision=given["decision"],
                reason=given["reason"],
                password=typed_password(request, given["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except SupplyRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, "Decided, for all kits that were set aside together.")
            return redirect("randomization:supply", site)
    return _page(request, where, decision_form=form, decided=pk)


@requires(Right.SEE_SUPPLY)
@require_safe
def shipment(request: HttpRequest, site: str, pk: UUID) -> HttpResponse:
    """One shipment: what is in it by number, and its next step."""
    return _shipment(request, _found(request, site, pk, Right.SEE_SUPPLY))


@requires(Right.MANAGE_SUPPLY)
@require_POST
def send(request: HttpRequest, site: str, pk: UUID) -> HttpResponse:
    """Sign that the shipment left the depot."""
    found, form = _found(request, site, pk, Right.MANAGE_SUPPLY), SendForm(request.POST)
    if form.is_valid():
        password = typed_password(request, form.cleaned_data["password"])
        try:
            actions.send_shipment(by=_user(request), shipment=found, password=password)
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except SupplyRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, "The shipment is on its way.")
            return redirect("randomization:supply", site)
    return _shipment(request, found, form)


@requires(Right.HANDLE_KITS)
@require_POST
def receive(request: HttpRequest, site: str, pk: UUID) -> HttpResponse:
    """Sign how each kit arrived."""
    found = _found(request, site, pk, Right.HANDLE_KITS)
    form = ReceiveForm(request.POST, numbers=_numbers(found))
    if form.is_valid():
        try:
            actions.receive_shipment(
                by=_user(request),
                shipment=found,
                missing=form.those("missing"),
                damaged=form.those("damaged"),
                temperature=form.temperature,
                password=typed_password(request, form.cleaned_data["password"]),
            )
        except PasswordRefused as refused:
            form.add_error("password", refused.reason)
        except SupplyRefused as refused:
            form.add_error(None, refused.reason)
        else:
            messages.success(request, "The shipment is received.")
            return redirect("randomization:supply", site)
    return _shipment(request, found, form)


@requires(Right.SEE_SUPPLY)
@require_safe
def ledger(request: HttpRequest, site: str) -> HttpResponse:
    """Every move of every kit of a site, newest first, page by page; of one kit when asked."""
    where = _site(request, site, Right.SEE_SUPPLY)
    wanted = request.GET.get("kit", "").strip().upper()
    moves = KitMove.objects.filter(site=where).order_by("-at", "kit_id")
    if wanted:
        moves = moves.filter(kit_id=wanted)
    if before := _moment(request.GET.get("before", "")):
        moves = moves.filter(at__lt=before)
    page = list(moves[: _SHOWN + 1])
    further = page[_SHOWN - 1].at if len(page) > _SHOWN else None
    context = {
        "site": where,
        "moves": page[:_SHOWN],
        "wanted": wanted,
        "first": f"?{urlencode({'kit': wanted})}" if before else "",
        "next": f"?{urlencode({'kit': wanted, 'before': further.isoformat()})}" if further else "",
    }
    return render(request, "randomization/supply/ledger.html", context)


def _moment(text: str) -> datetime | None:
    """The moment that an address names; None when it names none."""
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    return found if found and found.tzinfo else None


def _user(request: HttpRequest) -> User:
    return cast("User", request.user)


def _site(request: HttpRequest, site: str, right: Right) -> Site:
    return visible_or_404(Site.objects.all(), _user(request), right, site="pk", pk=site)


def _found(request: HttpRequest, site: str, pk: UUID, right: Right) -> Shipment:
    rows = Shipment.objects.select_related("site", "ordered_by", "sent_by", "received_by")
    return visible_or_404(rows, _user(request), right, site_id=site, pk=pk)


def _numbers(found: Shipment) -> list[str]:
    return list(found.kits.order_by("KITNO").values_list("KITNO", flat=True))


def _acts(user: User, site: Site) -> list[tuple[str, str]]:
    """What this person may do with kits."""
    acts = []
    if may(user, Right.HANDLE_KITS, site):
        acts += [(Verb.QUARANTINE.value, "Set aside"), (Verb.RETURN.value, "Return to the depot")]
    if may(user, Right.MANAGE_SUPPLY, site):
        acts += [(Verb.DESTROY.value, "Record as destroyed")]
    return acts


def _page(
    request: HttpRequest,
    site: Site,
    *,
    order_form: OrderForm | None = None,
    kits_form: KitsForm | None = None,
    ticked: list[str] | None = None,
    decision_form: DecisionForm | None = None,
    decided: UUID | None = None,
) -> HttpResponse:
    user = _user(request)
    acts = _acts(user, site)
    shown = [*AT_SITE, *([KitState.RETURNED] if may(user, Right.MANAGE_SUPPLY, site) else [])]
    quarantines = Quarantine.objects.filter(site=site).select_related("begun_by", "decided_by")
    context = {
        "site": site,
        "stock": stock_of(site, clock.today(site.time_zone)),
        "columns": [state.label for state in SHOWN],
        "kits": Kit.objects.filter(site=site, state__in=shown).order_by("state", "expiry", "lot", "KITNO"),
        "shipments": Shipment.objects.filter(site=site).select_related("ordered_by")[:_SHOWN],
        "quarantines": [
            (
                each,
                decision_form if decision_form and each.pk == decided else DecisionForm(place=str(each.pk)),
            )
            for each in quarantines.prefetch_related("kits")[:_SHOWN]
        ],
        "acts": acts,
        "ticked": ticked or [],
        "may_order": may(user, Right.HANDLE_KITS, site) or may(user, Right.MANAGE_SUPPLY, site),
        "may_decide": may(user, Right.MANAGE_SUPPLY, site),
        "order_form": order_form or OrderForm(),
        "kits_form": kits_form or KitsForm(acts=acts),
    }
    refused = order_form or kits_form or decision_form
    return render(request, "randomization/supply/site.html", context, status=REFUSED if refused else None)


def _shipment(
    request: HttpRequest, found: Shipment, form: SendForm | ReceiveForm | None = None
) -> HttpResponse:
    user, numbers = _user(request), _numbers(found)
    context = {
        "shipment": found,
        "site": found.site,
        "kits": found.kits.order_by("KITNO"),
        "may_send": found.state == ShipmentState.PREPARED and may(user, Right.MANAGE_SUPPLY, found.site),
        "may_receive": found.state == ShipmentState.SENT and may(user, Right.HANDLE_KITS, found.site),
        "send_form": form if isinstance(form, SendForm) else SendForm(),
        "receive_form": form if isinstance(form, ReceiveForm) else ReceiveForm(numbers=numbers),
        "meanings": {verb.name: MEANINGS.get(verb, "") for verb in Verb},
    }
    status = REFUSED if form else None
    return render(request, "randomization/supply/shipment.html", context, status=status)
