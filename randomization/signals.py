"""What randomization tells the rooms above it."""

from django.dispatch import Signal

kit_asked_for = Signal()
"""Sent when a kit is about to be asked for, and by the page that offers it. A receiver answers with a
sentence when the dose may not be given now, else None.

Arguments: `participant` and `visit`. One receiver, in visits: the gate before a dose.
"""

number_given = Signal()
"""Sent once for each participant, inside the transaction that takes the number up.

Arguments: `participant` (its `day1` is set) and `request` (the TreatmentRequest). One receiver, in visits.
"""

unblinded = Signal()
"""Sent for each request to unblind a participant, and for each code break that is recorded, inside the
transaction that puts it on record.

Arguments: `participant`, `record` (UnblindingRequest or CodeBreak, which know no arm) and `by`. One receiver,
in visits: it tells data managers and sponsor.
"""
