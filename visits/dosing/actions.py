"""Saying give, hold or stop before a dose, and overriding a rule of the gate: both signed, both for good.

Each is one transaction that holds the participant. The password is checked before it (E3).
"""

from datetime import date

from screening.actions import PasswordCheck
from screening.case import hold
from screening.models import Participant
from screening.signature import database_now
from trialsite.accounts.access import require, role_name
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.audit.context import acting
from trialsite.audit.tasks import anchor_soon
from visits.deviations.proposing import Category, propose_deviation
from visits.dosing.gate import Advice, lines_of
from visits.dosing.gathering import doses_of, facts_of
from visits.dosing.models import AdviceReason, DoseAdvice, DoseOverride
from visits.dosing.policies import (
    advice_refusal,
    override_refusal,
    require_none,
    seen,
    stored,
    text_refusal,
    visit_refusal,
)
from visits.dosing.statements import (
    MEANINGS,
    OVERRIDDEN,
    advice_signature,
    override_signature,
    reason_signature,
)
from visits.windows import VISIT_BY_CODE

CHANGED = "The values have changed since you opened the page, so nothing was signed. Read it again."
DEVIATION = "Dose given or planned although a rule before the dose was not met; overridden by an investigator"


def give_advice(
    *,
    by: User,
    participant: Participant,
    visit: str,
    advice: Advice,
    reason: AdviceReason.Code,
    text: str,
    seen_version: int,
    password: PasswordCheck,
) -> DoseAdvice:
    """Sign give, hold or stop for the dose of a visit; needs ADVISE_DOSE at the site.

    reason and text are masked. seen_version: the version of LB that was read. A later word replaces this one
    as long as the dose is not given. Raises NotAllowed, PasswordRefused, or DosingRefused.
    """
    require(by, Right.ADVISE_DOSE, participant.site_id)
    require_none(visit_refusal(participant, visit))
    needed = advice is not Advice.GIVE
    require_none(text_refusal(text, needed=needed), "text")
    if needed and reason == AdviceReason.Code.NONE:
        require_none("Choose what speaks against the dose.", "reason")
    password(by)
    role = role_name(by, Right.ADVISE_DOSE, participant.site_id)
    with acting(by, role=role):
        participant = hold(participant)
        facts = facts_of(participant, visit)
        require_none(advice_refusal(by, participant, facts, dosed=_dosed(participant, visit)))
        require_none(None if facts.laboratory.version == seen_version else CHANGED)
        given = DoseAdvice(
            participant=participant,
            visit=visit,
            advice=advice,
            laboratory_version=seen_version,
            by=by,
            signer_name=by.full_name,
            signer_role=role,
            meaning=MEANINGS[advice].format(SUBJID=participant.SUBJID, visit=VISIT_BY_CODE[visit].label),
            signed_at=database_now(),
        )
        given.signature = advice_signature(given)
        given.save(force_insert=True)
        why = AdviceReason(advice=given, code=reason, text=text.strip())
        why.signature = reason_signature(why)
        why.save(force_insert=True)
        anchor_soon()
    return given


def override_gate(
    *,
    by: User,
    participant: Participant,
    visit: str,
    on: date,
    reason: str,
    seen_hash: str,
    password: PasswordCheck,
) -> DoseOverride:
    """Sign that the dose of a visit is given on a day although rules stand in the way (those that allow it).

    Needs OVERRIDE_DOSE_GATE. seen_hash: of the gate as it was read. A deviation is proposed in the same
    transaction. Raises NotAllowed, PasswordRefused, or DosingRefused.
    """
    require(by, Right.OVERRIDE_DOSE_GATE, participant.site_id)
    require_none(visit_refusal(participant, visit))
    require_none(text_refusal(reason, needed=True), "reason")
    password(by)
    role = role_name(by, Right.OVERRIDE_DOSE_GATE, participant.site_id)
    with acting(by, role=role, reason=reason.strip()):
        participant = hold(participant)
        lines = lines_of(facts_of(participant, visit), on)
        require_none(override_refusal(by, participant, lines))
        require_none(None if seen(lines) == seen_hash else CHANGED)
        label = VISIT_BY_CODE[visit].label
        signed = DoseOverride(
            participant=participant,
            visit=visit,
            on=on,
            gates=[line.gate.value for line in lines if line.overridable],
            lines=[stored(line) for line in lines],
            reason=reason.strip(),
            by=by,
            signer_name=by.full_name,
            signer_role=role,
            meaning=OVERRIDDEN.format(SUBJID=participant.SUBJID, visit=label),
            signed_at=database_now(),
        )
        signed.signature = override_signature(signed)
        signed.save(force_insert=True)
        propose_deviation(
            participant=participant,
            category=Category.IP,
            cause=f"dose-override:{visit}",
            term=DEVIATION,
            on=on,
            visit=visit,
        )
        anchor_soon()
    return signed


def _dosed(participant: Participant, visit: str) -> bool:
    return any(code == visit for code, _ in doses_of(participant))
