"""The lock of the study: where it stands, its log, and the moves that this person can make."""

from typing import cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from trialsite.accounts.access import may, requires
from trialsite.accounts.models import Role, User
from trialsite.accounts.passwords import PasswordRefused, check_password_again
from trialsite.accounts.rights import Right
from trialsite.crf import study_lock as lock
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Query, Record
from trialsite.crf.study_lock_models import AFTER, LockMove, LockState, StudyLockMove

ACTIONS = {
    LockMove.LOCK: (lock.lock_study, Right.LOCK_STUDY, "The study is locked."),
    LockMove.ASK: (lock.ask_to_unlock, Right.UNLOCK_STUDY, "Somebody of another role can unlock it now."),
    LockMove.KEEP: (lock.keep_locked, Right.UNLOCK_STUDY, "The study stays locked."),
    LockMove.UNLOCK: (lock.unlock_study, Right.UNLOCK_STUDY, "The study is open again."),
}
CAN = {
    LockState.OPEN: (LockMove.LOCK,),
    LockState.LOCKED: (LockMove.ASK,),
    LockState.UNLOCK_ASKED: (LockMove.UNLOCK, LockMove.KEEP),
}
CONFLICT = 422


@requires(Right.UNLOCK_STUDY)
@require_http_methods(["GET", "HEAD", "POST"])
def study_lock(request: HttpRequest) -> HttpResponse:
    """Show the lock, or move it with reason and password."""
    user = cast("User", request.user)
    if request.method != "POST":
        return _page(request, user)
    wanted = request.POST.get("move", "")
    if wanted not in LockMove.values:
        return _page(request, user, refusal="Choose what is to be done.")
    act, _, done = ACTIONS[LockMove(wanted)]

    def password(by: User) -> None:
        check_password_again(request, request.POST.get("password", ""))

    try:
        act(by=user, reason=request.POST.get("reason", "")[:500], password=password)
    except (lock.LockRefused, PasswordRefused) as refused:
        return _page(request, user, refusal=refused.reason)
    messages.success(request, done)
    return redirect("crf:study_lock")


def _page(request: HttpRequest, user: User, refusal: str = "") -> HttpResponse:
    log = list(StudyLockMove.objects.select_related("by"))
    state = AFTER[log[-1].move] if log else LockState.OPEN
    offered = [move for move in CAN[state] if may(user, ACTIONS[move][1])]
    if log and state is LockState.UNLOCK_ASKED and log[-1].by_id == user.pk:
        offered.remove(LockMove.UNLOCK)
    context = {
        "state": state,
        "locked": state is not LockState.OPEN,
        "log": [(each, Role(each.role).label) for each in reversed(log)],
        "offered": [move.value for move in offered],
        "refusal": refusal,
        "reason": request.POST.get("reason", ""),
        "unfinished": Record.objects.aggregate(
            incomplete=Count("pk", filter=Q(state=RecordState.INCOMPLETE)), all=Count("pk")
        ),
        "queries": Query.objects.exclude(state=Query.State.CLOSED).count(),
    }
    return render(request, "crf/study_lock.html", context, status=CONFLICT if refusal else 200)
