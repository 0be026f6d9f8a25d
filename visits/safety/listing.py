"""The events of a participant as lines to show, ongoing first; one query a form."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from screening.models import Participant
from trialsite import clock
from trialsite.crf.addresses import form_address
from trialsite.crf.codelists import Codelist
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Record
from trialsite.crf.typed import text_of
from trialsite.protocol import LOG_FORMS, LOG_VISIT
from visits.deviations.form import ProtocolDeviation
from visits.safety.clock import left_words
from visits.safety.codelists import DEVIATION, FINAL_OUTCOMES, SUPPORT
from visits.safety.forms.adverse_event import AdverseEvent
from visits.safety.forms.death import Death
from visits.safety.forms.hospital_stay import HospitalStay
from visits.safety.forms.respiratory_support import RespiratorySupport
from visits.safety.models import SeriousEvent
from visits.safety.states import DUE, ReportState

_UNTITLED = "not described yet"


@dataclass(frozen=True)
class Clock:
    """The report of a serious event as a page shows it: `state` is a code of trialsite.icons.STATES."""

    state: str
    word: str
    number: int
    overdue: bool


@dataclass(frozen=True)
class EventLine:
    """An event: what, when, and its state (a code of trialsite.icons.STATES) with its word."""

    form: str
    number: int
    title: str
    note: str
    start: str
    end: str
    state: str
    word: str
    ongoing: bool
    void: bool
    unfinished: bool
    open_queries: int
    url: str
    clock: Clock | None = None


@dataclass(frozen=True)
class Kind:
    """The events of one form, and whether another one can be added."""

    code: str
    title: str
    lines: list[EventLine]
    full: bool


def kinds_of(participant: Participant) -> list[Kind]:
    """All events of a participant by form, in the forms' order; six queries."""
    records = list(Record.objects.filter(participant=participant, visit=LOG_VISIT))
    now = clock.now()
    serious = {
        each.record_id: clock_of(each, each.record.repeat, now)
        for each in SeriousEvent.objects.filter(participant=participant).select_related("record")
    }
    kinds = []
    for form in LOG_FORMS:
        model = _FORMS[form.code]
        own = {record.pk: record for record in records if record.form == form.code}
        stored = {row.pk: row for row in model._default_manager.filter(pk__in=own)} if own else {}
        lines = [
            line_of(participant.SUBJID, record, stored.get(key), serious.get(key))
            for key, record in own.items()
        ]
        live = sum(not line.void for line in lines)
        full = model.at_most is not None and live >= model.at_most
        kinds.append(Kind(form.code, form.title, sorted(lines, key=_order), full))
    return kinds


def clock_of(serious: SeriousEvent, number: int, now: datetime) -> Clock:
    """The state of a report, with the time that is left while one is due. number: of the adverse event."""
    label = serious.get_state_display()
    if serious.state in DUE and serious.due_at is not None:
        late = serious.due_at <= now
        word = f"{label}, {left_words(serious.due_at, now)}"
        return Clock("overdue" if late else "waiting", word, number, late)
    return Clock("closed" if serious.state == ReportState.CLOSED else "signed", label, number, overdue=False)


def line_of(SUBJID: str, record: Record, stored: Any, report: Clock | None) -> EventLine:
    """A record and its row, None when it has none, as a line."""
    void = record.state == RecordState.VOID
    facts = _said(record.form, stored) if stored is not None else _Said(_UNTITLED)
    state, word = ("void", "Void") if void else _standing(record.form, facts)
    return EventLine(
        form=record.form,
        number=record.repeat,
        title=facts.title or _UNTITLED,
        note=facts.note,
        start=facts.start,
        end=facts.end,
        state=state,
        word=word,
        ongoing=facts.ongoing and not void,
        void=void,
        unfinished=record.state == RecordState.INCOMPLETE,
        open_queries=record.open_queries,
        url=form_address(SUBJID, LOG_VISIT, record.form, record.repeat),
        clock=report,
    )


@dataclass(frozen=True)
class _Said:
    """What a form says of an event."""

    title: str
    note: str = ""
    start: str = ""
    end: str = ""
    ongoing: bool = False


def _said(form: str, row: Any) -> _Said:
    match form:
        case "AE":
            return _adverse_event(row)
        case "RS":
            note = "intensive care" if row.RSICU == "Y" else ""
            return _period(_label(SUPPORT, row.RSTYPE), note, row, "RSSTDTC", "RSENDTC")
        case "HO":
            return _period(row.HOREAS, "", row, "HOSTDTC", "HOENDTC")
        case "DV":
            note = f"{_label(DEVIATION, row.DVCAT)}, {row.DVSEV.lower()}" if row.DVSEV else ""
            return _Said(row.DVTERM, note, text_of(row.DVSTDTC))
        case _:
            return _Said(row.DTHCAUS, "", row.DTHDTC)


def _adverse_event(row: AdverseEvent) -> _Said:
    notes = [f"grade {row.AETOXGR}" if row.AETOXGR else "", "serious" if row.AESER == "Y" else ""]
    notes.append("special interest" if row.AESI == "Y" else "")
    ended = bool(row.AEENDTC or getattr(row, "AEENDTC_ND", ""))
    return _Said(
        row.AETERM,
        ", ".join(filter(None, notes)),
        row.AESTDTC,
        row.AEENDTC,
        ongoing=not ended and row.AEOUT not in FINAL_OUTCOMES,
    )


def _period(title: str, note: str, row: Any, start: str, end: str) -> _Said:
    ended = bool(getattr(row, end) or getattr(row, f"{end}_ND"))
    return _Said(title, note, getattr(row, start), getattr(row, end), ongoing=not ended)


def _label(codes: Codelist, code: str) -> str:
    return codes.label(code) if code else ""


def _standing(form: str, facts: _Said) -> tuple[str, str]:
    if form in ("DV", "DD"):
        return "done", "Recorded"
    return ("open", "Ongoing") if facts.ongoing else ("done", "Over")


def _order(line: EventLine) -> tuple[bool, bool, str, int]:
    """Ongoing first, void last; the latest first among the others."""
    inverted = "".join(chr(0x7F - ord(letter)) for letter in line.start)
    return line.void, not line.ongoing, inverted or "\x7f", -line.number


_FORMS: dict[str, type[CaseReportForm]] = {
    form.code: form for form in (AdverseEvent, RespiratorySupport, HospitalStay, ProtocolDeviation, Death)
}
