"""The categories of protocol deviations: the codes of DVCAT (clinical content, section 2)."""

from enum import StrEnum


class Category(StrEnum):
    """What a deviation is about."""

    ELIGIBILITY = "ELIGIBILITY"
    VISIT_WINDOW = "VISIT WINDOW"
    IP = "IP"
    PROHIBITED_MED = "PROHIBITED MED"
    CONSENT = "CONSENT"
    UNBLINDING = "UNBLINDING"
    OTHER = "OTHER"
