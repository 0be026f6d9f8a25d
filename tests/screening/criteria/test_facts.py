"""Facts are plain and exact, and what a criterion reads is remembered."""

from decimal import Decimal
from typing import cast

import pytest

from screening.criteria.evidence import Evidence
from screening.facts import Fact, Facts
from tests.screening.criteria.example import fields
from trialsite.partial_date import PartialDate
from trialsite.truth import Truth


def test_a_float_is_refused() -> None:
    with pytest.raises(TypeError, match="Decimal, a code or a PartialDate"):
        Fact("LB", "WBC", cast("Decimal", 6.2))
    with pytest.raises(TypeError, match="upper limit of normal is a Decimal"):
        Fact("LB", "ALT", Decimal(40), uln=cast("Decimal", 40))


def test_a_variable_given_twice_is_refused() -> None:
    once = Fact("LB", "WBC", Decimal("6.2"))
    with pytest.raises(ValueError, match=r"LB.WBC is given twice"):
        Facts([once, Fact("LB", "WBC", Decimal("2.9"))])
    in_a_row = Fact("GC", "CMTRT", "PREDNISONE", section="RECORDS", row=1)
    with pytest.raises(ValueError, match=r"GC.CMTRT is given twice"):
        Facts([in_a_row, in_a_row])


def test_what_is_absent_is_a_missing_fact() -> None:
    absent = Facts().get("LB", "WBC")
    assert (absent.form, absent.field, absent.value) == ("LB", "WBC", None)
    assert Facts().rows("GC") == ()


def test_rows_are_in_their_order_and_apart_from_the_form() -> None:
    facts = Facts(
        [
            Fact("GC", "CMTRT", "SECOND", section="RECORDS", row=7),
            Fact("GC", "CMTRT", "FIRST", section="RECORDS", row=2),
            Fact("GC", "GCHXCOMP", "Y"),
            Fact("INF", "IVABTRT", "MEROPENEM", section="IVAB", row=0),
        ]
    )
    rows = facts.rows("GC")
    assert [row.get("CMTRT").value for row in rows] == ["FIRST", "SECOND"]
    assert [row.number for row in rows] == [2, 7]
    assert rows[0].get("CMDOSTOT") == Fact("GC", "CMDOSTOT", None, section="RECORDS", row=2)
    assert facts.get("GC", "CMTRT").value is None
    assert len(facts.rows("INF", "IVAB")) == 1


def test_evidence_holds_what_was_read_once_and_what_gave_no_answer() -> None:
    facts = Facts([Fact("DC", "ILDYN", "Y"), Fact("DC", "ARTHR", "U"), Fact("VS", "WEIGHT", Decimal(58))])
    evidence = Evidence(facts)
    dc = evidence.form("DC")
    assert dc.yes("ILDYN") is Truth.YES
    assert dc.yes("ILDYN") is Truth.YES
    assert dc.yes("ARTHR") is Truth.UNKNOWN
    found = evidence.part("X", Truth.UNKNOWN, "Open.")
    assert found.read == (Fact("DC", "ILDYN", "Y"), Fact("DC", "ARTHR", "U"))
    assert fields(found.missing) == {"DC.ARTHR"}
    assert evidence.part("X", Truth.YES, "Settled.").missing == ()


def test_that_there_are_no_rows_is_evidence() -> None:
    evidence = Evidence(Facts())
    assert evidence.rows("GC") == ()
    assert evidence.part("X", Truth.YES, "None.").read == (Fact("GC", "RECORDS", None, missing="NO ROWS"),)


@pytest.mark.parametrize(
    "number", ["NaN", "sNaN", "Infinity", "-Infinity", "-1", "1E+31", "1E-31", "0E+999999"]
)
def test_a_number_that_cannot_be_is_missing(number: str) -> None:
    evidence = Evidence(Facts([Fact("LB", "WBC", Decimal(number), uln=Decimal(number))]))
    assert evidence.form("LB").number("WBC") is None
    assert evidence.form("LB").amount("WBC") is None
    assert evidence.form("LB").uln("WBC") is None
    assert fields(evidence.unsettled) == {"LB.WBC"}


def test_zero_is_a_number_but_not_an_amount() -> None:
    lb = Evidence(Facts([Fact("LB", "NEUT", Decimal(0))])).form("LB")
    assert lb.number("NEUT") == 0
    assert lb.unsettled == ()
    assert lb.amount("NEUT") is None
    assert fields(lb.unsettled) == {"LB.NEUT"}


def test_a_value_of_another_type_is_missing() -> None:
    facts = Facts(
        [Fact("DC", "ILDYN", Decimal(1)), Fact("SV", "SCRNDTC", "2026"), Fact("VS", "WEIGHT", "58")]
    )
    evidence = Evidence(facts)
    assert evidence.form("DC").yes("ILDYN") is Truth.UNKNOWN
    assert evidence.form("SV").date("SCRNDTC") is None
    assert evidence.form("VS").number("WEIGHT") is None
    assert len(evidence.unsettled) == 3


def test_a_partial_date_is_used_and_stays_on_the_list_of_what_would_settle() -> None:
    partial, full = PartialDate.parse("2026-02"), PartialDate.parse("2026-02-14")
    evidence = Evidence(Facts([Fact("MH", "ACSDTC", partial), Fact("SV", "SCRNDTC", full)]))
    assert evidence.form("MH").date("ACSDTC") == partial
    assert evidence.form("SV").date("SCRNDTC") == full
    assert fields(evidence.unsettled) == {"MH.ACSDTC"}
