"""Who may see and who may enter a form. Masked forms have rights of their own (L19)."""

from typing import Any

from trialsite.accounts.access import may, require
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import CaseReportForm


class EntryClosed(Exception):
    """The form cannot be entered now; the message is a sentence for the person."""


def may_see(user: User, site: Any, form: type[CaseReportForm], visit: str) -> bool:
    """True when the person may see this form's values at this visit."""
    return may(user, Right.SEE_MASKED if form.is_masked(visit) else Right.SEE_PARTICIPANTS, site)


def right_to_enter(form: type[CaseReportForm], visit: str) -> Right:
    """The right that entering this form at this visit needs."""
    return Right.ENTER_MASKED if form.is_masked(visit) else Right.ENTER_DATA


def may_enter(user: User, site: Any, form: type[CaseReportForm], visit: str) -> bool:
    """True when the person may enter this form at this visit."""
    return may(user, right_to_enter(form, visit), site)


def require_entry(user: User, site: Any, form: type[CaseReportForm], visit: str) -> None:
    """Raise NotAllowed, with the reason, unless the person may enter this form."""
    require(user, right_to_enter(form, visit), site)
