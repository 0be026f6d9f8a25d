"""Why a participant is unblinded, and for how long one answer holds."""

from datetime import timedelta

from django.db.models import TextChoices

# From the question to the one time that its answer is shown; the database holds the same (migration).
HOLDS = timedelta(minutes=15)


class UnblindingReason(TextChoices):
    """Codelist of UBREAS."""

    SAE = "SAE", "Treatment of a serious adverse event depends on it"
    PREGNANCY = "PREGNANCY", "Exposure during pregnancy"
    OVERDOSE = "OVERDOSE", "Overdose or wrong dose"
    OTHER = "OTHER", "Another emergency"
