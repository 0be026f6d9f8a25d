"""The lock of the study: a log of moves, of which the last one counts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now


class LockState(models.TextChoices):
    """Whether the study's data can change."""

    OPEN = "OPEN", "Open"
    LOCKED = "LOCKED", "Locked"
    UNLOCK_ASKED = "UNLOCK_ASKED", "Locked, unlocking was asked for"


class LockMove(models.TextChoices):
    """What can be done to the lock."""

    LOCK = "LOCK", "Locked"
    ASK = "ASK", "Asked to unlock"
    KEEP = "KEEP", "Kept locked"
    UNLOCK = "UNLOCK", "Unlocked"


# The trigger of the migration holds the same.
MOVES: dict[tuple[str, str], LockState] = {
    (LockState.OPEN, LockMove.LOCK): LockState.LOCKED,
    (LockState.LOCKED, LockMove.ASK): LockState.UNLOCK_ASKED,
    (LockState.UNLOCK_ASKED, LockMove.KEEP): LockState.LOCKED,
    (LockState.UNLOCK_ASKED, LockMove.UNLOCK): LockState.OPEN,
}
AFTER: dict[str, LockState] = {move: state for (_, move), state in MOVES.items()}


class StudyLockMove(models.Model):
    """One move: who, in which role, why and when. Added, never changed or removed."""

    move = models.CharField(max_length=6, choices=LockMove.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=16)
    signer_name = models.CharField(max_length=200)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(condition=Q(move__in=LockMove.values), name="study_lock_move_is_known"),
            models.CheckConstraint(condition=~Q(reason=""), name="study_lock_move_has_reason"),
        )

    def __str__(self) -> str:
        return f"{self.get_move_display()}, {self.at:%Y-%m-%d %H:%M}"
