"""What a new screening may take from the one before: proposed in the forms, submitted by a person.

Two tables say it: what may be carried over, because it does not age, and what is always entered anew.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from screening.carried_value import CarriedValue
from trialsite.crf.forms import CaseReportForm, form_by_code
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.proposals import Proposal
from trialsite.crf.storage import find
from trialsite.crf.typed import typed_of
from trialsite.protocol import SCREENING_VISIT

if TYPE_CHECKING:
    from screening.models import Participant


@dataclass(frozen=True)
class Carried:
    """Variables of a form that may be carried over, and why.

    only: the answers that last. A history can grow: what was answered "no" is asked again.
    follows: a variable without which these mean nothing; they are carried over with it.
    rows: repeating sections that are carried over as they are.
    """

    form: str
    fields: tuple[str, ...]
    why: str
    only: tuple[str, ...] = ()
    follows: str = ""
    rows: tuple[str, ...] = ()


_YES = ("Y",)
CARRIED: tuple[Carried, ...] = (
    Carried("DM", ("BRTHDTC", "SEX", "ETHNIC"), "A person's own; it does not change."),
    Carried(
        "MH",
        ("ACSYN", "CVDYN", "LTCOMP", "DIVERT", "ZOSTER", "MALIG"),
        "What happened once stays in the history; what had not happened is asked again.",
        only=_YES,
    ),
    Carried("MH", ("CVDREAS",), "The reason belongs to its judgement.", follows="CVDYN"),
    Carried("MH", ("LTCREAS",), "The reason belongs to its judgement.", follows="LTCOMP"),
    Carried("MH", ("ACSDTC",), "The date of a past event; a later one replaces it.", follows="ACSYN"),
    Carried("MH", (), "Conditions of the medical history, with their dates.", rows=("RECORDS",)),
    Carried("DC", ("DXDTC", "ONSETDTC", "RESPONDTC"), "Dates of the past: onset and diagnosis."),
    Carried(
        "DC",
        ("MDA5RES", "RO52"),
        "An antibody, once found; without it the test may be done again.",
        only=("POSITIVE",),
    ),
    Carried(
        "DC",
        ("MDA5DTC", "MDA5TITR", "MDA5METH"),
        "They belong to the positive result: its sample, titre and method.",
        follows="MDA5RES",
    ),
    Carried(
        "DC",
        ("ILDYN", "DXPM", "DXASYS", "DXIMNM", "DXOVERLAP"),
        "A diagnosis, once made, stays; one that was not made is asked again.",
        only=_YES,
    ),
    Carried("VS", ("HEIGHT",), "An adult's height does not change."),
    Carried(
        "RP",
        ("PRFVCPP", "PRFVCDTC", "PRDLCOPP", "PRDLCDTC", "PRPAO2", "PRPAODTC"),
        "Values before the worsening, with their dates.",
    ),
    Carried(
        "RP",
        ("RPDYSP", "RPPFT", "RPHRCT", "RPABG"),
        "They ask about the month after the first respiratory symptom, which is past.",
        only=_YES,
    ),
    Carried("VIR", ("HIVHX",), "A known infection stays known.", only=_YES),
    Carried("AL", ("ALLTCZ", "ALLSULF"), "A known allergy stays known; any other is asked again.", only=_YES),
    Carried("AL", ("ALLOTH",), "Known allergies stay known."),
)

ENTERED_ANEW: Mapping[str, str] = {
    "DS": "The new screening has a consent of its own.",
    "SV": "The dates of the visit.",
    "VS": "Weight, temperature, blood pressure, pulse and respiration are of the day.",
    "OX": "Oxygen and blood gases are of the day.",
    "RE": "Pulmonary function belongs into the screening window.",
    "HRCT": "The chest CT belongs into the screening window.",
    "RP": "Whether there was worsening is asked of the 28 days before this screening.",
    "LB": "Laboratory values belong into the screening window.",
    "LBI": "Laboratory values belong into the screening window.",
    "INF": "Infections and antibiotics are counted from this screening.",
    "TB": "Assay and preventive therapy are counted to this randomization.",
    "VIR": "Serology belongs into the screening window.",
    "GC": "Glucocorticoids are counted over the 28 days before this randomization.",
    "CNI": "The inhibitor is counted over the 28 days before this randomization.",
    "PA": "The further inclusion criteria are attested of this screening.",
    "CM": "Medication, immunoglobulin and the attestation are of this screening.",
    "DC": "Skin, joints and muscle are examined again.",
    "MH": "The pregnancy test is of the day.",
}


def proposal_for(participant: "Participant", form: str, visit: str) -> Proposal | None:
    """What the earlier screening suggests for a form of this one; None when there is nothing.

    No query unless the participant was screened before and the form has something to carry over.
    """
    lines = [line for line in CARRIED if line.form == form]
    if participant.rescreen_of_id is None or visit != SCREENING_VISIT or not lines:
        return None
    found = _earlier(participant, form_by_code(form))
    if found is None:
        return None
    earlier, record, typed = found
    marks = {mark.name: mark for mark in CarriedValue.objects.filter(record=record)}
    proposed = _picked(lines, typed)
    named = [name for name in proposed if _is_value(form_by_code(form), name)]
    origins = {
        name: str(marks.get(name) or _mark(earlier, record, name, {}, zone=participant.site.time_zone))
        for name in named
    }
    return Proposal(proposed, origins, f"Carried over from {earlier.SUBJID}") if proposed else None


def origins_of(participant: "Participant", record: Record) -> Mapping[str, str]:
    """Which values of a stored form were carried over: input -> sentence."""
    if participant.rescreen_of_id is None:
        return {}
    return {mark.name: str(mark) for mark in CarriedValue.objects.filter(record=record)}


def remember(record: Record) -> None:
    """Keep which values of a form that was just saved are carried over, in the transaction that saved it.

    A carried value that was changed since is an own one.
    """
    participant = record.participant
    if participant.rescreen_of_id is None or record.repeat or record.visit != SCREENING_VISIT:
        return
    form = form_by_code(record.form)
    _, (instance, rows) = find(form, participant, SCREENING_VISIT, 0)
    typed = typed_of(instance, rows, SCREENING_VISIT) if instance is not None else {}
    if record.version > 1:
        changed = [
            mark.pk
            for mark in CarriedValue.objects.filter(record=record)
            if any(typed.get(name, "") != text for name, text in mark.typed.items())
        ]
        if changed:
            CarriedValue.objects.filter(pk__in=changed).delete()
        return
    proposal = proposal_for(participant, record.form, record.visit)
    found = _earlier(participant, form)
    if proposal is None or found is None:
        return
    earlier, source, _ = found
    before = {mark.name: mark for mark in CarriedValue.objects.filter(record=source)}
    marks = []
    for name in proposal.taken(typed):
        inputs = {each: text for each, text in proposal.typed.items() if each in _inputs(name)}
        mark = before.get(name) or _mark(earlier, source, name, inputs, zone=participant.site.time_zone)
        marks.append(
            CarriedValue(
                record=record,
                name=name,
                typed=inputs,
                source=mark.source,
                SUBJID=mark.SUBJID,
                entered_by=mark.entered_by,
                entered_on=mark.entered_on,
            )
        )
    if marks:
        CarriedValue.objects.bulk_create(marks)


def _earlier(
    participant: "Participant", form: type[CaseReportForm]
) -> "tuple[Participant, Record, dict[str, str]] | None":
    """The nearest earlier screening that has the form, with the form's record and inputs."""
    earlier = participant.rescreen_of
    while earlier is not None:
        record, (instance, rows) = find(form, earlier, SCREENING_VISIT, 0)
        if record is not None and instance is not None and record.state != RecordState.NOT_DONE:
            return earlier, record, typed_of(instance, rows, SCREENING_VISIT)
        earlier = earlier.rescreen_of
    return None


