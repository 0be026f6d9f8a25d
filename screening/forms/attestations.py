"""PA: the further inclusion criteria of the participant's protocol version, at screening."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import models

from screening.criteria.tables import Attestation
from screening.protocol_tables.loading import tables_for
from trialsite.crf.codelists import NYU
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section, hard_check
from trialsite.crf.reading import row_numbers
from trialsite.crf.variables import Choice, Date, Text, Values

FEEDS = ("IN06",)
_SECTION = "RECORDS"


class Attestations(CaseReportForm):
    """PA: one row for each attestation, given by the version; the site answers it."""

    code = "PA"
    sections = (Section("Date", "PADTC"),)
    repeating = (
        Rows(
            _SECTION,
            "Further inclusion criteria",
            lambda: AttestedCriterion,
            hint="As the participant's version of the protocol asks them.",
            given=True,
        ),
    )

    PADTC = Date("Date of the answers")

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """ATTESTATIONS: the criteria that the participant's version asks."""
        return {"ATTESTATIONS": tables_for(participant).attestations}

    @classmethod
    def with_given(cls, participant: Any, visit: str, typed: Mapping[str, str]) -> Mapping[str, str]:
        """The questions of the participant's version, each with the answer to these very words."""
        asked = tables_for(participant).attestations
        others = {name: text for name, text in typed.items() if not name.startswith(f"{_SECTION}-")}
        return others | dict(_rows(asked, typed))


class AttestedCriterion(Row):
    """One further inclusion criterion, the question as it was asked, and the answer."""

    form = models.ForeignKey(Attestations, on_delete=models.PROTECT, related_name="records")

    ATTCD = Text("Criterion", length=4, feeds=FEEDS, given=True)
    ATTEXT = Text("Question", length=500, feeds=FEEDS, given=True)
    ATTYN = Choice("Answer", NYU, feeds=FEEDS)

    @hard_check("ATTCD", "ATTEXT")
    def asked_by_the_version(values: Values, context: Context) -> str | None:
        asked: tuple[Attestation, ...] | None = context.get("ATTESTATIONS")
        if asked is None or any(_place(each) == (values["ATTCD"], values["ATTEXT"]) for each in asked):
            return None
        allowed = "; ".join(f"{each.code} {each.question}" for each in asked) or "none"
        return f"The participant's version of the protocol asks this: {allowed}. Open the form once more."

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "number"], name="pa_record_numbered_once"),
        ]

    def __str__(self) -> str:
        return f"attestation {self.number}"


def _place(attestation: Attestation) -> tuple[str, str]:
    return attestation.code, attestation.question


def _rows(asked: tuple[Attestation, ...], typed: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The inputs of one row for each criterion, with the answer that was given to the same words."""
    answered = {
        (typed.get(f"{_SECTION}-{number}-ATTCD"), typed.get(f"{_SECTION}-{number}-ATTEXT")): number
        for number in row_numbers(typed, _SECTION)
    }
    for number, each in enumerate(asked):
        prefix = f"{_SECTION}-{number}-"
        yield f"{prefix}ATTCD", each.code
        yield f"{prefix}ATTEXT", each.question
        before = answered.get(_place(each))
        if before is not None:
            for name, text in typed.items():
                own = name.removeprefix(f"{_SECTION}-{before}-")
                if own != name and own.startswith("ATTYN"):
                    yield f"{prefix}{own}", text
