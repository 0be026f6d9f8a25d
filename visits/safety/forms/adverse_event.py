"""AE: adverse events, from consent on."""

from collections.abc import Mapping
from typing import Any

from django.db import models

from screening.forms.periods import end_not_before_start
from trialsite.crf.codelists import NY
from trialsite.crf.forms import CaseReportForm, Context, Row, Rows, Section, hard_check, soft_check
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.variables import Choice, Date, PartialDate, Text, Time, Values, answered
from visits.safety import rules
from visits.safety.codelists import ACTION, CAUSALITY, GRADE, OUTCOME, SPECIAL_INTEREST
from visits.safety.forms.death import Death
from visits.safety.special_interest import proposed_category

SERIOUS = answered("AESER", "Y")


def _criterion(name: str) -> Choice:
    return Choice(rules.CRITERIA[name], NY, when=SERIOUS, missing=False)


class AdverseEvent(CaseReportForm):
    """AE: one event, its seriousness, cause, consequences, and what was learned of it later."""

    code = "AE"
    sections = (
        Section("Event", "AETERM", "AESTDTC", "AEENDTC", "AETOXGR", "AEOUT"),
        Section(
            "Seriousness",
            "AESER",
            *rules.CRITERIA,
            "AESAWDTC",
            "AESAWTIM",
            hint="A serious event is reported to the sponsor within 24 hours of becoming aware of it.",
        ),
        Section("Cause and consequence", "AEREL", "AEACN", "AEIVAB"),
        Section("Special interest", "AESI", "AESICAT", hint="Known risks of the drug class."),
    )
    repeating = (Rows("FOLLOWUP", "Follow-up", lambda: FollowUp, add_label="Add what was learned later"),)
    suggestible = ("AESI", "AESICAT")

    AETERM = Text(
        "Event",
        wide=True,
        hint="The diagnosis, else the leading symptom. One event a form; no guess about the treatment.",
    )
    AESTDTC = PartialDate("Start")
    AEENDTC = PartialDate(
        "End",
        required=False,
        missing=True,
        hint="Leave it blank while it goes on.",
    )
    AETOXGR = Choice("Grade (CTCAE)", GRADE, missing=False, hint="The worst grade of the event.")
    AEOUT = Choice("Outcome", OUTCOME, missing=False)
    AESER = Choice("Serious", NY, missing=False)
    AESDTH = _criterion("AESDTH")
    AESLIFE = _criterion("AESLIFE")
    AESHOSP = _criterion("AESHOSP")
    AESDISAB = _criterion("AESDISAB")
    AESCONG = _criterion("AESCONG")
    AESMIE = _criterion("AESMIE")
    AESAWDTC = Date("Aware of it since", when=SERIOUS, hint="When the site knew that it is serious.")
    AESAWTIM = Time("At", when=SERIOUS, hint="At the site, 24 hours.")
    AEREL = Choice("Related to the study drug", CAUSALITY, missing=False, judgement=True)
    AEACN = Choice("Action taken with the study drug", ACTION, missing=False)
    AEIVAB = Choice("Infection treated with intravenous antibiotics", NY, missing=False)
    AESI = Choice("Event of special interest", NY, missing=False)
    AESICAT = Choice("Category", SPECIAL_INTEREST, when=answered("AESI", "Y"), missing=False)

    end_on_or_after_start = end_not_before_start("AESTDTC", "AEENDTC")

    @hard_check("AESTDTC")
    def from_consent_on(values: Values, context: Context) -> str | None:
        return rules.began_before(values["AESTDTC"], context.get("CONSENT"))

    @hard_check("AESER")
    def serious_has_criterion(values: Values, context: Context) -> str | None:
        return rules.serious_without_criterion(values)

    @hard_check("AETOXGR", "AEOUT")
    def grade_5_is_fatal(values: Values, context: Context) -> str | None:
        return rules.grade_against_outcome(values)

    @hard_check("AEOUT", "AESER")
    def fatal_is_serious(values: Values, context: Context) -> str | None:
        return rules.fatal_not_serious(values)

    @soft_check("AEOUT")
    def end_fits_outcome(values: Values, context: Context) -> str | None:
        return rules.end_against_outcome(values)

    @soft_check("AEENDTC", "AEOUT")
    def ends_with_death(values: Values, context: Context) -> str | None:
        return rules.death_dates_differ(values, context.get("DIED", ""))

    @soft_check("AEACN", "AEIVAB")
    def dose_under_antibiotics(values: Values, context: Context) -> str | None:
        return rules.next_dose(values)

    @soft_check("AEIVAB", "AESI")
    def antibiotics_are_of_interest(values: Values, context: Context) -> str | None:
        return rules.antibiotics_without_category(values)

    @classmethod
    def suggestions(cls, values: Values, context: Context) -> Mapping[str, Suggestion]:
        """The category of special interest that the words of the event speak for."""
        found = proposed_category(str(values.get("AETERM") or ""), antibiotics=values.get("AEIVAB") == "Y")
        if found is None:
            return {}
        return {"AESI": Suggestion("Y", found.why), "AESICAT": Suggestion(found.category, found.why)}

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """DIED: the day of the form “Death”, or empty; one query."""
        return {"DIED": died_on(participant)}


class FollowUp(Row):
    """What was learned of an event later."""

    form = models.ForeignKey(AdverseEvent, on_delete=models.PROTECT, related_name="followup")

    AEFUDTC = Date("Day", missing=False)
    AEFUTERM = Text("What changed", length=300, wide=True)
    AEFUOUT = Choice("Outcome then", OUTCOME, missing=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "number"], name="ae_followup_numbered_once")]

    def __str__(self) -> str:
        return f"follow-up {self.number}"


def died_on(participant: Any) -> str:
    """The day of death as the form “Death” has it, perhaps partial; empty when there is none."""
    deaths = Death._default_manager.filter(record__participant=participant)
    found = deaths.exclude(record__state=RecordState.VOID).values_list("DTHDTC", flat=True).first()
    return found or ""
