"""What randomization tells the rooms above it."""

from django.dispatch import Signal

number_given = Signal()
"""Sent once for each participant, inside the transaction that takes the number up.

Arguments: `participant` (its `day1` is set) and `request` (the TreatmentRequest). One receiver, in visits.
"""
