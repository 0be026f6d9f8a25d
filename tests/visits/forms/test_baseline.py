"""The baseline beside the answers of later visits, and what is computed beside them."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.forms.reading import strength
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.actions import mark_not_done, save_record
from trialsite.crf.baseline import baseline_of, reference_visits
from trialsite.crf.forms import form_by_code
from trialsite.crf.models import Query
from trialsite.crf.outcomes import Refused, Saved

WEEK_4 = cast.DAY1 + timedelta(days=28)
Enter = Callable[..., None]
LIVER = {"ALT_UNIT": "U/L", "ALT_ULN": "40"}


@pytest.fixture
def enter(coordinator: User, participant: Participant) -> Enter:
    """Submit a form of the participant."""

    def submit(form: str, visit: str, **typed: str) -> None:
        assert isinstance(cast.enter(coordinator, participant, form, visit, **typed), Saved)

    return submit


def page_of(user: User, address: str) -> str:
    """A page in the name of a person, its spaces made single."""
    client = Client()
    client.force_login(user)
    return re.sub(r"\s+", " ", client.get(f"/participants/01-001/{address}").content.decode())


def test_later_visits_are_compared_with_day_1_and_then_with_screening() -> None:
    assert reference_visits("S") == ()
    assert reference_visits("LOG") == ()
    assert reference_visits("D1") == ("S",)
    assert reference_visits("W4") == reference_visits("X2") == reference_visits("E") == ("D1", "S")


def test_day_1_counts_and_screening_where_day_1_has_no_value(participant: Participant, enter: Enter) -> None:
    enter("VS", "S", WEIGHT="60", WEIGHT_UNIT="kg", PULSE="80")
    enter("VS", "D1", WEIGHT="58", WEIGHT_UNIT="kg")
    before = baseline_of(form_by_code("VS"), participant, "W4")
    assert {name: (each.value, each.visit) for name, each in before.items()} == {
        "WEIGHT": (Decimal(58), "Day 1"),
        "PULSE": (Decimal(80), "Screening"),
    }


def test_of_what_was_measured_again_the_last_sample_counts(
    coordinator: User, participant: Participant, enter: Enter
) -> None:
    enter("LB", "S", LBDTC="2026-03-02", CREAT="50", CREAT_UNIT="umol/L")
    for repeat, day, value in ((1, "2026-03-10", "70"), (2, "2026-03-05", "60")):
        saved = save_record(
            by=coordinator,
            participant=participant,
            form="LB",
            visit="S",
            typed={"LBDTC": day, "CREAT": value, "CREAT_UNIT": "umol/L"},
            version=0,
            key=uuid.uuid4(),
            repeat=repeat,
        )
        assert isinstance(saved, Saved)
    assert baseline_of(form_by_code("LB"), participant, "W4")["CREAT"].value == 70


def test_a_form_that_was_not_done_is_no_baseline(
    coordinator: User, participant: Participant, enter: Enter
) -> None:
    enter("MMT", "D1", **strength())
    mark_not_done(
        by=coordinator, participant=participant, form="MMT", visit="D1", version=1, reason="Typed for another"
    )
    assert baseline_of(form_by_code("MMT"), participant, "W4") == {}


def test_the_page_shows_baseline_and_change(coordinator: User, enter: Enter) -> None:
    enter("IM", "D1", IMDTC="2026-03-16", PHGA="6.0", PTGA="55", PTGA_UNIT="mm", EXMGA="4")
    with on(WEEK_4):
        enter("IM", "W4", IMDTC="2026-04-13", PHGA="4.5", PTGA="5.5", EXMGA="4")
        page = page_of(coordinator, "W4/IM/")
    assert "Day 1: 6.0 cm · change −1.5 cm" in page
    assert "Day 1: 5.5 cm · no change" in page
    assert '<p class="note-before">' not in page_of(coordinator, "D1/IM/")


def test_a_grid_shows_the_baseline_in_its_cells(coordinator: User, enter: Enter) -> None:
    enter("MMT", "D1", **strength(MMTNECK="7"))
    with on(WEEK_4):
        page = page_of(coordinator, "W4/MMT/")
    assert "small: Day 1" in page
    assert '<span class="before" title="Day 1: 7">7</span>' in page


@pytest.mark.req("A9")
def test_a_doubted_change_is_asked_about_and_leaves_a_query(
    coordinator: User, participant: Participant, enter: Enter
) -> None:
    enter("VS", "D1", WEIGHT="58", WEIGHT_UNIT="kg")
    with on(WEEK_4):
        typed = {"WEIGHT": "110", "WEIGHT_UNIT": "kg"}
        assert isinstance(cast.enter(coordinator, participant, "VS", "W4", **typed), Refused)
        assert isinstance(cast.enter(coordinator, participant, "VS", "W4", **typed, WEIGHT_OK="1"), Saved)
    assert Query.objects.get(check_name="change").text.startswith(
        "Changed by more than 10 % since Day 1 (58 kg)."
    )


def test_a_page_asks_one_query_for_its_baseline(coordinator: User, enter: Enter) -> None:
    enter("SY", "D1", MMRC="2", COUGHNRS="3")
    client = Client()
    client.force_login(coordinator)
    with on(WEEK_4):
        client.get("/participants/01-001/W4/SY/")
        counts = []
        for visit in ("D1", "W4"):
            with CaptureQueriesContext(connection) as asked:
                client.get(f"/participants/01-001/{visit}/SY/")
            counts.append(sum("visits_symptoms" in each["sql"] for each in asked))
    assert counts[1] <= 2


def test_grades_and_clearance_stand_beside_laboratory_values(coordinator: User, enter: Enter) -> None:
    enter("DM", "S", BRTHDTC="1978-06-14", SEX="F")
    enter("VS", "S", WEIGHT="58", WEIGHT_UNIT="kg")
    enter("LB", "D1", LBDTC="2026-03-16", ALT="80", **LIVER)
    with on(WEEK_4):
        enter(
            "LB",
            "W4",
            LBDTC="2026-04-13",
            CREAT="52",
            CREAT_UNIT="umol/L",
            NEUT="1.49",
            NEUT_UNIT="10^9/L",
            NEUT_OK="1",
            HGB="114",
            HGB_UNIT="g/L",
            ALT="119",
            **LIVER,
        )
        page = page_of(coordinator, "W4/LB/")
    shown = dict(re.findall(r'<output data-computed="(\w+)">([^<]*)</output>', page))
    # ALT of 80 at baseline is abnormal: 119 is below 1.5 times that.
    assert shown == {"CRCL": "108.3", "NEUT_CTC": "2", "HGB_CTC": "1", "ALT_CTC": "0"} | dict.fromkeys(
        ("PLAT_CTC", "LYM_CTC", "AST_CTC"), ""
    )


def test_prednisone_stands_beside_each_dose_and_the_day(coordinator: User, enter: Enter) -> None:
    enter("VS", "S", WEIGHT="58", WEIGHT_UNIT="kg")
    with on(WEEK_4):
        enter(
            "GC",
            "W4",
            GCDTC="2026-04-13",
            GCHXCOMP="Y",
            **{
                "RECORDS-0-CMTRT": "PREDNISONE",
                "RECORDS-0-CMDOSTOT": "40",
                "RECORDS-0-CMSTDTC": "2026-02-01",
                "RECORDS-1-CMTRT": "METHYLPREDNISOLONE",
                "RECORDS-1-CMDOSTOT": "8",
                "RECORDS-1-CMSTDTC": "2026-02-01",
            },
        )
        page = page_of(coordinator, "W4/GC/")
    assert 'id="id_PREDDAY" class="derived">50.0</output>' in page
    assert 'id="id_RECORDS-1-PREDEQ" class="derived">10.0</output>' in page
    assert '<output data-computed="PREDKG">0.862</output>' in page


@pytest.mark.req("L19", "C1")
def test_the_baseline_of_masked_values_is_seen_only_with_the_form_itself(
    site: Site, coordinator: User, enter: Enter
) -> None:
    enter("LBI", "D1", LBIDTC="2026-03-16", CRP="12.34", CRP_UNIT="mg/L")
    assessor = cast.make_person(Role.LAB_ASSESSOR, site)
    with on(WEEK_4):
        assert "Day 1: 12.34 mg/L" in page_of(assessor, "W4/LBI/")
        client = Client()
        client.force_login(coordinator)
        assert client.get("/participants/01-001/W4/LBI/").status_code == 404
        for form in ("LB", "SY", "IM", "VS"):
            assert "12.34" not in page_of(coordinator, f"W4/{form}/")
