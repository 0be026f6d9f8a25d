"""The side panel beside a screening form: the same functions as the review, on what is stored and typed."""

from collections.abc import Mapping

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.case import case_of
from screening.criteria import Overall
from screening.live import LiveLine, live
from screening.models import Participant
from tests.screening.factories import Cast, eligible_participant, make_cast, registered
from trialsite.accounts.models import User
from trialsite.crf.drafts import keep_draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_cast()


@pytest.fixture
def participant(cast: Cast) -> Participant:
    return eligible_participant(cast.coordinator, cast.site)


def type_into(participant: Participant, by: User, form: str, typed: Mapping[str, str]) -> None:
    keep_draft(by=by, participant=participant, form=form, visit="S", repeat=0, version=1, typed=typed)


def line(participant: Participant, by: User, code: str, form: str = "VS") -> LiveLine:
    found = live(participant, by=by, form=form)
    return next(each for each in (*found.in_the_way, *found.in_order) if each.criterion.code == code)


VITAL_SIGNS = {"VSDTC": "2026-03-02", "HEIGHT": "165", "WEIGHT": "44.9", "WEIGHT_UNIT": "kg"}


def test_without_anything_typed_the_panel_says_what_the_review_says(
    cast: Cast, participant: Participant
) -> None:
    found = live(participant, by=cast.coordinator, form="VS")
    assert found.overall is case_of(participant).assessment.overall is Overall.ELIGIBLE
    assert found.in_the_way == ()
    assert len(found.in_order) == found.total


def test_what_is_typed_counts_before_it_is_submitted_and_is_not_stored(
    cast: Cast, participant: Participant
) -> None:
    type_into(participant, cast.coordinator, "VS", VITAL_SIGNS)
    assert line(participant, cast.coordinator, "IN01").state == "not-met"
    assert live(participant, by=cast.coordinator, form="VS").unsubmitted == ("Vital signs",)
    assert case_of(participant).eligible


def test_what_another_person_types_does_not_count(cast: Cast, participant: Participant) -> None:
    type_into(participant, cast.coordinator, "VS", VITAL_SIGNS)
    assert line(participant, cast.investigator, "IN01").state == "met"


def test_a_value_that_a_check_refuses_is_missing(cast: Cast, participant: Participant) -> None:
    type_into(participant, cast.coordinator, "VS", VITAL_SIGNS | {"WEIGHT": "5"})
    unknown = line(participant, cast.coordinator, "IN01")
    assert (unknown.state, [(field.label, field.url) for field in unknown.missing]) == (
        "unknown",
        [("Weight", "#f-WEIGHT")],
    )


def test_each_unknown_names_the_field_that_would_settle_it_and_links_to_it(
    cast: Cast, participant: Participant
) -> None:
    type_into(participant, cast.coordinator, "TB", {"TBACT": "N"})
    type_into(participant, cast.coordinator, "LB", {"WBC": "6.2"})
    found = live(participant, by=cast.coordinator, form="LB")
    unknown = [each for each in found.in_the_way if each.state == "unknown"]
    assert {each.criterion.code for each in unknown} == {"EX03", "EX05"}
    laboratory, tuberculosis = unknown
    assert laboratory.here
    assert laboratory.more == ()
    assert {"#f-NEUT", "#f-ALT", "#f-CREAT"} <= {field.url for field in laboratory.missing}
    assert not tuberculosis.here
    assert tuberculosis.missing[0].url == f"/participants/{participant.SUBJID}/S/TB/#f-IGRATYPE"


def test_a_definite_failure_stands_before_what_is_not_known(cast: Cast, participant: Participant) -> None:
    type_into(participant, cast.coordinator, "TB", {"TBACT": "N"})
    type_into(participant, cast.coordinator, "VS", VITAL_SIGNS)
    found = live(participant, by=cast.coordinator, form="VS")
    assert [each.criterion.code for each in found.in_the_way] == ["IN01", "EX05"]
    assert found.overall is Overall.INELIGIBLE


def test_a_removed_row_is_gone_from_the_panel(cast: Cast, participant: Participant) -> None:
    type_into(participant, cast.coordinator, "CNI", {"CNIHXCOMP": "Y"})
    assert line(participant, cast.coordinator, "IN05").state == "not-met"


def test_the_entry_page_asks_for_the_panel_only_where_it_belongs(
    cast: Cast, participant: Participant, client: Client
) -> None:
    client.force_login(cast.coordinator)
    page = client.get(f"/participants/{participant.SUBJID}/S/VS/").content.decode()
    assert f'hx-get="/participants/{participant.SUBJID}/eligibility/live/?form=VS"' in page
    assert participant.side_panel(cast.coordinator, "VS", "D1") == ""
    participant.RANDNO = "R00001"
    assert participant.side_panel(cast.coordinator, "VS", "S") == ""


def test_the_panel_of_another_site_is_not_there(cast: Cast, participant: Participant, client: Client) -> None:
    client.force_login(cast.other_coordinator)
    assert client.get(f"/participants/{participant.SUBJID}/eligibility/live/").status_code == 404


def test_the_queries_of_the_panel_do_not_grow_with_what_is_stored(
    cast: Cast, participant: Participant
) -> None:
    with CaptureQueriesContext(connection) as full:
        live(participant, by=cast.coordinator, form="VS")
    empty = registered(cast.coordinator, cast.site)
    with CaptureQueriesContext(connection) as few:
        live(empty, by=cast.coordinator, form="VS")
    assert len(full) == len(few)
