"""Boundaries of IN04, IN05, EX12 and EX13: glucocorticoids, calcineurin inhibitors, immunoglobulin.

Randomization is planned for 2026-03-16, its 28 days are 2026-02-16 to 2026-03-15. Screening is on 2026-03-02.
"""

from collections.abc import Mapping

from screening.boundaries.cases import MET, NOT_MET, OPEN, Boundary, Limit, answers
from screening.boundaries.participant import Plain, Row, cni, gc, q
from screening.criteria import Outcome

BEFORE = "2026-01-01"


def _steroids(
    value: str, expected: Outcome, *rows: Row, kg: str = "60", also: Mapping[str, Plain] | None = None
) -> Boundary:
    return Boundary(f"{value}, {kg} kg", expected, {"VS.WEIGHT": q(kg), **(also or {})}, steroids=rows)


def _inhibitors(value: str, expected: Outcome, *rows: Row, complete: str = "Y") -> Boundary:
    return Boundary(value, expected, {"CNI.CNIHXCOMP": complete}, inhibitors=rows)


LIMITS: tuple[Limit, ...] = (
    Limit(
        "IN04",
        "Daily dose on all days",
        (
            _steroids("prednisone 59.99 mg", MET, gc("59.99", BEFORE)),
            _steroids("prednisone 60 mg", NOT_MET, gc("60", BEFORE)),
            _steroids("methylprednisolone 47.9 mg", MET, gc("47.9", BEFORE, drug="METHYLPREDNISOLONE")),
            _steroids("methylprednisolone 48 mg", NOT_MET, gc("48", BEFORE, drug="METHYLPREDNISOLONE")),
            _steroids("dexamethasone 8.99 mg", MET, gc("8.99", BEFORE, drug="DEXAMETHASONE")),
            _steroids("dexamethasone 9 mg", NOT_MET, gc("9", BEFORE, drug="DEXAMETHASONE")),
            _steroids("hydrocortisone 199 mg", MET, gc("199", BEFORE, drug="HYDROCORTISONE"), kg="50"),
            _steroids("hydrocortisone 200 mg", NOT_MET, gc("200", BEFORE, drug="HYDROCORTISONE"), kg="50"),
            _steroids(
                "prednisone 40 mg and methylprednisolone 8 mg",
                MET,
                gc("40", BEFORE),
                gc("8", BEFORE, drug="METHYLPREDNISOLONE"),
                kg="58",
            ),
            _steroids("prednisone 60 mg by injection into a muscle", NOT_MET, gc("60", BEFORE, route="IM")),
            Boundary("prednisone 35 mg, no weight", OPEN, {"VS.WEIGHT": q(None)}),
        ),
    ),
    Limit(
        "IN04",
        "One day of methylprednisolone 500 mg on top of prednisone 35 mg",
        tuple(
            _steroids(
                f"on {day}",
                outcome,
                gc("35", BEFORE),
                gc("500", day, day, drug="METHYLPREDNISOLONE", route="INTRAVENOUS"),
                kg="66",
            )
            for day, outcome in (
                ("2026-02-15", MET),
                ("2026-02-16", NOT_MET),
                ("2026-03-15", NOT_MET),
                ("2026-03-16", MET),
                ("2026-02", OPEN),
            )
        ),
    ),
    Limit(
        "IN04",
        "Prednisone 35 mg from a day on",
        tuple(
            _steroids(f"from {day}, {words}", outcome, gc("35", day), also={"GC.GCHXCOMP": complete})
            for day, words, complete, outcome in (
                ("2026-02-16", "history complete", "Y", MET),
                ("2026-02-17", "history complete", "Y", NOT_MET),
                ("2026-02-17", "history not complete", "N", OPEN),
                ("2026-02", "history complete", "Y", OPEN),
            )
        ),
    ),
    Limit(
        "IN05",
        "Tacrolimus on the 28 days",
        (
            _inhibitors("3 mg from 2026-02-16 on", MET, cni("3", "2026-02-16")),
            _inhibitors("3 mg from 2026-02-17 on, history complete", NOT_MET, cni("3", "2026-02-17")),
            _inhibitors(
                "3 mg from 2026-02-17 on, history not complete", OPEN, cni("3", "2026-02-17"), complete="N"
            ),
            _inhibitors(
                "2 mg until 2026-02-15, then 3 mg",
                MET,
                cni("2", BEFORE, "2026-02-15"),
                cni("3", "2026-02-16"),
            ),
            _inhibitors(
                "2 mg until 2026-02-16, then 3 mg",
                NOT_MET,
                cni("2", BEFORE, "2026-02-16"),
                cni("3", "2026-02-17"),
            ),
            _inhibitors(
                "1 mg and 2 mg, then 3 mg at once",
                MET,
                cni("1", BEFORE, "2026-02-28"),
                cni("2", BEFORE, "2026-02-28"),
                cni("3", "2026-03-01"),
            ),
            _inhibitors(
                "3 mg and ciclosporin 100 mg together",
                NOT_MET,
                cni("3", BEFORE),
                cni("100", BEFORE, drug="CICLOSPORIN"),
            ),
            _inhibitors("3 mg from a day in 2026-02 on", OPEN, cni("3", "2026-02")),
            _inhibitors("none, history complete", NOT_MET),
        ),
    ),
    Limit(
        "EX12",
        "Daily dose on the day of screening",
        (
            _steroids("prednisone 120 mg", NOT_MET, gc("120", "2026-03-02")),
            _steroids("prednisone 120.1 mg", MET, gc("120.1", "2026-03-02")),
            _steroids("methylprednisolone 96 mg", NOT_MET, gc("96", "2026-03-02", drug="METHYLPREDNISOLONE")),
            _steroids("methylprednisolone 97 mg", MET, gc("97", "2026-03-02", drug="METHYLPREDNISOLONE")),
        ),
    ),
    Limit(
        "EX12",
        "One day of methylprednisolone 500 mg",
        tuple(
            _steroids(f"on {day}", outcome, gc("500", day, day, drug="METHYLPREDNISOLONE"), kg="66")
            for day, outcome in (
                ("2026-03-03", NOT_MET),
                ("2026-03-02", MET),
                ("2026-02-02", MET),
                ("2026-02-01", OPEN),
                ("2025-06-01", OPEN),
            )
        ),
    ),
    answers("EX12", "History complete, prednisone 35 mg", "GC.GCHXCOMP", {"Y": NOT_MET, "N": OPEN, "": OPEN}),
    answers(
        "EX13",
        "Last immunoglobulin, screening on 2026-03-02",
        "CM.IVIGENDTC",
        {
            "2026-02-01": MET,
            "2026-01-31": NOT_MET,
            "2026-02": MET,
            "2026-01": NOT_MET,
            "2026": OPEN,
            "": OPEN,
        },
        also={"CM.IVIGYN": "Y"},
    ),
)
