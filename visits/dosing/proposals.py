"""What is proposed for the forms of a visit: kit and volume of a dose, and the medication that goes on.

Nothing is stored by it: a person looks at it, changes what is different, and submits.
"""

from collections.abc import Callable, Mapping
from datetime import date

from screening.forms.running_log import ASKED_ON, ROWS, answered_before, goes_on
from screening.forms.visit_dates import VisitDates
from screening.models import Participant
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.crf.proposals import Proposal
from trialsite.crf.storage import find
from trialsite.crf.typed import plain_number, typed_of
from trialsite.protocol import PLANNED_ROUTE, VOLUME_AT_MOST, VOLUME_PER_KG
from visits.dosing.gate import TITLES, Gate
from visits.dosing.gathering import NOT_THERE, kits_of, latest_weight
from visits.dosing.models import DoseOverride
from visits.dosing.volume import needs_weight, planned_volume
from visits.windows import VISIT_BY_CODE

FIRST = "CMTRT"  # the variable of a row that carries the note of its origin
# The answers of a form of medication that go on unless something changed.
UNCHANGED: Mapping[str, tuple[str, ...]] = {
    "GC": ("GCHXCOMP",),
    "CNI": ("CNIHXCOMP",),
    "CM": ("IVIGYN", "IVIGENDTC", "PROHMED"),
}


def proposal_for(participant: Participant, form: str, visit: str) -> Proposal | None:
    """What is proposed for a form of a visit after randomization; None when nothing."""
    proposer = PROPOSERS.get(form)
    return proposer(participant, form, visit) if proposer and participant.day1 is not None else None


def dose_proposal(participant: Participant, form: str, visit: str) -> Proposal | None:
    """Once the vault gave the kit: the kit, the planned route and its volume."""
    kits = [kit for kit in kits_of(participant, visit) if kit.usable]
    if not kits:
        return None
    label = VISIT_BY_CODE[visit].label
    typed = {"EXPERF": "Y", "EXKIT": kits[-1].number, "EXROUTE": PLANNED_ROUTE}
    origins = {
        "EXPERF": "The kit was given. Choose No if the dose was not.",
        "EXKIT": f"Given by the vault for {label}. Compare it with the label of the kit.",
        "EXROUTE": "The route that is planned.",
    }
    weighed = latest_weight(participant, visit)
    volume = planned_volume(PLANNED_ROUTE, weighed[0] if weighed else None)
    if volume is not None:
        typed["EXDOSPLN"] = plain_number(volume)
        origins["EXDOSPLN"] = "The volume of a syringe."
        if weighed and needs_weight(PLANNED_ROUTE):
            origins["EXDOSPLN"] = (
                f"{plain_number(weighed[0])} kg ({VISIT_BY_CODE[weighed[1]].label}) × {VOLUME_PER_KG} mL/kg, "
                f"at most {VOLUME_AT_MOST} mL."
            )
    return Proposal(typed, origins, "Kit and volume as proposed")


def override_notes(record: Record) -> Mapping[str, str] | None:
    """Beside the answer that a dose was given: which rules were overridden, and by whom; None if none."""
    if record.form != "EX":
        return None
    signed = DoseOverride.objects.filter(participant=record.participant_id, visit=record.visit)
    said = [
        f"Overridden by {override.signer_name} for {override.on.isoformat()}: "
        + ", ".join(TITLES[Gate(gate)].lower() for gate in override.gates)
        + "."
        for override in signed
    ]
    return {"EXPERF": " ".join(said)} if said else None


def medication_proposal(participant: Participant, form: str, visit: str) -> Proposal | None:
    """The rows that went on at the visit before, so that “no change” is to submit them."""
    form_class = form_by_code(form)
    before = answered_before(form_class, participant, visit)
    if before is None:
        return None
    _, (instance, rows) = find(form_class, participant, before.visit, 0)
    if instance is None:
        return None
    stored = typed_of(instance, rows, before.visit)
    typed = {name: stored[name] for name in UNCHANGED[form] if name in stored}
    since = f"As at {before.label}; change what is different now."
    origins = dict.fromkeys(typed, since)
    going_on = [row for row in rows[ROWS] if goes_on(vars(row))]
    for place, row in enumerate(going_on):
        prefix = f"{ROWS}-{row.number}-"
        own = {
            f"{ROWS}-{place}-{name.removeprefix(prefix)}": text
            for name, text in stored.items()
            if name.startswith(prefix)
        }
        typed |= own
        origins[f"{ROWS}-{place}-{FIRST}"] = since
    if on := _took_place_on(participant, visit):
        typed[ASKED_ON[form]] = on.isoformat()
        origins[ASKED_ON[form]] = "The day of the visit."
    return Proposal(typed, origins, f"Unchanged since {before.label}")


def _took_place_on(participant: Participant, visit: str) -> date | None:
    dates = VisitDates.objects.filter(record__participant=participant, record__visit=visit, record__repeat=0)
    return dates.exclude(record__state__in=NOT_THERE).values_list("SVSTDTC", flat=True).first()


PROPOSERS: Mapping[str, Callable[[Participant, str, str], Proposal | None]] = {
    "EX": dose_proposal,
    **dict.fromkeys(UNCHANGED, medication_proposal),
}
