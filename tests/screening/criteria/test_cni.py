"""IN05: one calcineurin inhibitor, one daily dose, on each of the 28 days before randomization."""

from datetime import date

import pytest

from screening.criteria import Outcome
from screening.criteria.cni import in05
from tests.screening.criteria.example import Plain, Row, cni, fields, participant, q

MET, NOT_MET, OPEN = Outcome.MET, Outcome.NOT_MET, Outcome.UNDETERMINED

# The window is 2026-02-16 to 2026-03-15.


@pytest.mark.parametrize(
    ("inhibitors", "outcome"),
    [
        ((cni("3", "2026-01-25"),), MET),
        ((cni("100", "2026-01-25", drug="CICLOSPORIN"),), MET),
        ((cni("3", "2026-02-16", "2026-03-15"),), MET),
        ((cni("3", "2026-01-25", "2026-02-28"), cni("3.0", "2026-03-01")), MET),
        ((cni("1", "2026-01-25"), cni("2", "2026-01-25")), MET),
        # a change of dose
        ((cni("3", "2026-01-25", "2026-02-28"), cni("2", "2026-03-01")), NOT_MET),
        ((cni("3", "2026-01-25", "2026-02-15"), cni("2", "2026-02-16")), MET),
        ((cni("3", "2026-01-25", "2026-02-16"), cni("2", "2026-02-17")), NOT_MET),
        ((cni("3", "2026-01-25", "2026-03-14"), cni("2", "2026-03-15")), NOT_MET),
        ((cni("3", "2026-01-25", "2026-03-15"), cni("2", "2026-03-16")), MET),
        # records that overlap for a day change the total of that day
        ((cni("3", "2026-01-25", "2026-02-28"), cni("3", "2026-02-28")), NOT_MET),
        # a second inhibitor, or a switch
        ((cni("3", "2026-01-25"), cni("100", "2026-03-01", "2026-03-02", drug="CICLOSPORIN")), NOT_MET),
        ((cni("3", "2026-01-25"), cni("100", "2026-01-01", "2026-02-15", drug="CICLOSPORIN")), MET),
        ((cni("3", "2026-01-25", "2026-02-28"), cni("3", "2026-03-01", drug="CICLOSPORIN")), NOT_MET),
    ],
)
def test_one_inhibitor_at_one_dose(inhibitors: tuple[Row, ...], outcome: Outcome) -> None:
    assert in05(participant(inhibitors=inhibitors)).outcome is outcome


@pytest.mark.parametrize(("complete", "outcome"), [("Y", NOT_MET), ("N", OPEN), ("U", OPEN), (None, OPEN)])
@pytest.mark.parametrize(
    "inhibitors",
    [
        (),
        (cni("3", "2026-02-17"),),
        (cni("3", "2026-01-25", "2026-03-14"),),
        (cni("3", "2026-01-25", "2026-02-28"), cni("3", "2026-03-02")),
        (cni("3", "2026-04-01"),),
    ],
)
def test_a_gap_fails_only_a_complete_history(
    inhibitors: tuple[Row, ...], complete: Plain, outcome: Outcome
) -> None:
    found = in05(participant({"CNI.CNIHXCOMP": complete}, inhibitors=inhibitors))
    assert found.outcome is outcome
    assert ("CNI.CNIHXCOMP" in fields(found.missing)) is (outcome is OPEN)


@pytest.mark.parametrize("complete", ["N", None])
def test_a_change_fails_whatever_the_history(complete: Plain) -> None:
    changed = (cni("3", "2026-01-25", "2026-02-28"), cni("2", "2026-03-01"))
    both = (cni("3", "2026-01-25"), cni("100", "2026-03-01", drug="CICLOSPORIN"))
    for inhibitors in (changed, both):
        assert in05(participant({"CNI.CNIHXCOMP": complete}, inhibitors=inhibitors)).outcome is NOT_MET
    assert in05(participant({"CNI.CNIHXCOMP": complete})).outcome is MET


