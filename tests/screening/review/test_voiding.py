"""Any later change of a value that was used voids the review; a change of another value does not."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from screening import snapshot
from screening.actions import submit_for_review
from screening.case import case_of
from screening.models import EligibilityReview, Participant
from screening.receivers import record_was_changed, void_if_used
from screening.review_states import ReviewState
from screening.signals import eligibility_voided
from screening.snapshot import field_name
from tests.screening.factories import Cast, correct, eligible_participant, registered, signed_participant
from tests.screening.review.test_signing import INELIGIBLE, fail
from trialsite.accounts.models import User
from trialsite.audit.context import acting
from trialsite.audit.reading import history_of
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Record
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Time, Variable

pytestmark = pytest.mark.django_db


def state_of(review: EligibilityReview) -> str:
    review.refresh_from_db()
    return review.state


# What another answer to the first field needs: a dose that the other drug allows, a unit.
NEEDED = (("CMTRT", "CMDOSTOT", "100"), ("HBVDNA", "HBVDNA_UNIT", "copies/mL"))


@contextmanager
def undone() -> Iterator[None]:
    """Whatever the block does to the database is rolled back."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def other_answers(variable: Variable, value: dict[str, Any]) -> Iterator[str]:
    """Answers that differ from the frozen one; the checks may refuse some of them."""
    now = value["value"]
    if isinstance(variable, Choice):
        yield from (code for code in variable.codes.codes if code != now)
    elif isinstance(variable, Number):
        yield from ("0.3", "1", "2", "3", "40", "70", "100")
    elif isinstance(variable, Date | PartialDate):
        yield from (day for day in ("2026-03-05", "2026-03-04", "1980-01-01", "2026-02-01") if day != now)
    elif isinstance(variable, Time):
        yield "11:00"
    else:
        yield "MEROPENEM"


def input_of(value: dict[str, Any]) -> tuple[str, Variable | None]:
    """The entry screen's input for a frozen value."""
    form = form_by_code(value["form"])
    if value["row"] is None:
        return value["field"], form.variables().get(value["field"])
    section = next(each for each in form.repeating if each.name == value["section"])
    name = f"{value['section']}-{value['row']}-{value['field']}"
    return name, section.row().variables()[value["field"]]


def changes_to(value: dict[str, Any]) -> Iterator[dict[str, str]]:
    """Inputs that change one frozen value."""
    name, variable = input_of(value)
    if variable is None:  # that there were no rows was evidence; now there is one
        yield {f"{name}-0-IVABTRT": "MEROPENEM", f"{name}-0-IVABENDTC": "2026-01-01"}
        return
    beside = {
        f"{name.removesuffix(field)}{other}": text for field, other, text in NEEDED if name.endswith(field)
    }
    yield from ({name: answer} | beside for answer in other_answers(variable, value))


def changed(by: User, participant: Participant, value: dict[str, Any]) -> bool:
    """Change one value in any way that the checks accept."""
    for inputs in changes_to(value):
        try:
            with transaction.atomic():
                correct(by, participant, value["form"], **inputs)
        except AssertionError:
            continue
        return True
    return False


@pytest.mark.req("E2")
def test_a_change_of_any_value_that_was_used_voids_the_signature(
    cast: Cast, subtests: pytest.Subtests
) -> None:
    participant, review = signed_participant(cast)
    values = review.snapshot["content"]["values"]
    assert len(values) > 70
    for value in values:
        name = field_name(value["form"], value["section"], value["row"], value["field"])
        with subtests.test(name), undone():
            assert changed(cast.coordinator, participant, value), "no other answer was accepted"
            assert state_of(review) == ReviewState.VOIDED
            assert value["field"] in review.void_reason


@pytest.mark.req("E2")
@pytest.mark.parametrize(
    ("form", "inputs"),
    [("LB", {"ALT_ULN": "41"}), ("GC", {"RECORDS-2-CMTRT": "PREDNISONE"}), ("VIR", {"HBVDNA_ND": "UNKNOWN"})],
    ids=["upper limit of normal", "another row", "why a value is missing"],
)
def test_what_stands_beside_a_value_counts_too(cast: Cast, form: str, inputs: dict[str, str]) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, form, **inputs)
    assert state_of(review) == ReviewState.VOIDED


