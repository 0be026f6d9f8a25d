"""Stratum errors: the stratum as used stays, the corrected one beside it, and nothing is drawn anew."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from randomization.models import NUMBER_VISIT, NumberError, TreatmentRequest
from randomization.states import GIVEN, Kind, State
from randomization.supply.ledger import SupplyRefused
from screening.actions import PasswordCheck
from screening.forms.diagnosis import Diagnosis
from trialsite import clock, protocol
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.free_text import identifying

MEANING = "This was given in error. It is not taken back, not given to anybody else, and not drawn anew."
LABELS = {stratum.code: stratum.label for stratum in protocol.STRATA}


@dataclass(frozen=True)
class Mismatch:
    """A participant whose stratum as used is not the one that ILDYN now gives; `by` is empty when unknown."""

    request: TreatmentRequest
    used: str
    corrected: str
    at: datetime | None
    by: str
    reason: str


def in_another_stratum() -> QuerySet[TreatmentRequest]:
    """The numbers given in another stratum than the corrected one, by SUBJID; for a count in one query."""
    answered = Diagnosis.objects.filter(
        record__visit=protocol.SCREENING_VISIT, record__participant=OuterRef("participant")
    ).values("ILDYN")
    given = TreatmentRequest.objects.filter(kind=Kind.NUMBER, state__in=GIVEN)
    rows = given.annotate(ILDYN=Coalesce(Subquery(answered[:1]), Value("")))
    for answer in ("Y", "N"):
        rows = rows.exclude(ILDYN=answer, stratum=protocol.stratum_of(answer))
    return rows.order_by("participant__SUBJID")


def mismatches() -> list[Mismatch]:
    """Every participant randomized in another stratum than the corrected one.

    Two queries, and one more for each mismatch.
    """
    given = TreatmentRequest.objects.filter(kind=Kind.NUMBER, state__in=GIVEN).select_related("participant")
    answers = {
        participant: (row, ildyn)
        for participant, row, ildyn in Diagnosis.objects.filter(
            record__visit=protocol.SCREENING_VISIT,
            record__participant__in=given.values("participant"),
        ).values_list("record__participant", "pk", "ILDYN")
    }
    found = []
    for request in given.order_by("participant__SUBJID"):
        row, ildyn = answers.get(request.participant_id, (None, None))
        corrected = protocol.stratum_of(ildyn) if ildyn in {"Y", "N"} else ""
        if corrected != request.stratum:
            found.append(_mismatch(request, row, corrected))
    return found


def _mismatch(request: TreatmentRequest, row: object, corrected: str) -> Mismatch:
    changes = history_of(Diagnosis._meta.db_table, str(row), ["ILDYN"]) if row is not None else []
    last = changes[0] if changes else None
    return Mismatch(
        request,
        LABELS[request.stratum],
        LABELS.get(corrected, "Not known any more"),
        last.at if last else None,
        last.actor_name if last else "",
        last.reason if last else "",
    )


def record_number_error(
    *, by: User, request: TreatmentRequest, reason: str, password: PasswordCheck
) -> NumberError:
    """Record that a number or kit was given in error, signed; needs RECORD_NUMBER_ERROR at the site.

    Raises NotAllowed, PasswordRefused, or SupplyRefused with the reason.
    """
    site = request.participant.site_id
    require(by, Right.RECORD_NUMBER_ERROR, site)
    password(by)
    if found := identifying(reason):
        raise SupplyRefused(found)
    with acting(by, role=role_name(by, Right.RECORD_NUMBER_ERROR, site), reason=reason):
        held = TreatmentRequest.objects.select_for_update().get(pk=request.pk)
        if held.state != State.TAKEN_UP:
            raise SupplyRefused("Nothing was given here, so nothing was given in error.")
        if NumberError.objects.filter(request=held).exists():
            raise SupplyRefused("This is recorded already.")
        error = NumberError.objects.create(
            request=held, reason=reason, by=by, at=clock.now(), meaning=MEANING
        )
        anchor_soon()
    return error


def kind_at(visit: str) -> Kind:
    """What is given at a visit: the number, with its kit, or a kit alone."""
    return Kind.NUMBER if visit == NUMBER_VISIT else Kind.KIT
