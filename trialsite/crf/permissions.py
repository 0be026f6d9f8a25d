"""Who may see and who may enter a form. Masked ones have rights of their own until the lock (L19)."""

from typing import Any

from trialsite.accounts.access import may, require
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.study_lock import lock_state_for
from trialsite.crf.study_lock_models import LockState


class EntryClosed(Exception):
    """The form cannot be entered now; the message is a sentence for the person."""


def may_see(user: User, site: Any, form: type[CaseReportForm], visit: str) -> bool:
    """True when the person may see this form's values at this visit."""
    if form.is_masked(visit):
        return may_see_masked(user, site)
    return may(user, Right.SEE_PARTICIPANTS, site)


def may_see_masked(user: User, site: Any = None) -> bool:
    """True when the person may see masked values: by right, or with the participants of a locked study.

    Without site, at any site at all.
    """
    if may(user, Right.SEE_MASKED, site):
        return True
    return may(user, Right.SEE_PARTICIPANTS, site) and lock_state_for(user) is not LockState.OPEN


def right_to_enter(form: type[CaseReportForm], visit: str) -> Right:
    """The right that entering this form at this visit needs."""
    return Right.ENTER_MASKED if form.is_masked(visit) else Right.ENTER_DATA


def right_to_answer(form: type[CaseReportForm], visit: str) -> Right:
    """The right that answering a query on this form at this visit needs."""
    return Right.ENTER_MASKED if form.is_masked(visit) else Right.ANSWER_QUERY


def right_to_close(form: type[CaseReportForm], visit: str) -> Right:
    """The right that closing a query on this form at this visit needs."""
    return Right.CLOSE_MASKED_QUERY if form.is_masked(visit) else Right.CLOSE_QUERY


def may_enter(user: User, site: Any, form: type[CaseReportForm], visit: str) -> bool:
    """True when the person may enter this form at this visit."""
    return may(user, right_to_enter(form, visit), site)


def require_entry(user: User, site: Any, form: type[CaseReportForm], visit: str) -> None:
    """Raise NotAllowed, with the reason, unless the person may enter this form."""
    require(user, right_to_enter(form, visit), site)