def _picked(lines: Sequence[Carried], typed: Mapping[str, str]) -> dict[str, str]:
    """The inputs that the tables carry over; a reason why a value is missing is not one."""
    picked: dict[str, str] = {}
    for line in lines:
        if line.follows and line.follows not in picked:
            continue
        for name in line.fields:
            value = typed.get(name, "")
            if value and (not line.only or value in line.only):
                picked |= {each: typed[each] for each in _inputs(name) if each in typed}
        for section in line.rows:
            picked |= {name: text for name, text in typed.items() if name.startswith(f"{section}-")}
    return picked


def _inputs(name: str) -> tuple[str, ...]:
    return name, f"{name}_UNIT", f"{name}_ULN"


def _is_value(form: type[CaseReportForm], name: str) -> bool:
    """True for what carries the note of its origin: a value, and the first variable of a row."""
    section, _, rest = name.partition("-")
    for rows in form.repeating:
        if rows.name == section:
            return rest.partition("-")[2] == next(iter(rows.row().variables()))
    return name in form.variables()


def _mark(
    earlier: "Participant", source: Record, name: str, inputs: Mapping[str, str], *, zone: str
) -> CarriedValue:
    return CarriedValue(
        name=name,
        typed=dict(inputs),
        source=source,
        SUBJID=earlier.SUBJID,
        entered_by=source.changed_by.full_name,
        entered_on=timezone.localtime(source.changed_at, ZoneInfo(zone)).date(),
    )
