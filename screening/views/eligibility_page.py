"""Everything that the eligibility page shows, computed from one case."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from screening.case import Case, case_of
from screening.criteria import Kind, Overall
from screening.models import EligibilityReview, Participant
from screening.policies import (
    failure_criteria,
    failure_refusal,
    return_refusal,
    sign_refusal,
    submit_refusal,
    why_not_eligible,
)
from screening.progress import asked_forms, unfinished_forms
from screening.review_lines import CriterionLine, criterion_lines
from screening.review_models import Decision
from screening.review_states import ReviewState
from screening.safety import safety_alerts
from screening.safety_lines import safety_lines
from screening.signature import flaw, meaning_of
from screening.snapshot import used_facts
from screening.value_lines import ValueLine, value_line
from screening.views.plan import plan_context
from screening.web_forms import DecisionForm, SubmissionForm
from trialsite.accounts.access import may, role_name
from trialsite.accounts.models import Role, User
from trialsite.accounts.rights import Right
from trialsite.crf.forms import form_by_code

STATE_OF = {Overall.ELIGIBLE: "eligible", Overall.INELIGIBLE: "ineligible", Overall.UNDETERMINED: "unknown"}
DERIVED = {
    "AGE": ("Age at screening", "years"),
    "CRCL": ("Creatinine clearance", "mL/min"),
    "PFRATIO": ("PaO₂/FiO₂", "mmHg"),
    "GC_MAX_MGKG_28D_PRE_RAND": ("Highest prednisone equivalent, 28 days", "mg/kg/day"),
}


@dataclass(frozen=True)
class Group:
    """Criteria under one heading."""

    title: str
    lines: list[CriterionLine]


@dataclass(frozen=True)
class Past:
    """A review of the list, and what is wrong with its signature, if it has one that does not hold."""

    review: EligibilityReview
    flaw: str | None


@dataclass(frozen=True)
class Question:
    """A question of the investigator, and the field that it is about, if it is about one."""

    text: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class Choice:
    """A decision that can be signed, the sentence it stands under, and why it cannot be taken now."""

    code: str
    label: str
    icon: str
    meaning: str
    refusal: str | None


def page_context(user: User, participant: Participant, form: DecisionForm | None = None) -> dict[str, Any]:
    """The context of the page; the number of queries does not depend on the data."""
    case = case_of(participant)
    lines = criterion_lines(case)
    reviews = list(
        EligibilityReview.objects.filter(participant=participant).select_related(
            "submitted_by", "assigned_to", "signed_by"
        )
    )
    unfinished = unfinished_forms(participant)
    choices = decisions(user, case)
    return {
        "participant": participant,
        "case": case,
        "overall": STATE_OF[case.assessment.overall],
        "why_not": why_not_eligible(case.assessment),
        "groups": groups(lines),
        "in_order": sum(line.in_order for line in lines),
        "criteria": len(lines),
        **plan_context(case),
        "safety": safety_lines(safety_alerts(case.facts), participant.SUBJID),
        "derived": [
            (label, case.assessment.derived.get(name), unit) for name, (label, unit) in DERIVED.items()
        ],
        "unfinished": [(code, form_by_code(code).title()) for code in unfinished],
        "forms_asked": len(asked_forms()),
        "forms_done": len(asked_forms()) - len(unfinished),
        "submission": SubmissionForm(participant.site),
        "submit_refusal": submit_refusal(user, case),
        "may_submit": may(user, Right.ENTER_DATA, participant.site),
        "may_sign": may(user, Right.SIGN_ELIGIBILITY, participant.site),
        "offers_submission": _offers_submission(user, case),
        # What hinders every decision alike is said once.
        "choices": choices if len({choice.refusal for choice in choices}) > 1 else choices[:1],
        "form": form or DecisionForm(about_choices(case)),
        "unfold_decision": _unfolded_decision(choices, form),
        "about": about_choices(case),
        "acting_as": _acting_as(user, participant),
        "past": [Past(review, flaw(review) if review.decision else None) for review in reviews],
        "latest": reviews[0] if reviews else None,
        "sent_back": bool(reviews) and reviews[0].state == ReviewState.RETURNED,
        "questions": _questions(case, reviews[0].questions) if reviews else [],
        "void_with_number": bool(participant.RANDNO)
        and (case.review is None or case.review.state != ReviewState.SIGNED or bool(case.stale)),
        "flaw": flaw(case.review) if case.review and case.review.decision else None,
    }


def decisions(user: User, case: Case) -> list[Choice]:
    """The three decisions with the reasons why one cannot be taken now."""
    SUBJID = case.participant.SUBJID
    criteria = ", ".join(failure_criteria(case.assessment))
    return [
        Choice(
            Decision.APPROVED,
            "Sign as eligible",
            "signed",
            meaning_of(Decision.APPROVED, SUBJID),
            sign_refusal(user, case),
        ),
        Choice(
            Decision.RETURNED,
            "Send back with a question",
            "query",
            meaning_of(Decision.RETURNED, SUBJID),
            return_refusal(user, case),
        ),
        Choice(
            Decision.SCREEN_FAILURE,
            "Record a screening failure",
            "refuse",
            meaning_of(Decision.SCREEN_FAILURE, SUBJID, criteria),
            failure_refusal(user, case),
        ),
    ]


def groups(lines: list[CriterionLine]) -> list[Group]:
    """What stands in the way first, failed before open; then the rest by kind."""
    in_the_way = sorted((line for line in lines if not line.in_order), key=lambda line: line.tone)
    kinds = {Kind.INCLUSION: "Inclusion criteria", Kind.EXCLUSION: "Exclusion criteria"}
    found = [Group("In the way", in_the_way)] + [
        Group(f"{title} in order", [line for line in lines if line.in_order and line.criterion.kind is kind])
        for kind, title in kinds.items()
    ]
    return [group for group in found if group.lines]


def about_choices(case: Case) -> list[tuple[str, list[tuple[str, str]]]]:
    """The fields that a question can be about, under the titles of their forms."""
    by_form: dict[str, list[tuple[str, str]]] = {}
    for line in _values(case):
        by_form.setdefault(line.code.partition(".")[0], []).append((line.code, line.label))
    return [(form_by_code(code).title(), choices) for code, choices in by_form.items()]


def _questions(case: Case, questions: Mapping[str, str]) -> list[Question]:
    lines = {line.code: line for line in _values(case)}
    return [
        Question(text, lines[field].label, lines[field].url) if field in lines else Question(text)
        for field, text in questions.items()
    ]


def _values(case: Case) -> Iterable[ValueLine]:
    return (value_line(fact, case.participant.SUBJID) for fact in used_facts(case.facts, case.assessment))


def _offers_submission(user: User, case: Case) -> bool:
    """Investigators see it only when there is something to submit; to them the decision matters."""
    nothing_to_do = case.review is not None and not case.stale
    decides = may(user, Right.SIGN_ELIGIBILITY, case.participant.site)
    return may(user, Right.ENTER_DATA, case.participant.site) and not (decides and nothing_to_do)


def _unfolded_decision(choices: list[Choice], form: DecisionForm | None) -> str:
    """The decision whose fields are open at first: the one that was tried, else signing if possible."""
    if form is not None:
        return str(form["decision"].value() or "")
    return Decision.APPROVED if choices[0].refusal is None else ""


def _acting_as(user: User, participant: Participant) -> str:
    role = role_name(user, Right.SIGN_ELIGIBILITY, participant.site)
    return f"{user.full_name}, {Role(role).label.lower()}, site {participant.site_id}" if role else ""