@pytest.mark.parametrize(
    ("form", "inputs"),
    [
        ("DM", {"ETHNIC": "OTHER"}),
        ("VS", {"PULSE": "90"}),
        ("MH", {"ZOSTER": "U"}),
        ("LB", {"CK": "101"}),
        ("VS", {"WEIGHT": "116", "WEIGHT_UNIT": "jin"}),
    ],
    ids=["ethnic group", "pulse", "zoster", "creatine kinase", "the same weight in another unit"],
)
def test_what_decided_nothing_leaves_the_signature(cast: Cast, form: str, inputs: dict[str, str]) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, form, **inputs)
    assert state_of(review) == ReviewState.SIGNED


def test_a_later_visit_leaves_the_signature_without_looking_at_it(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    participant, _ = signed_participant(cast)
    record = Record(participant=participant, visit="W2", form="VS")
    with django_assert_num_queries(0):
        record_was_changed(None, record=record, by=cast.coordinator)


def test_without_a_review_a_saved_form_costs_one_query_more(
    cast: Cast, django_assert_num_queries: Any
) -> None:
    participant = eligible_participant(cast.coordinator, cast.site)
    record = Record.objects.select_related("participant").get(participant=participant, form="VS")
    with django_assert_num_queries(1):
        void_if_used(record, cast.coordinator)


@pytest.mark.req("A1")
def test_history_says_who_voided_and_why(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, "LB", PLAT="180")
    change = next(
        each
        for each in history_of("screening_eligibilityreview", str(review.pk), ["state"])
        if each.new == "voided"
    )
    assert (change.actor, change.reason) == ("coordinator", "Changed since it was frozen: LB.PLAT.")


def test_a_screening_failure_becomes_void_too(cast: Cast) -> None:
    participant = eligible_participant(cast.coordinator, cast.site, INELIGIBLE)
    submit_for_review(by=cast.coordinator, participant=participant)
    review = fail(cast.investigator, participant)
    correct(cast.coordinator, participant, "LB", PLAT="210")
    assert (state_of(review), review.decision) == ("voided", "screen failure")
    submit_for_review(by=cast.coordinator, participant=participant)


def test_withdrawn_consent_voids_the_signature(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    correct(cast.coordinator, participant, "DS", RFICYN="N")
    assert (state_of(review), "DS.RFICYN" in review.void_reason) == ("voided", True)


def test_the_rooms_above_are_told_once_inside_the_transaction(cast: Cast) -> None:
    participant, _ = signed_participant(cast)
    heard: list[tuple[Participant, str]] = []

    def hear(sender: type[Model], participant: Participant, reason: str, **_: Any) -> None:
        assert transaction.get_connection().in_atomic_block
        heard.append((participant, reason))

    eligibility_voided.connect(hear)
    try:
        correct(cast.coordinator, participant, "VS", WEIGHT="61")
        correct(cast.coordinator, participant, "VS", WEIGHT="62")
    finally:
        eligibility_voided.disconnect(hear)
    assert heard == [(participant, "Changed since it was frozen: VS.WEIGHT.")]


def test_after_a_number_the_void_is_recorded_and_the_number_stays(cast: Cast) -> None:
    participant, review = signed_participant(cast)
    with acting("system:tests"):
        Participant.objects.filter(pk=participant.pk).update(RANDNO="R-1042", day1="2026-03-16")
    correct(cast.coordinator, participant, "VS", WEIGHT="61")
    participant.refresh_from_db()
    assert (state_of(review), participant.RANDNO) == ("voided", "R-1042")


def test_newer_rules_do_not_reach_back_behind_a_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    participant, _ = signed_participant(cast)
    monkeypatch.setattr(snapshot, "rules_version", lambda: "0" * 64)
    assert case_of(participant).stale == ["the rules of the criteria"]
    with acting("system:tests"):
        Participant.objects.filter(pk=participant.pk).update(RANDNO="R-1042", day1="2026-03-16")
    participant.refresh_from_db()
    assert case_of(participant).stale == []


def test_reading_a_case_costs_the_same_with_and_without_data(cast: Cast) -> None:
    empty, full = registered(cast.coordinator, cast.site), signed_participant(cast)[0]
    counts = []
    for participant in (empty, full):
        with CaptureQueriesContext(connection) as queries:
            case_of(participant)
        counts.append(len(queries))
    assert counts[0] == counts[1]
