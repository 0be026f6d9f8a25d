"""The Total Improvement Score of a participant: its page, and the panel beside the forms."""

import re
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from django.test import Client

from screening.models import Participant
from tests.visits import cast
from tests.visits.conftest import on
from tests.visits.forms.reading import daily_life, strength
from tests.visits.forms.test_baseline import Enter, enter
from trialsite.accounts.models import Role, Site, User
from trialsite.crf.drafts import keep_draft
from visits.derived.total_improvement import CoreSet, Enzyme
from visits.improvement.gathering import COMPARED_VISITS, baseline_of, core_sets
from visits.improvement.lines import score_of

__all__ = ["enter"]  # a fixture
WEEK_4 = cast.DAY1 + timedelta(days=28)
ENZYMES = {"CK": ("96", "200"), "AST": ("34", "35"), "ALT": ("30", "40")}


def laboratory(LDH: str) -> dict[str, str]:
    """The enzymes of a sample; LDH is the most abnormal one."""
    typed: dict[str, str] = {}
    for name, (value, uln) in (ENZYMES | {"LDH": (LDH, "250")}).items():
        typed |= {name: value, f"{name}_UNIT": "U/L", f"{name}_ULN": uln, f"{name}_OK": "1"}
    return typed


def fill(enter: Enter) -> None:
    """The first worked example: 55 points, moderate, in week 4."""
    enter("IM", "D1", PHGA="6.0", PTGA="5.5", EXMGA="4.5")
    enter("MMT", "D1", **strength(MMTNECK="4", MMTDELTR="7", MMTDELTL="7"))
    ones = dict.fromkeys(("HAQ0101", "HAQ0201", "HAQ0301", "HAQ0401", "HAQ0501", "HAQ0601", "HAQ0701"), "1")
    enter("HAQ", "D1", **daily_life(**ones))
    enter("LB", "D1", **laboratory("480"))
    with on(WEEK_4):
        enter("IM", "W4", PHGA="3.5", PTGA="4.0", EXMGA="1.5")
        enter("MMT", "W4", **strength(MMTNECK="6"))
        enter("HAQ", "W4", **daily_life(**dict.fromkeys(("HAQ0101", "HAQ0201", "HAQ0301"), "1")))
        enter("LB", "W4", **laboratory("300"))


def get(user: User, address: str) -> tuple[int, str]:
    """Status and text of an answer."""
    client = Client()
    client.force_login(user)
    answer = client.get(f"/participants/01-001/{address}")
    return answer.status_code, re.sub(r"\s+", " ", answer.content.decode())


@pytest.mark.req("D5")
def test_the_worked_example_comes_out_of_the_forms(participant: Participant, enter: Enter) -> None:
    fill(enter)
    sets = core_sets(participant)
    score = score_of("Week 4", baseline_of(sets), sets["W4"])
    assert (score.total, score.response) == ("55", "Moderate")
    assert [(line.label, line.percent, line.points) for line in score.lines] == [
        ("Physician global", "25.0", "15"),
        ("Patient global", "15.0", "2.5"),
        ("Muscle strength (MMT-8)", "5.3", "10"),
        ("HAQ-DI", "16.7", "7.5"),
        ("Enzyme (LDH × ULN)", "24.0", "5"),
        ("Extramuscular", "30.0", "15"),
    ]


def test_page_and_panel_show_the_parts(coordinator: User, enter: Enter) -> None:
    fill(enter)
    with on(WEEK_4):
        for address in ("improvement/", "W4/improvement/"):
            status, page = get(coordinator, address)
            assert status == 200
            assert '<span class="figure num">55</span> of 100' in page
            assert "480" not in page  # multiples of the ULN, of whichever laboratory
        assert "/participants/01-001/W4/improvement/" in get(coordinator, "W4/IM/")[1]
        assert "/W4/improvement/" not in get(coordinator, "W4/SY/")[1]
        assert get(coordinator, "D1/improvement/")[0] == 404


def test_the_panel_counts_what_is_typed_and_not_submitted(
    coordinator: User, participant: Participant, enter: Enter
) -> None:
    fill(enter)
    with on(WEEK_4):
        keep_draft(
            by=coordinator,
            participant=participant,
            form="IM",
            visit="W4",
            repeat=0,
            version=1,
            typed={"PHGA": "6.0", "PTGA": "4.0", "EXMGA": "x"},
        )
        _, panel = get(coordinator, "W4/improvement/")
        assert "No total: Extramuscular missing." in panel
        assert '<span class="figure num">55</span>' in get(coordinator, "improvement/")[1]


def test_without_a_part_there_is_no_total_and_screening_stands_in_for_day_1() -> None:
    enzymes = {name: Enzyme(Decimal(100), Decimal(100)) for name in ("CK", "LDH", "AST", "ALT")}
    sets = {
        "S": CoreSet(phga=Decimal(6), ptga=Decimal(4), enzymes=enzymes),
        "D1": CoreSet(
            phga=Decimal(5), enzymes={"CK": Enzyme(Decimal(300), Decimal(100)), "LDH": Enzyme(None, None)}
        ),
    }
    baseline = baseline_of(sets)
    assert (baseline.phga, baseline.ptga, baseline.mmt8) == (5, 4, None)
    assert {name: each.multiple() for name, each in baseline.enzymes.items()} == {
        "CK": Fraction(3),
        "LDH": Fraction(1),
        "AST": Fraction(1),
        "ALT": Fraction(1),
    }
    score = score_of("Week 2", baseline, CoreSet(phga=Decimal(6)))
    assert (score.total, score.response) == ("", "")
    assert score.lines[0].percent == "−10.0"
    assert "HAQ-DI" in score.missing


def test_it_is_compared_wherever_the_core_set_is_scheduled_after_day_1() -> None:
    assert COMPARED_VISITS == ("W2", "W4", "W6", "W8", "E")


@pytest.mark.req("C1")
def test_another_site_and_the_pharmacist_see_none_of_it(site: Site, coordinator: User, enter: Enter) -> None:
    fill(enter)
    elsewhere = cast.make_person(Role.COORDINATOR, cast.make_site("02"))
    for address in ("improvement/", "W4/improvement/"):
        assert get(elsewhere, address)[0] == 404
        assert get(cast.make_person(Role.PHARMACIST, site), address)[0] == 403
