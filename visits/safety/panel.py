"""The events of a participant as the casebook shows them: what is open first, and what is missing."""

from dataclasses import dataclass

from screening.models import Participant
from trialsite.accounts.access import may
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from visits.deviations.models import ProposedDeviation
from visits.deviations.states import ProposalState
from visits.safety.gaps import Gap, gaps_of
from visits.safety.listing import EventLine, Kind, kinds_of
from visits.safety.states import ReportState

SHOWN = 5
_CLOSED = ReportState.CLOSED.label


@dataclass(frozen=True)
class Panel:
    """lines: the first of the events that are not void; more: how many others there are."""

    lines: list[EventLine]
    more: int
    gaps: list[Gap]
    proposals: int
    kinds: list[Kind]
    may_add: bool


def panel_of(user: User, participant: Participant) -> Panel:
    """What the casebook shows of events; eight queries, however many there are."""
    kinds = kinds_of(participant)
    live = [line for kind in kinds for line in kind.lines if not line.void]
    live.sort(key=lambda line: (not _reports(line), not line.ongoing))
    proposed = ProposedDeviation.objects.filter(participant=participant, state=ProposalState.OPEN)
    return Panel(
        lines=live[:SHOWN],
        more=max(0, len(live) - SHOWN),
        gaps=gaps_of(participant),
        proposals=proposed.count(),
        kinds=kinds,
        may_add=may(user, Right.ENTER_DATA, participant.site),
    )


def _reports(line: EventLine) -> bool:
    """True while the report of a serious event is not closed."""
    return line.clock is not None and line.clock.word != _CLOSED
