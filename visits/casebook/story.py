"""What the timeline shows of a participant: two queries beside what is known already."""

from collections.abc import Iterable
from datetime import date

from django.db.models import F, Value

from randomization.models import TreatmentRequest
from randomization.states import Kind
from screening.models import Participant
from trialsite.crf.forms import REGISTER
from trialsite.crf.lifecycle import RecordState
from trialsite.partial_date import PartialDate
from trialsite.protocol import DOSE_VISITS, LOG_VISIT
from visits.calendar.ends import early_end_of
from visits.casebook.known import Known, is_closed
from visits.casebook.timeline import Happening, Moment, Shape, Span, Story
from visits.forms.dose_given import DoseGiven
from visits.windows import SCHEDULED_VISITS, VISIT_BY_CODE

# Form -> its columns start and end, what makes it grave and the code that says so, and its words.
EVENTS = {
    "AE": ("AESTDTC", "AEENDTC", "AESER", "AETERM"),
    "RS": ("RSSTDTC", "RSENDTC", "RSTYPE", "RSTYPE"),
    "HO": ("HOSTDTC", "HOENDTC", "HOREAS", "HOREAS"),
    "DD": ("DTHDTC", "DTHDTC", "DTHCAUS", "DTHCAUS"),
}
SHAPES = {"AE": Shape.EVENT, "RS": Shape.SUPPORT, "HO": Shape.STAY, "DD": Shape.DEATH}


def story_of(known: Known, requests: Iterable[TreatmentRequest]) -> Story:
    """The story of a participant. requests: what was asked of the vault, with `given_in_error` at hand."""
    participant = known.participant
    return Story(
        consent=participant.RFICDTC,
        today=known.today,
        day1=participant.day1,
        left_on=early_end_of(participant),
        targets=[
            ("Consent", participant.RFICDTC),
            *(
                (visit.label, known.visits[visit.code].target)
                for visit in SCHEDULED_VISITS
                if visit.code in known.visits
            ),
        ],
        windows=[
            Span(VISIT_BY_CODE[code].label, planned.window_open, planned.window_close, is_closed(known, code))
            for code, planned in known.visits.items()
        ],
        visits=list(_visits(known)),
        doses=[*_doses(participant), *_errors(requests)],
        events=_events(participant, known.today),
    )


def _visits(known: Known) -> Iterable[Moment]:
    for code, course in known.courses.items():
        label = VISIT_BY_CODE[code].label
        if course.took_place_on:
            yield Moment(Shape.TOOK_PLACE, course.took_place_on, label)
        elif course.missed and code in known.visits:
            yield Moment(Shape.MISSED, known.visits[code].target, label)
    for code, planned in known.visits.items():
        if planned.booked_on and not known.course(code).over and not is_closed(known, code):
            yield Moment(Shape.BOOKED, planned.booked_on, VISIT_BY_CODE[code].label)


def _doses(participant: Participant) -> Iterable[Moment]:
    """What became of each dose, by its form; one that was not given stands on the visit's target."""
    rows = (
        DoseGiven.objects.filter(record__participant=participant, record__visit__in=DOSE_VISITS)
        .exclude(record__state=RecordState.NOT_DONE)
        .order_by("record__visit")
        .values_list("record__visit", "EXPERF", "EXSTDTC", "EXHOLD")
    )
    for visit, given, on, held in rows:
        day = on if given == "Y" else _target(participant, visit)
        if day is None or not given:
            continue
        not_given = Shape.HELD if held == "Y" else Shape.NOT_GIVEN
        yield Moment(Shape.DOSE if given == "Y" else not_given, day, VISIT_BY_CODE[visit].label)


def _target(participant: Participant, visit: str) -> date | None:
    from_day1 = VISIT_BY_CODE[visit].day
    if participant.day1 is None or from_day1 is None:
        return None
    return date.fromordinal(participant.day1.toordinal() + from_day1 - 1)


def _errors(requests: Iterable[TreatmentRequest]) -> Iterable[Moment]:
    for request in requests:
        if hasattr(request, "given_in_error"):
            what = "Treatment number" if request.kind == Kind.NUMBER else "Kit"
            yield Moment(Shape.IN_ERROR, request.on, f"{what} of {VISIT_BY_CODE[request.visit].label}")


def _events(participant: Participant, today: date) -> list[Happening]:
    """The events that run through the study; one query. An end that is not known is one that is not there."""
    parts = [
        REGISTER[code]
        ._default_manager.filter(record__participant=participant, record__visit=LOG_VISIT)
        .exclude(record__state__in=[RecordState.VOID, RecordState.NOT_DONE])
        .values_list(Value(code), "record__repeat", *(F(name) for name in columns))
        for code, columns in EVENTS.items()
        if code in REGISTER
    ]
    rows = parts[0].union(*parts[1:], all=True) if parts else []
    return [
        _happening(code, repeat, start, end, grave, words, today)
        for code, repeat, start, end, grave, words in sorted(rows, key=lambda row: row[:2])
        if start
    ]


def _happening(
    code: str, repeat: int, start: str, end: str, grave: str, words: str, today: date
) -> Happening:
    serious = code == "AE" and grave == "Y"
    shape = Shape.SERIOUS if serious else SHAPES[code]
    first, last = PartialDate.parse(start), PartialDate.parse(end) if end else None
    what = _words(code, words)
    kind = "Serious adverse event" if serious else REGISTER[code].title()
    about = start if end == start else f"{start} to {end}" if end else f"{start}, goes on"
    return Happening(
        shape=shape,
        first=first.earliest,
        last=min(last.latest, max(today, first.earliest)) if last else None,
        label=f"{kind} {repeat}: {what}" if what else f"{kind} {repeat}",
        about=about,
    )


def _words(code: str, value: str) -> str:
    variable = REGISTER[code].variables()[EVENTS[code][3]]
    codes = getattr(variable, "codes", None)
    return dict(codes.items).get(value, value) if codes else value
