"""Which variables each criterion reads: found by running it over many participants made at random."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import cache

from screening.criteria import ProtocolTables, criteria_under, readings_under
from screening.criteria.tables import Attestation, Listed, Prohibited, Reference
from screening.facts import Fact, FactRow, Facts, Value
from screening.forms import EVERY_FORM
from trialsite.crf.variables import Choice, Date, Number, PartialDate, Time, Variable
from trialsite.partial_date import PartialDate as PartialDateValue

Read = tuple[str, str, str]  # form, section ("" outside rows), field
PARTICIPANTS = 150
LAST_DAY = date(2026, 3, 16)
# A version of the protocol under which every criterion reads whatever it ever reads.
READINGS = readings_under(
    ProtocolTables(
        number=2,
        prohibited=(
            Prohibited(
                "class", Listed.CLASS, 90, Reference.SCREENING, members=("text", "prednisone", "tacrolimus")
            ),
            Prohibited("text", Listed.DRUG, 90, Reference.RANDOMIZATION),
        ),
        attestations=(Attestation("IN06", "text", "text"),),
    )
)
EVERY_CRITERION = criteria_under(READINGS)


class RecordingRow(FactRow):
    """A row that notes what is asked of it."""

    noted: set[Read]

    def get(self, field: str) -> Fact:
        self.noted.add((self.form, self.section, field))
        return super().get(field)


class RecordingFacts(Facts):
    """Facts that note what is asked of them."""

    def __init__(self, facts: list[Fact]) -> None:
        super().__init__(facts)
        self.noted: set[Read] = set()

    def get(self, form: str, field: str) -> Fact:
        self.noted.add((form, "", field))
        return super().get(form, field)

    def rows(self, form: str, section: str = "RECORDS") -> tuple[FactRow, ...]:
        rows = []
        for row in super().rows(form, section):
            recording = RecordingRow(row.form, row.section, row.number, row.facts)
            object.__setattr__(recording, "noted", self.noted)
            rows.append(recording)
        return tuple(rows)


@cache
def reads_of_criteria() -> dict[str, frozenset[Read]]:
    """Criterion -> every variable that it read for at least one of the participants."""
    found: dict[str, set[Read]] = {criterion.code: set() for criterion in EVERY_CRITERION}
    chance = random.Random(20260316)
    for _ in range(PARTICIPANTS):
        facts = list(_participant(chance))
        for criterion in EVERY_CRITERION:
            recording = RecordingFacts(facts)
            criterion.judge(recording, READINGS)
            found[criterion.code] |= recording.noted
    return {code: frozenset(reads) for code, reads in found.items()}


def _participant(chance: random.Random) -> Iterator[Fact]:
    for form in EVERY_FORM:
        for name, variable in form.variables_at("S").items():
            yield _fact(chance, form.code, name, variable)
        for section in form.repeating:
            for number in range(chance.randint(0, 2)):
                for name, variable in section.row().variables().items():
                    yield _fact(chance, form.code, name, variable, section.name, number)


def _fact(
    chance: random.Random,
    form: str,
    name: str,
    variable: Variable,
    section: str = "",
    row: int | None = None,
) -> Fact:
    uln = Decimal(chance.randint(1, 60)) if isinstance(variable, Number) and variable.uln else None
    unit = chance.choice(variable.units).name if isinstance(variable, Number) and variable.units else ""
    return Fact(form, name, _value(chance, variable), uln=uln, typed_unit=unit, section=section, row=row)


def _value(chance: random.Random, variable: Variable) -> Value:
    if chance.random() < 0.1:
        return None
    if variable.name == "ATTCD":
        return "IN06"
    if isinstance(variable, Choice):
        return chance.choice(variable.codes.codes)
    if isinstance(variable, Number):
        assert variable.hard is not None
        low, high = variable.hard.low, variable.hard.high
        assert low is not None
        assert high is not None
        return Decimal(chance.randint(int(low), min(int(high), int(low) + 200)))
    if isinstance(variable, (Date, PartialDate)):
        return PartialDateValue.of(LAST_DAY - timedelta(days=chance.randint(0, 400)))
    return "12:00" if isinstance(variable, Time) else "text"
