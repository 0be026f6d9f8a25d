"""The investigator's signatures under the visits of the simulation."""

from screening.models import Participant
from trialsite.accounts.models import User
from trialsite.protocol import SCREENING_VISIT
from trialsite.simulation.people import Team
from trialsite.simulation.person import ASSESSED_VISITS
from visits.casebook.signing import seen_hash, sign_visit, signable_forms

_BEFORE = dict(zip(ASSESSED_VISITS, (SCREENING_VISIT, *ASSESSED_VISITS), strict=False))


def sign_visit_before(team: Team, participant: Participant, visit: str) -> None:
    """When a participant comes to a visit, the investigator signs what waits of the one before it."""
    before = _BEFORE[visit]
    forms = signable_forms(participant, before)
    if any(each.waits for each in forms):
        sign_visit(
            by=team.investigator,
            participant=participant,
            visit=before,
            password=_as_themselves,
            seen=seen_hash(forms),
        )


def _as_themselves(by: User) -> None:
    """In the simulation nobody types a password."""
