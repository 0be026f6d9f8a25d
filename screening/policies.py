"""Who may decide what about eligibility, and if not, why not.

Every rule has two faces: these functions answer with a reason, a sentence that stands beside a
disabled button; `require_none` raises it. Rights come first, then the state of the case.
"""

from collections.abc import Iterable
from datetime import date

from screening.case import Case
from screening.criteria import Assessment, Kind, Outcome, Verdict
from screening.models import Participant
from screening.review_states import ReviewState
from screening.signature import flaw
from trialsite.accounts.access import lacking
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.protocol import stratum_of


class ReviewRefused(Exception):
    """Nothing was decided. `reason` is a sentence for the person."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Stale(ReviewRefused):
    """Nothing was decided, because the data are not what the person saw or what was submitted."""


NOT_CONSENTED = "The form DS does not say that consent was given (RFICYN)."
NOT_SUBMITTED = "The screening has not been submitted for review."


def require_none(reason: str | None) -> None:
    """Does nothing for None; else raises ReviewRefused with the reason."""
    if reason is not None:
        raise ReviewRefused(reason)


def submit_refusal(user: User, case: Case) -> str | None:
    """Why this person cannot submit the screening for review now; None when they can."""
    if reason := lacking(user, Right.ENTER_DATA, case.participant.site_id):
        return reason
    if followed := followed_refusal(case.participant):
        return followed
    if not case.consented:
        return NOT_CONSENTED
    if case.review is None or case.stale:
        return None
    return {
        ReviewState.SUBMITTED: "It is submitted already, and nothing has changed since.",
        ReviewState.SIGNED: "It is signed as eligible already, and nothing has changed since.",
        ReviewState.SCREEN_FAILURE: "A screening failure is recorded for exactly these values. "
        "When one of them is wrong, correct it; the record then becomes void.",
    }[ReviewState(case.review.state)]


def assign_refusal(investigator: User | None, participant: Participant) -> str | None:
    """Why the review cannot be this person's work; None when it can, or when nobody is named."""
    if investigator is None or lacking(investigator, Right.SIGN_ELIGIBILITY, participant.site_id) is None:
        return None
    return f"{investigator.full_name} may not sign eligibility at site {participant.site_id}."


def sign_refusal(user: User, case: Case) -> str | None:
    """Why this person cannot sign the participant as eligible now; None when they can."""
    return _decide_refusal(user, case) or why_not_eligible(case.assessment)


def return_refusal(user: User, case: Case) -> str | None:
    """Why this person cannot send the submission back now; None when they can."""
    return _decide_refusal(user, case)


def failure_refusal(user: User, case: Case) -> str | None:
    """Why this person cannot record a screening failure now; None when they can."""
    if refusal := _decide_refusal(user, case):
        return refusal
    if case.eligible:
        return "No criterion stands in the way: the computed verdict is eligible."
    if case.participant.RANDNO:
        return (
            "The participant has a treatment number: this is a protocol deviation, not a screening failure."
        )
    return None


def number_refusal(case: Case, on: date) -> str | None:
    """Why no treatment number may be given for this day; None when it may be (B2).

    To act on the answer, take a held case: everything that voids a review waits for it.
    """
    if followed := followed_refusal(case.participant):
        return followed
    if not case.consented:
        return NOT_CONSENTED
    review = case.review
    if review is None or review.state != ReviewState.SIGNED:
        return "No investigator's signature on eligibility is in force."
    if altered := flaw(review):
        return f"{altered} Submit the screening for review again."
    if case.stale:
        return f"Not as it was signed: {listed(case.stale)}. Submit the screening for review again."
    if reason := why_not_eligible(case.on(on)):
        return f"Eligible for the planned day, but not on {on.isoformat()}. {reason}"
    try:
        stratum_of(str(case.facts.get("DC", "ILDYN").value))
    except ValueError:
        return (
            "The form DC must say whether there is interstitial lung disease (ILDYN): it settles the stratum."
        )
    return None


def followed_refusal(participant: Participant) -> str | None:
    """Why an earlier screening is not gone on with; None when no later one of the same person follows."""
    later = participant.followed_by
    return f"{participant.SUBJID} is screened again as {later.SUBJID}. Go on there." if later else None


def why_not_eligible(assessment: Assessment) -> str | None:
    """The criteria in the way, as a sentence; None when eligible."""
    by_words: dict[str, list[str]] = {}
    for verdict in in_the_way(assessment):
        by_words.setdefault(words_of(verdict.kind, verdict.outcome), []).append(verdict.code)
    return " ".join(f"{words.capitalize()}: {', '.join(codes)}." for words, codes in by_words.items()) or None


def failure_criteria(assessment: Assessment) -> list[str]:
    """What a screening failure rests on: the criteria that failed, or if none did, those that stay open."""
    found = in_the_way(assessment)
    failed = [verdict.code for verdict in found if verdict.outcome is not Outcome.UNDETERMINED]
    return failed or [verdict.code for verdict in found]


def differing_criteria(signed: Assessment, on_the_day: Assessment) -> list[str]:
    """The criteria of which a lettered rule has another outcome than when it was signed."""
    now = {part.code: part.outcome for verdict in on_the_day.verdicts for part in verdict.parts}
    return [
        verdict.code
        for verdict in signed.verdicts
        if any(now.get(part.code) is not part.outcome for part in verdict.parts)
    ]


def in_the_way(assessment: Assessment) -> list[Verdict]:
    """The criteria that keep a participant from being eligible: definite failures first, then open ones."""
    open_last = sorted(assessment.verdicts, key=lambda verdict: verdict.outcome is Outcome.UNDETERMINED)
    return [verdict for verdict in open_last if not verdict.favourable]


def words_of(kind: Kind, outcome: Outcome) -> str:
    """An outcome in words: an exclusion applies or does not, an inclusion is met or not."""
    if outcome is Outcome.UNDETERMINED:
        return "not yet known"
    met = outcome is Outcome.MET
    if kind is Kind.EXCLUSION:
        return "applies" if met else "does not apply"
    return "met" if met else "not met"


def listed(items: Iterable[str], at_most: int = 4) -> str:
    """'a, b and 3 more'."""
    every = list(items)
    if len(every) <= at_most:
        return ", ".join(every)
    return f"{', '.join(every[:at_most])} and {len(every) - at_most} more"


def _decide_refusal(user: User, case: Case) -> str | None:
    if reason := lacking(user, Right.SIGN_ELIGIBILITY, case.participant.site_id):
        return reason
    if followed := followed_refusal(case.participant):
        return followed
    if case.review is None:
        return NOT_SUBMITTED
    if case.review.state != ReviewState.SUBMITTED:
        return f"This review is decided already: {case.review.get_state_display().lower()}."
    if case.stale:
        return f"Not as it was submitted: {listed(case.stale)}. It has to be submitted again."
    return None
