"""Locking the study's data against every change, and unlocking them (D2).

One person locks; unlocking is asked for by one and done by another of another role. The database refuses
every write to a locked study by itself (study_lock_tables.py); here a person is told why.
"""

from collections.abc import Callable

from django.db import IntegrityError, connection

from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.signals import study_locking
from trialsite.crf.study_lock_models import AFTER, MOVES, LockMove, LockState, StudyLockMove

# The SQLSTATE with which the database refuses a write to a locked study.
REFUSED = "PM001"
# The lock that every writer shares and that is taken alone for a move; the triggers name the same.
_ALONE = "SELECT pg_advisory_xact_lock(7377058, 1)"
LAST_MOVE = "SELECT move FROM crf_studylockmove ORDER BY id DESC LIMIT 1"
# The attribute of `request.user` that holds the last move, read with the person (accounts/backend.py).
KEPT = "study_lock_move"

PasswordCheck = Callable[[User], None]  # raises PasswordRefused


class LockRefused(Exception):
    """The lock stays as it is. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def lock_state() -> LockState:
    """Whether the study is locked; one query of constant SQL, for pages that many people open."""
    with connection.cursor() as cursor:
        cursor.execute(LAST_MOVE)
        row = cursor.fetchone()
    return AFTER[row[0]] if row else LockState.OPEN


def lock_state_for(user: User) -> LockState:
    """The same as it was when the request of this person began, without a query; else one query."""
    if not hasattr(user, KEPT):
        return lock_state()
    move = getattr(user, KEPT)
    return AFTER[move] if move else LockState.OPEN


def lock_refusal() -> str | None:
    """Why nothing can be entered, as a sentence, while the study is locked; None when it is open."""
    if lock_state() is LockState.OPEN:
        return None
    return "The study is locked: its data cannot be changed any more."


def lock_study(*, by: User, reason: str, password: PasswordCheck) -> StudyLockMove:
    """Lock the study; needs LOCK_STUDY. Everything that is being saved at this moment is saved first.

    Raises NotAllowed, PasswordRefused, or LockRefused: also while a room above has something under way.
    """
    return _move(LockMove.LOCK, Right.LOCK_STUDY, by, reason, password)


def ask_to_unlock(*, by: User, reason: str, password: PasswordCheck) -> StudyLockMove:
    """Ask that the study be unlocked; needs UNLOCK_STUDY. Somebody of another role has to do it."""
    return _move(LockMove.ASK, Right.UNLOCK_STUDY, by, reason, password)


def keep_locked(*, by: User, reason: str, password: PasswordCheck) -> StudyLockMove:
    """Refuse to unlock, or take the question back; needs UNLOCK_STUDY."""
    return _move(LockMove.KEEP, Right.UNLOCK_STUDY, by, reason, password)


def unlock_study(*, by: User, reason: str, password: PasswordCheck) -> StudyLockMove:
    """Unlock what somebody else, of another role, has asked to unlock; needs UNLOCK_STUDY."""
    return _move(LockMove.UNLOCK, Right.UNLOCK_STUDY, by, reason, password)


def _move(move: LockMove, right: Right, by: User, reason: str, password: PasswordCheck) -> StudyLockMove:
    require(by, right)
    reason = reason.strip()
    if not reason:
        raise LockRefused("Say why: the reason stays with the lock.")
    password(by)
    role = role_name(by, right)
    with acting(by, role=role, reason=reason):
        with connection.cursor() as cursor:
            cursor.execute(_ALONE)
        _check(move, by, role)
        try:
            made = StudyLockMove.objects.create(
                move=move, by=by, role=role, signer_name=by.full_name, reason=reason
            )
        except IntegrityError:  # what only the rooms above know, such as an unblinded study
            raise LockRefused("The study is unblinded and stays locked.") from None
        anchor_soon()
    return made


def _check(move: LockMove, by: User, role: str) -> None:
    """Raises LockRefused when this move cannot be made now, by this person."""
    last = StudyLockMove.objects.last()
    state = AFTER[last.move] if last else LockState.OPEN
    if (state, move) not in MOVES:
        raise LockRefused(f"This cannot be done now. The study is: {state.label.lower()}.")
    if move is LockMove.UNLOCK and last and (last.by_id == by.pk or last.role == role):
        raise LockRefused("Somebody else, of another role, has to unlock what you asked to unlock.")
    if move is LockMove.LOCK:
        for _, under_way in study_locking.send(StudyLockMove):
            if under_way:
                raise LockRefused(under_way)
