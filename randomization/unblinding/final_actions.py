"""Unblinding the whole study: only while it is locked, and only when two people of two hands approve (U5).

Who asks approves with the same signature. The second signature is what the vault waits for: with its next
sweep, within seconds, it writes every arm in one transaction, and the export has them.
"""

from dataclasses import dataclass

from django.db import connection

from randomization.unblinding.final_models import FinalApproval, FinalArm, FinalUnblinding
from randomization.unblinding.policies import UnblindingRefused
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import Role, User
from trialsite.accounts.rights import Right, hand_of, roles_with
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from trialsite.crf.study_lock import PasswordCheck

APPROVALS = 2
MEANING = "I approve that the treatment of every participant is disclosed. The study is locked."
_PRESENT_LOCK = "SELECT randomization_present_lock()"


@dataclass(frozen=True)
class Present:
    """Where the final unblinding stands. lock: the move that locked the study, None while it is open."""

    lock: int | None
    asked: FinalUnblinding | None
    approvals: tuple[FinalApproval, ...]
    arms: int

    @property
    def approved(self) -> bool:
        """Whether everybody who has to has signed."""
        return len(self.approvals) >= APPROVALS


def present() -> Present:
    """Where it stands now. Inside a transaction, nobody locks or unlocks the study before its end."""
    with connection.cursor() as cursor:
        cursor.execute(_PRESENT_LOCK)
        row = cursor.fetchone()
    lock = row[0] if row else None
    asked = FinalUnblinding.objects.filter(lock_id=lock).select_related("asked_by", "lock").first()
    approvals = tuple(asked.approvals.all()) if asked else ()
    return Present(lock, asked, approvals, FinalArm.objects.count())


def ask_final_unblinding(*, by: User, reason: str, password: PasswordCheck) -> FinalUnblinding:
    """Ask for the arms of all participants, and approve it; needs APPROVE_UNBLINDING.

    Raises NotAllowed, PasswordRefused or UnblindingRefused.
    """
    require(by, Right.APPROVE_UNBLINDING)
    _require(None if reason.strip() else "Say why the study is unblinded now.")
    _require(why_not_approve(by, present()))
    password(by)
    role = role_name(by, Right.APPROVE_UNBLINDING)
    with acting(by, role=role, reason=reason.strip()):
        now = present()
        _require(why_not_approve(by, now))
        if now.asked is not None:
            raise UnblindingRefused("Somebody has asked meanwhile. Read the reason, then approve.")
        assert now.lock is not None  # else there was a refusal
        asked = FinalUnblinding.objects.create(lock_id=now.lock, reason=reason.strip(), asked_by=by)
        _sign(asked, by, role)
    return asked


def approve_unblinding(*, by: User, password: PasswordCheck) -> FinalUnblinding:
    """Approve what somebody of another hand has asked for; needs APPROVE_UNBLINDING.

    With this the study is unblinded, which cannot be undone. Raises as `ask_final_unblinding`.
    """
    require(by, Right.APPROVE_UNBLINDING)
    _require(why_not_approve(by, present()))
    password(by)
    role = role_name(by, Right.APPROVE_UNBLINDING)
    with acting(by, role=role):
        now = present()
        _require(why_not_approve(by, now))
        if now.asked is None:
            raise UnblindingRefused("Nobody has asked for it yet.")
        _sign(now.asked, by, role)
    return now.asked


def why_not_approve(by: User, now: Present) -> str | None:
    """Why this person cannot ask or approve now, as a sentence; None when they can."""
    if now.lock is None:
        return "The study is not locked. It is unblinded only after its data are locked."
    if now.approved:
        return "The study is unblinded already."
    own = hand_of(Role(role_name(by, Right.APPROVE_UNBLINDING)))
    if any(each.by_id == by.pk or hand_of(Role(each.role)) is own for each in now.approvals):
        others = [
            role.label.lower() for role in roles_with(Right.APPROVE_UNBLINDING) if hand_of(role) is not own
        ]
        return f"Approved from your side. The second approval comes from a {' or '.join(others)}."
    return None


def _sign(asked: FinalUnblinding, by: User, role: str) -> None:
    FinalApproval.objects.create(
        unblinding=asked, by=by, role=role, signer_name=by.full_name, meaning=MEANING
    )
    anchor_soon()


def _require(refusal: str | None) -> None:
    if refusal is not None:
        raise UnblindingRefused(refusal)
