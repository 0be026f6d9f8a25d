"""Addresses of forms. A retest has its number after the form: participants/01-001/S/LB/1/."""

from django.urls import reverse


def form_address(SUBJID: str, visit: str, form: str, repeat: int = 0, page: str = "entry") -> str:
    """The address of a form, or of a page below it such as "history"."""
    where = {"SUBJID": SUBJID, "visit": visit, "form": form}
    return reverse(f"crf:{page}", kwargs=where | {"repeat": repeat} if repeat else where)
