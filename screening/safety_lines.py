"""Safety alerts as pages show them, computed now or frozen with a review."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.safety import SafetyAlert
from screening.value_lines import ValueLine, value_line


@dataclass(frozen=True)
class SafetyLine:
    """One alert. `state` is a code of trialsite.icons.STATES; `values` lead to the fields it rests on."""

    state: str
    says: str
    source: str
    fields: tuple[str, ...]
    values: tuple[ValueLine, ...] = ()


def safety_lines(alerts: Iterable[SafetyAlert], SUBJID: str) -> list[SafetyLine]:
    """Alerts as computed now."""
    lines = []
    for alert in alerts:
        values = tuple(value_line(fact, SUBJID) for fact in alert.facts)
        fields = tuple(value.code for value in values)
        lines.append(SafetyLine(alert.level, alert.says, alert.source, fields, values))
    return lines


def frozen_alerts(snapshot: Mapping[str, Any]) -> list[SafetyLine]:
    """The alerts as they stood when the review was submitted."""
    return [
        SafetyLine(alert["level"], alert["says"], alert["source"], tuple(alert["fields"]))
        for alert in snapshot["alerts"]
    ]
