"""The door to study days and windows for the rooms of the visits.

The rules lie below screening (trialsite/windows.py), because the form "Visit dates" asks by the same ones.
"""

from trialsite.windows import (
    SCHEDULED_VISITS,
    VISIT_BY_CODE,
    Window,
    WindowState,
    date_of,
    study_day,
    target,
    window,
    window_state,
    words,
)

__all__ = [
    "SCHEDULED_VISITS",
    "VISIT_BY_CODE",
    "Window",
    "WindowState",
    "date_of",
    "study_day",
    "target",
    "window",
    "window_state",
    "words",
]
