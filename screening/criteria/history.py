"""EX01, EX02, EX09, EX10, EX13: diagnoses, complications, allergies, earlier treatment."""

from screening.criteria.derived import plus_days
from screening.criteria.evidence import Evidence
from screening.criteria.exhibits import Wait
from screening.criteria.readings import DEFAULT, Readings
from screening.criteria.verdict import Kind, Part, Verdict, conclude
from screening.criteria.wording import shown_date, shown_truth
from screening.facts import Facts
from trialsite.partial_date import days_between
from trialsite.truth import Truth, some

OTHER_MYOSITIS = ("DXPM", "DXASYS", "DXIMNM", "DXOVERLAP")


def ex01(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Another myositis or overlap, as the investigator judges."""
    evidence = Evidence(facts)
    dc = evidence.form("DC")
    truth = some([dc.yes(diagnosis) for diagnosis in OTHER_MYOSITIS])
    says = {
        Truth.YES: "Another myositis or an overlap was diagnosed.",
        Truth.NO: "No other myositis and no overlap.",
        Truth.UNKNOWN: "Not every other myositis is ruled out.",
    }[truth]
    return conclude("EX01", Kind.EXCLUSION, [evidence.part("EX01", truth, says)])


def ex02(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Acute coronary syndrome within 24 weeks, cerebrovascular disease ever, other complications."""
    parts = [
        _recent(facts, "EX02a", "MH", "ACSYN", "ACSDTC", readings.acs_window_days, "Acute coronary syndrome"),
        _answer(facts, "EX02b", "MH", "CVDYN", "Significant cerebrovascular disease", reason="CVDREAS"),
        _answer(facts, "EX02c", "MH", "LTCOMP", "Another life-threatening complication", reason="LTCREAS"),
    ]
    return conclude("EX02", Kind.EXCLUSION, parts)


def ex09(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Allergy to tocilizumab or an excipient."""
    part = _answer(facts, "EX09", "AL", "ALLTCZ", "Allergy to tocilizumab or an excipient")
    return conclude("EX09", Kind.EXCLUSION, [part])


def ex10(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Allergy to sulfonamides."""
    part = _answer(facts, "EX10", "AL", "ALLSULF", "Sulfonamide allergy")
    return conclude("EX10", Kind.EXCLUSION, [part])


def ex13(facts: Facts, readings: Readings = DEFAULT) -> Verdict:
    """Immunoglobulin: at least 30 days between the last infusion and screening."""
    last_excluded = readings.ivig_washout_days - 1
    part = _recent(facts, "EX13", "CM", "IVIGYN", "IVIGENDTC", last_excluded, "Intravenous immunoglobulin")
    return conclude("EX13", Kind.EXCLUSION, [part])


def _answer(facts: Facts, code: str, form: str, field: str, words: str, *, reason: str = "") -> Part:
    """A part that is the answer to a single question. reason: the field that says why it was judged Y."""
    evidence = Evidence(facts)
    view = evidence.form(form)
    truth = view.yes(field)
    if reason and truth is Truth.YES:
        view.fact(reason)
    return evidence.part(code, truth, f"{words}: {shown_truth(truth)}.")


def _recent(facts: Facts, code: str, form: str, asked: str, dated: str, up_to: int, words: str) -> Part:
    """An event that excludes up to so many days before screening, that day included."""
    evidence = Evidence(facts)
    view = evidence.form(form)
    happened = view.yes(asked)
    if happened is Truth.NO:
        return evidence.part(code, Truth.NO, f"{words}: no.")
    day, screened = view.date(dated), evidence.form("SV").date("SCRNDTC")
    passed = days_between(day, screened).at_least(up_to + 1)
    truth = happened & ~passed
    over = None if day is None else plus_days(day.latest, up_to + 1)
    return evidence.part(
        code,
        truth,
        f"{words} on {shown_date(day)}, screening on {shown_date(screened)}; "
        f"{up_to} days or fewer between them exclude.",
        earliest=None if truth is Truth.NO else over,
        exhibits=[
            Wait(
                what=words,
                event="last day",
                since=day,
                needed=f"at least {up_to + 1} days",
                reference="screening",
                on=screened,
                passed=passed,
                possible_from=None if day is None else plus_days(day.earliest, up_to + 1),
                over=over,
            )
        ],
    )
