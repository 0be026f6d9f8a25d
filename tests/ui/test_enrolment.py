"""Enrolment: counts of the whole study, and the curve as an image that tells nobody apart."""

from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.urls import reverse

from tests.screening.factories import Cast, registered
from tests.ui.conftest import as_person
from tests.ui.steps import DAY1, give_number, home_of
from trialsite.home.enrolment import by_day, curve
from trialsite.protocol import ENROLMENT_TARGET

pytestmark = pytest.mark.django_db


def test_enrolment_counts_the_whole_study(cast: Cast) -> None:
    give_number(registered(cast.coordinator, cast.site))
    registered(cast.other_coordinator, cast.other_site)
    page = home_of(cast.pharmacist)
    assert f"1 of {ENROLMENT_TARGET}" in page
    assert '<dt>Screened</dt><dd class="num">2</dd>' in page


def test_the_curve_is_an_image_without_script_or_foreign_address(cast: Cast) -> None:
    give_number(registered(cast.coordinator, cast.site))
    assert Client().get(reverse("enrolment_curve")).status_code == 302
    response = as_person(cast.statistician).get(reverse("enrolment_curve"))
    assert response["Content-Type"] == "image/svg+xml"
    image = ElementTree.fromstring(response.content)
    names = [element.tag.rpartition("}")[2] for element in image.iter()]
    assert "script" not in names
    assert "image" not in names
    assert not [value for element in image.iter() for name, value in element.attrib.items() if "href" in name]


@pytest.mark.parametrize("days", [[], [0], [0, 0, 1], list(range(0, 330, 3))])
def test_the_curve_is_the_same_bytes_for_the_same_days(days: list[int]) -> None:
    points = [(DAY1 + timedelta(days=day), number) for number, day in enumerate(days, start=1)]
    today = DAY1 + timedelta(days=400)
    assert curve(points, today) == curve(points, today)


def test_the_curve_keeps_no_participant_apart(cast: Cast) -> None:
    participant = registered(cast.coordinator, cast.site)
    give_number(participant)
    image = curve(by_day(), DAY1)
    assert participant.SUBJID not in image
    assert participant.RANDNO not in image
