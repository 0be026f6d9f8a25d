"""DV: protocol deviations, classified by a person; some are proposed by the system first."""

from typing import Any

from trialsite.crf.forms import CaseReportForm, Section
from trialsite.crf.proposals import Proposal
from trialsite.crf.variables import Choice, Date, Text
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.codelists import DEVIATION, SEVERITY


class ProtocolDeviation(CaseReportForm):
    """DV: what was not as the protocol has it, how bad it is, and what was done about it."""

    code = "DV"
    sections = (Section("Deviation", "DVTERM", "DVCAT", "DVSTDTC", "DVSEV", "DVACN"),)

    DVTERM = Text("What happened", wide=True, hint="No laboratory values, and no guess about the treatment.")
    DVCAT = Choice("Category", DEVIATION, missing=False)
    DVSTDTC = Date("Day", missing=False)
    DVSEV = Choice(
        "Severity",
        SEVERITY,
        missing=False,
        judgement=True,
        hint="Major: it may touch safety, rights or the reliability of the data.",
    )
    DVACN = Text("Action taken", wide=True)

    @classmethod
    def proposal_for(cls, participant: Any, repeat: int) -> Proposal | None:
        """Term, category and day of the proposed deviation that is being classified under this number."""
        proposed = ProposedDeviation.objects.filter(
            participant=participant, state=ProposalState.OPEN, begun_as=repeat
        ).first()
        if proposed is None:
            return None
        typed = {"DVTERM": proposed.term, "DVCAT": proposed.category, "DVSTDTC": proposed.on.isoformat()}
        return Proposal(typed, dict.fromkeys(typed, "Proposed by the system."), "as the system proposed")
