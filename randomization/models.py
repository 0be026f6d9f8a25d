"""What a blinded person asks the vault, and its answer: a number and a kit, never an arm."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from randomization.list_models import HandedInList
from randomization.states import GIVEN, Kind, Refusal, State
from randomization.supply.models import Kit, KitMove, KitReport, NumberError, Quarantine, Shipment
from randomization.unblinding import final_models as _final  # noqa: F401  so that Django knows its tables
from randomization.unblinding import models as _unblinding  # noqa: F401
from trialsite import protocol

__all__ = (
    "NUMBER_VISIT",
    "HandedInList",
    "Kit",
    "KitMove",
    "KitReport",
    "NumberError",
    "Quarantine",
    "Shipment",
    "TreatmentRequest",
)

NUMBER_VISIT = protocol.DOSE_VISITS[0]


class TreatmentRequest(models.Model):
    """A request for a treatment number (with the kit for Day 1) or for the kit of a later dose.

    The web process writes the question, the vault the answer; a trigger lets each make its own moves only.
    The numbers are random: neither says anything about stratum, order or arm.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    participant = models.ForeignKey(
        "screening.Participant", on_delete=models.PROTECT, related_name="treatment_requests"
    )
    kind = models.CharField(max_length=6, choices=Kind.choices)
    visit = models.CharField(max_length=2)
    SITEID = models.CharField("site", max_length=2)
    # As used for the allocation; empty for a kit. A later correction of ILDYN does not touch it.
    stratum = models.CharField(max_length=16, blank=True)
    on = models.DateField("day at the site for which it was asked")
    # The end of that day at the site, by the database's clock. Eligibility was computed for that day only.
    answer_by = models.DateTimeField()
    # The last day of the visit's window and a margin: the kit has to be usable until then.
    usable_until = models.DateField()
    attempt = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    RANDNO = models.CharField("treatment number", max_length=16, null=True, blank=True, unique=True)
    KITNO = models.CharField("kit number", max_length=16, null=True, blank=True, unique=True)
    refusal = models.CharField(max_length=16, choices=Refusal.choices, blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_up_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("participant", "kind", "visit"), name="one_request_of_a_kind_and_visit"
            ),
            models.CheckConstraint(condition=Q(state__in=State.values), name="request_state_is_known"),
            models.CheckConstraint(
                condition=(Q(kind=Kind.NUMBER, visit=NUMBER_VISIT) & ~Q(stratum=""))
                | (Q(kind=Kind.KIT, stratum="") & ~Q(visit=NUMBER_VISIT)),
                name="number_has_stratum_and_kit_a_later_visit",
            ),
            models.CheckConstraint(
                condition=Q(state__in=GIVEN, KITNO__isnull=False)
                | (~Q(state__in=GIVEN) & Q(KITNO=None, RANDNO=None)),
                name="given_request_has_kit_number",
            ),
            models.CheckConstraint(
                condition=Q(KITNO=None)
                | Q(kind=Kind.NUMBER, RANDNO__isnull=False)
                | Q(kind=Kind.KIT, RANDNO=None),
                name="given_number_has_treatment_number",
            ),
            models.CheckConstraint(
                condition=(Q(state=State.REFUSED) & Q(refusal__in=Refusal.values))
                | (~Q(state=State.REFUSED) & Q(refusal="")),
                name="refused_request_has_refusal",
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=False, state__in=[*GIVEN, State.REFUSED])
                | Q(answered_at=None, state__in=[State.WAITING, State.WITHDRAWN]),
                name="answered_request_has_time_of_answer",
            ),
            models.CheckConstraint(
                condition=Q(taken_up_at__isnull=False, state=State.TAKEN_UP)
                | (Q(taken_up_at=None) & ~Q(state=State.TAKEN_UP)),
                name="taken_up_request_has_time",
            ),
        )
        indexes = (
            models.Index(
                fields=("state",),
                condition=Q(state__in=[State.WAITING, State.ANSWERED]),
                name="request_to_be_done",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.visit}: {self.get_state_display()}"
