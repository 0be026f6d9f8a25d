"""Safety alerts on the eligibility page and in the frozen review: beside the verdict, never inside it."""

import pytest

from screening.actions import submit_for_review
from screening.case import case_of
from screening.snapshot import content_hash
from tests.screening.factories import correct, eligible_participant, make_cast, sign
from tests.screening.review.test_eligibility_page import text_of
from tests.ui.conftest import as_person

pytestmark = pytest.mark.django_db
WARNED_OF = {
    "LB.NEUT": {"value": "1.6", "unit": "10^9/L"},
    "MH.ZOSTER": "Y",
    "MH.PREGTEST": "POS",
}


def test_alerts_stand_beside_an_eligible_verdict_once_and_lead_to_their_fields() -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site, WARNED_OF)
    client = as_person(cast.investigator)
    page = client.get(f"/participants/{participant}/eligibility/").content.decode()
    text = text_of(client, participant)
    assert "Every inclusion criterion is met and no exclusion criterion applies." in text
    assert text.count("Neutrophils 1.6 x10^9/L: admitted by the trial, and below 2") == 1
    assert "Warning Herpes zoster in the history." in text
    assert "Warning The pregnancy test is positive. Label of tocilizumab, pregnancy." in text
    assert f'href="/participants/{participant}/S/MH/#f-PREGTEST"' in page
    assert f'href="/participants/{participant}/S/LB/#f-NEUT"' in page


def test_without_alerts_the_panel_says_so() -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site)
    text = text_of(as_person(cast.investigator), participant)
    assert "Nothing that the label of tocilizumab warns of is among the values entered so far." in text


def test_alerts_are_frozen_as_they_stood_and_are_no_part_of_what_is_signed() -> None:
    cast = make_cast()
    participant = eligible_participant(cast.coordinator, cast.site, WARNED_OF)
    submit_for_review(by=cast.coordinator, participant=participant)
    review = sign(cast.investigator, participant)
    signed = review.content_hash
    correct(cast.coordinator, participant, "MH", ZOSTER="N", PREGTEST="NEG")
    case = case_of(participant)
    assert content_hash(case.snapshot) == signed
    assert case.stale == []
    assert [alert["code"] for alert in review.snapshot["alerts"]] == ["NEUT", "ZOSTER", "PREGTEST"]
    text = text_of(as_person(cast.investigator), participant, f"{review.pk}/")
    assert "Warning Herpes zoster in the history." in text
    assert "MH.PREGTEST" in text
    assert "Herpes zoster" not in text_of(as_person(cast.investigator), participant)