@pytest.mark.parametrize(
    ("inhibitors", "outcome", "missing"),
    [
        ((cni(None, "2026-01-25"),), OPEN, {"CNI.CMDOSTOT"}),
        ((cni("3", "2026-01-25", drug=None),), OPEN, {"CNI.CMTRT"}),
        ((cni("3", "2026-01-25", drug="SIROLIMUS"),), OPEN, {"CNI.CMTRT"}),
        ((cni("3", None),), OPEN, {"CNI.CMSTDTC"}),
        ((cni("3", "2026-02"),), OPEN, {"CNI.CMSTDTC"}),
        ((cni("3", "2026-01"),), MET, set()),
        ((cni("3", "2026-01-25", "2026-03"),), OPEN, {"CNI.CMENDTC"}),
        ((cni("3", "2026-01-25", q(None, missing="UNKNOWN")),), OPEN, {"CNI.CMENDTC"}),
        ((cni("3", "2026-01-25", "2026-02"), cni("3", "2026-03-01")), OPEN, {"CNI.CMENDTC"}),
        # a change that is certain whichever day it was
        ((cni("3", "2026-01-25", "2026-02"), cni("2", "2026-03-01")), NOT_MET, set()),
        ((cni("3", "2026-01-25", "2026-02-28"), cni(None, "2026-03-01", drug="CICLOSPORIN")), NOT_MET, set()),
        ((cni("3", "2026-01-25", "2026-02-28"), cni(None, "2026-03-01")), OPEN, {"CNI.CMDOSTOT"}),
        (
            (
                cni("3", "2026-01-25"),
                cni("1", "2026-03-01", "2026-03-01"),
                cni(None, "2026-03-05", drug=None),
            ),
            NOT_MET,
            set(),
        ),
        # an amount that is not known is still an amount
        ((cni("3", "2026-01-25"), cni(None, "2026-03-05", "2026-03-05")), NOT_MET, set()),
        # taken at another dose or not taken: either fails a complete history
        ((cni("3", "2026-01-25", "2026-02-28"), cni("2", "2026-03")), NOT_MET, set()),
        # another inhibitor possibly taken
        (
            (cni("3", "2026-01-25"), cni("100", "2026-02", "2026-02", drug="CICLOSPORIN")),
            OPEN,
            {"CNI.CMSTDTC", "CNI.CMENDTC"},
        ),
        ((cni("3", "2026-03-01", "2026-01-01"),), OPEN, {"CNI.CMSTDTC", "CNI.CMENDTC"}),
    ],
)
def test_what_is_not_known_leaves_it_open_unless_failure_is_certain(
    inhibitors: tuple[Row, ...], outcome: Outcome, missing: set[str]
) -> None:
    found = in05(participant(inhibitors=inhibitors))
    assert found.outcome is outcome
    assert fields(found.missing) == missing


def test_a_possible_dose_change_is_open_when_the_history_is_incomplete() -> None:
    inhibitors = (cni("3", "2026-01-25", "2026-02-28"), cni("2", "2026-03"))
    assert in05(participant({"CNI.CNIHXCOMP": "N"}, inhibitors=inhibitors)).outcome is OPEN


@pytest.mark.parametrize(
    ("randomized", "outcome"),
    [
        (None, OPEN),
        ("2026-03-16", MET),
        ("2026-03", MET),
        ("2026-02", OPEN),
        ("2026-02-21", NOT_MET),
        ("2026-02-22", MET),
    ],
)
def test_the_planned_randomization_places_the_window(randomized: str | None, outcome: Outcome) -> None:
    assert in05(participant({"SV.RANDDTC": randomized})).outcome is outcome


def test_a_second_inhibitor_on_some_day_of_the_window_fails_even_if_not_known_on_which() -> None:
    inhibitors = (cni("3", "2026-01-01"), cni("100", "2026-02", "2026-02", drug="CICLOSPORIN"))
    assert in05(participant({"SV.RANDDTC": "2026-03-01"}, inhibitors=inhibitors)).outcome is NOT_MET
    assert in05(participant({"SV.RANDDTC": "2026-03-02"}, inhibitors=inhibitors)).outcome is OPEN


def test_a_second_dose_on_some_day_fails_unless_it_can_have_been_every_day() -> None:
    some_days = (cni("3", "2026-01-01"), cni("1", "2026-02", "2026-02-27"))
    every_day = (cni("3", "2026-01-01"), cni("1", "2026-02", "2026-02-28"))
    assert in05(participant({"SV.RANDDTC": "2026-03-01"}, inhibitors=some_days)).outcome is NOT_MET
    assert in05(participant({"SV.RANDDTC": "2026-03-01"}, inhibitors=every_day)).outcome is OPEN


def test_more_open_records_than_can_be_weighed_stay_open() -> None:
    inhibitors = (cni("3", "2026-01-25"), *(cni("1", "2026-03", "2026-03") for _ in range(6)))
    assert in05(participant(inhibitors=inhibitors)).outcome is OPEN


def test_no_inhibitor_ever_fails_whatever_the_day_of_randomization() -> None:
    assert in05(participant({"SV.RANDDTC": None}, inhibitors=())).outcome is NOT_MET


@pytest.mark.parametrize(
    ("inhibitors", "earliest"),
    [
        ((cni("3", "2026-01-25", "2026-02-28"), cni("2", "2026-03-01")), date(2026, 3, 29)),
        ((cni("3", "2026-03-10"),), date(2026, 4, 7)),
        ((cni("3", "2026-01-25", "2026-02-28"),), None),
        ((), None),
    ],
)
def test_28_days_after_the_last_change_it_is_stable(
    inhibitors: tuple[Row, ...], earliest: date | None
) -> None:
    assert in05(participant(inhibitors=inhibitors)).earliest == earliest
    if earliest is not None:
        assert in05(participant({"SV.RANDDTC": earliest.isoformat()}, inhibitors=inhibitors)).outcome is MET
