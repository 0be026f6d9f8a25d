"""The sign on every page that the study is locked."""

from django.http import HttpRequest

from trialsite.accounts.models import User
from trialsite.crf.study_lock import lock_state_for
from trialsite.crf.study_lock_models import LockState


def study_lock(request: HttpRequest) -> dict[str, object]:
    """Context of every page: study_locked, for who has signed in."""
    user = getattr(request, "user", None)
    return {"study_locked": isinstance(user, User) and lock_state_for(user) is not LockState.OPEN}
