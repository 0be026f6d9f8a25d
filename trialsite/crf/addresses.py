"""Addresses of forms. A retest or an event has its number after the form: S/LB/1/, LOG/AE/3/."""

from django.urls import reverse


def form_address(SUBJID: str, visit: str, form: str, repeat: int = 0, page: str = "entry") -> str:
    """The address of a form, or of a page below it such as "history"."""
    where = {"SUBJID": SUBJID, "visit": visit, "form": form}
    return reverse(f"crf:{page}", kwargs=where | {"repeat": repeat} if repeat else where)
