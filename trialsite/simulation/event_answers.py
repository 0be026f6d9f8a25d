"""Invented events: what is typed into the forms that run through the study. Pure, no real person's."""

from dataclasses import dataclass
from datetime import date
from random import Random

Typed = dict[str, str]

# (term, worst grade, category of special interest)
_MILD = (
    ("Headache", 1, ""),
    ("Nausea", 2, ""),
    ("Upper respiratory tract infection", 2, ""),
    ("Rash on the trunk", 1, ""),
    ("Diarrhoea", 2, ""),
    ("Alanine aminotransferase increased", 2, "HEPATIC"),
    ("Neutrophil count decreased", 2, "NEUTROPENIA"),
    ("Herpes zoster", 2, "OPPORTUNISTIC/TB"),
    ("口腔溃疡", 1, ""),
)
_SERIOUS = ("Pneumonia", "Sepsis", "Cellulitis of the leg", "Pyelonephritis")
_NO_CRITERION = dict.fromkeys(("AESDTH", "AESLIFE", "AESHOSP", "AESDISAB", "AESCONG", "AESMIE"), "N")
_RELATED = ("NOT RELATED", "UNLIKELY RELATED", "POSSIBLY RELATED")
_RECOVERED = "RECOVERED/RESOLVED"
_GOES_ON = "NOT RECOVERED/NOT RESOLVED"


@dataclass(frozen=True)
class Span:
    """First and last day of an event; None while it goes on."""

    start: date
    end: date | None


def mild_event(random: Random, span: Span) -> Typed:
    """An adverse event that is not serious."""
    term, grade, category = random.choice(_MILD)
    return {
        "AETERM": term,
        **_course(span),
        "AETOXGR": str(random.randint(1, grade)),
        "AESER": "N",
        "AEREL": random.choice(_RELATED),
        "AEACN": "DOSE NOT CHANGED",
        "AEIVAB": "N",
        **_interest(category),
    }


def infusion_reaction(on: date) -> Typed:
    """What EXREACT = Y goes with."""
    return {
        "AETERM": "Infusion related reaction",
        **_course(Span(on, on)),
        "AETOXGR": "1",
        "AESER": "N",
        "AEREL": "RELATED",
        "AEACN": "DOSE NOT CHANGED",
        "AEIVAB": "N",
        **_interest("HYPERSENSITIVITY/INFUSION REACTION"),
    }


def serious_infection(random: Random, span: Span, known: date) -> Typed:
    """An infection that leads to a hospital stay and intravenous antibiotics."""
    return {
        "AETERM": random.choice(_SERIOUS),
        **_course(span),
        "AETOXGR": "3",
        "AESER": "Y",
        **_NO_CRITERION,
        "AESHOSP": "Y",
        "AESAWDTC": known.isoformat(),
        "AESAWTIM": "08:40",
        "AEREL": "POSSIBLY RELATED",
        "AEACN": "DRUG INTERRUPTED",
        "AEIVAB": "Y",
        **_interest("SERIOUS INFECTION"),
    }


def fatal_event(start: date, died: date) -> Typed:
    """The worsening of which somebody dies."""
    return {
        "AETERM": "Acute respiratory failure",
        **_course(Span(start, died)),
        "AETOXGR": "5",
        "AEOUT": "FATAL",
        "AESER": "Y",
        **_NO_CRITERION,
        "AESDTH": "Y",
        "AESHOSP": "Y",
        "AESAWDTC": died.isoformat(),
        "AESAWTIM": "07:15",
        "AEREL": "UNLIKELY RELATED",
        "AEACN": "DRUG WITHDRAWN",
        "AEIVAB": "N",
        "AESI": "N",
    }


def learned_later(on: date) -> Typed:
    """A row of the follow-up."""
    return {
        "FOLLOWUP-0-AEFUDTC": on.isoformat(),
        "FOLLOWUP-0-AEFUTERM": "Cultures sterile, fever gone, discharged",
        "FOLLOWUP-0-AEFUOUT": _RECOVERED,
    }


def hospital_stay(span: Span, reason: str) -> Typed:
    """HO: one stay."""
    return {"HOSTDTC": span.start.isoformat(), "HOREAS": reason, **_end("HOENDTC", span)}


def respiratory_support(kind: str, span: Span, *, intensive: bool) -> Typed:
    """RS: one episode. kind: a code of RSTYPE."""
    return {
        "RSTYPE": kind,
        "RSSTDTC": span.start.isoformat(),
        **_end("RSENDTC", span),
        "RSICU": "Y" if intensive else "N",
        "RSWORSE": "Y" if intensive else "N",
    }


def death(on: date) -> Typed:
    """DD."""
    return {
        "DTHDTC": on.isoformat(),
        "DTHTIM": "05:50",
        "DTHCAUS": "Acute respiratory failure",
        "DTHAUTOP": "N",
        "DTHREL": "N",
    }


def _course(span: Span) -> Typed:
    outcome = _RECOVERED if span.end else _GOES_ON
    return {"AESTDTC": span.start.isoformat(), "AEOUT": outcome, **_end("AEENDTC", span)}


def _end(name: str, span: Span) -> Typed:
    return {name: span.end.isoformat()} if span.end else {}


def _interest(category: str) -> Typed:
    return {"AESI": "Y", "AESICAT": category} if category else {"AESI": "N"}
