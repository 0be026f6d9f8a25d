"""What the page of a request shows, computed once."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from randomization.actions import take_up_answer
from randomization.models import NUMBER_VISIT, TreatmentRequest
from randomization.policies import VISITS, why_no_kit
from randomization.states import GIVEN, OPEN, Kind, State
from screening.case import case_of
from screening.models import Participant
from screening.policies import number_refusal
from trialsite import protocol
from trialsite.accounts.access import lacking
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right


@dataclass(frozen=True)
class Page:
    """A request, or the lack of one, as one person sees it."""

    participant: Participant
    visit: protocol.Visit
    asked: TreatmentRequest | None
    may_ask: bool
    why_not: str | None
    here: str
    ask: str

    @property
    def is_number(self) -> bool:
        """Whether it is about the treatment number, not about a later kit."""
        return self.visit.code == NUMBER_VISIT

    @property
    def title(self) -> str:
        """What the page is about."""
        return "Treatment number" if self.is_number else f"Kit for {self.visit.label}"

    @property
    def waiting(self) -> bool:
        """Whether the vault has yet to answer."""
        return self.asked is not None and self.asked.state == State.WAITING

    @property
    def given(self) -> bool:
        """Whether the answer is there."""
        return self.asked is not None and self.asked.state in GIVEN

    @property
    def attempt(self) -> int:
        """The attempt that the button would make: 1 for the first."""
        return self.asked.attempt + 1 if self.asked else 1


def number_page(user: User, participant: Participant) -> Page:
    """The page of the treatment number; takes up an answer that has come."""
    where = {"SUBJID": participant.SUBJID}
    return _page(
        user,
        participant,
        _asked(participant, Kind.NUMBER, NUMBER_VISIT),
        visit=NUMBER_VISIT,
        refusal=lambda: number_refusal(case_of(participant), participant.today()),
        here=reverse("randomization:number", kwargs=where),
        ask=reverse("randomization:ask_number", kwargs=where),
    )


def kit_page(user: User, participant: Participant, visit: str) -> Page:
    """The page of the kit of a later dose; takes up an answer that has come."""
    where = {"SUBJID": participant.SUBJID, "visit": visit}
    return _page(
        user,
        participant,
        _asked(participant, Kind.KIT, visit),
        visit=visit,
        refusal=lambda: why_no_kit(participant, visit),
        here=reverse("randomization:kit", kwargs=where),
        ask=reverse("randomization:ask_kit", kwargs=where),
    )


def _asked(participant: Participant, kind: Kind, visit: str) -> TreatmentRequest | None:
    asked = TreatmentRequest.objects.filter(participant=participant, kind=kind, visit=visit).first()
    if asked and asked.state == State.ANSWERED:
        return take_up_answer(request_id=asked.id)
    return asked


def _page(
    user: User,
    participant: Participant,
    asked: TreatmentRequest | None,
    *,
    visit: str,
    refusal: Callable[[], str | None],
    here: str,
    ask: str,
) -> Page:
    not_allowed = lacking(user, Right.REQUEST_NUMBER, participant.site_id)
    settled = asked is not None and asked.state in OPEN
    # Computing eligibility costs more than the rest of the page: only when the answer is needed.
    why_not = None if settled else not_allowed or refusal()
    return Page(participant, VISITS[visit], asked, not_allowed is None, why_not, here, ask)
