"""Serious infections that are open, as the dose gate asks (clinical content 4.9: until controlled)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from screening.models import Participant
from trialsite.crf.codelists import NOT_APPLICABLE
from trialsite.crf.forms import form_by_code
from trialsite.crf.lifecycle import RecordState
from visits.safety.codelists import FINAL_OUTCOMES, INFECTIONS

UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Event:
    """A serious adverse event as recorded. intravenous: treated with intravenous antibiotics."""

    category: str
    intravenous: bool
    ended: str
    end_missing: str
    outcome: str

    @property
    def infection(self) -> bool:
        """Whether it is an infection: by its category of special interest, or by how it was treated."""
        return self.category in INFECTIONS or self.intravenous


def open_infections(events: Iterable[Event]) -> int | None:
    """How many have neither an end nor an outcome that ends them; None when that cannot be told of one."""
    number, uncertain = 0, False
    for event in events:
        if not event.infection or event.ended or event.outcome in FINAL_OUTCOMES:
            continue
        if event.outcome == UNKNOWN or event.end_missing not in ("", NOT_APPLICABLE):
            uncertain = True
        else:
            number += 1
    return None if uncertain and not number else number


def open_serious_infections(participant: Participant) -> int | None:
    """The same of a participant's records; one query."""
    manager: Any = form_by_code("AE")._default_manager
    rows = manager.filter(record__participant=participant, AESER="Y")
    rows = rows.exclude(record__state__in=(RecordState.VOID, RecordState.NOT_DONE))
    values = rows.values_list("AESICAT", "AEIVAB", "AEENDTC", "AEENDTC_ND", "AEOUT")
    return open_infections(
        Event(category, antibiotics == "Y", ended, missing, outcome)
        for category, antibiotics, ended, missing, outcome in values
    )
