"""What a case report form is: one class whose variables, sections and checks declare everything.

class VitalSigns(CaseReportForm):
    code = "VS"
    sections = (Section("Body", "VSDTC", "WEIGHT"),)

    VSDTC = Date("Date of measurement", procedure=True)
    WEIGHT = Number("Weight", units=MASS, hard=limits(30, 180), soft=limits(40, 110))

    @hard_check("SYSBP", "DIABP")
    def systolic_above_diastolic(values): ...
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, ClassVar, Literal

from django.db import models

from trialsite.crf.models import Record
from trialsite.crf.proposals import Proposal
from trialsite.crf.retests import Retest
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.variables import Blinding, Values, Variable
from trialsite.protocol import FORMS, LOG_FORMS, MASKED_VISITS

Severity = Literal["hard", "soft"]
Context = dict[str, Any]
CheckFunction = Callable[[Values, Context], str | None]


@dataclass(frozen=True)
class Check:
    """A rule over several answers; its message says what is allowed, or asks."""

    name: str
    severity: Severity
    fields: tuple[str, ...]
    finds: CheckFunction


def _declare(severity: Severity, fields: tuple[str, ...]) -> Callable[[CheckFunction], Check]:
    return lambda function: Check(function.__name__, severity, fields, function)


def hard_check(*fields: str) -> Callable[[CheckFunction], Check]:
    """Declare a rule that refuses. It gets (values, context) and returns a message or None.

    It runs only when every named field has a value; the message is shown at the first of them.
    """
    return _declare("hard", fields)


def soft_check(*fields: str) -> Callable[[CheckFunction], Check]:
    """Declare a rule that asks; as `hard_check`, but a confirmation leaves a query."""
    return _declare("soft", fields)


@dataclass(frozen=True)
class Section:
    """A titled part of the entry screen with its variables in order."""

    title: str
    fields: tuple[str, ...]
    hint: str

    def __init__(self, title: str, *fields: str, hint: str = "") -> None:
        object.__setattr__(self, "title", title)
        object.__setattr__(self, "fields", fields)
        object.__setattr__(self, "hint", hint)


class Row(models.Model):
    """A row of a repeating section. Subclasses set `form_class` through Rows and add variables."""

    number = models.PositiveSmallIntegerField()

    class Meta:
        abstract = True

    @classmethod
    def variables(cls) -> dict[str, Variable]:
        """The row's variables by name, in order of declaration."""
        return _variables_of(cls)

    @classmethod
    def checks(cls) -> tuple[Check, ...]:
        """The rules over several answers of one row."""
        return _checks_of(cls)


@dataclass(frozen=True)
class Rows:
    """A repeating section: its name in the exchange format, and its row class.

    The row class has a foreign key `form` to the form, related_name the section's name in lower case. With
    `given` the form itself gives the rows (`with_given`); nobody adds or removes one.
    """

    name: str
    title: str
    row: Callable[[], type[Row]]
    add_label: str = "Add a row"
    hint: str = ""
    given: bool = False

    @property
    def related_name(self) -> str:
        """Attribute of the form instance that holds the rows."""
        return self.name.lower()


REGISTER: "dict[str, type[CaseReportForm]]" = {}


class CaseReportForm(models.Model):
    """Base of every form. The row shares its key with the record that carries its life cycle."""

    record = models.OneToOneField(Record, on_delete=models.PROTECT, primary_key=True, related_name="+")

    code: ClassVar[str]
    sections: ClassVar[tuple[Section, ...]] = ()
    repeating: ClassVar[tuple[Rows, ...]] = ()
    # What can be measured again at the same visit; None when nothing.
    retest: ClassVar[Retest | None] = None
    # Of a form that runs through the study: how many events there can be at most; None for any number.
    at_most: ClassVar[int | None] = None
    # The choices for which the numbers of the form may suggest an answer.
    suggestible: ClassVar[tuple[str, ...]] = ()

    class Meta:
        abstract = True

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "code" in cls.__dict__:
            REGISTER[cls.code] = cls

    @classmethod
    def title(cls) -> str:
        """The form's name as the schedule of assessments has it."""
        return next(form.title for form in (*FORMS, *LOG_FORMS) if form.code == cls.code)

    @classmethod
    def runs_through(cls) -> bool:
        """True for a form that runs through the study: each event is a record, numbered from 1."""
        return any(form.code == cls.code for form in LOG_FORMS)

    @classmethod
    def is_retest(cls, repeat: int) -> bool:
        """True when this number means that the form is measured again."""
        return bool(repeat) and not cls.runs_through()

    @classmethod
    def proposal_for(cls, participant: Any, repeat: int) -> Proposal | None:
        """What something known before suggests for an event that is not entered yet; None when nothing."""
        return None

    @classmethod
    def variables(cls) -> dict[str, Variable]:
        """The form's own variables by name, in order of declaration; rows are apart."""
        return _variables_of(cls)

    @classmethod
    def variables_at(cls, visit: str, repeat: int = 0) -> dict[str, Variable]:
        """The variables that this form asks at a visit; in a retest, those that can be measured again."""
        asked = cls.retest.fields if repeat and cls.retest else None
        return {
            name: variable
            for name, variable in cls.variables().items()
            if (not variable.visits or visit in variable.visits) and (asked is None or name in asked)
        }

    @classmethod
    def repeats_at(cls, visit: str) -> bool:
        """True when the form can be measured again at this visit."""
        return cls.retest is not None and visit in cls.retest.visits

    @classmethod
    def checks(cls) -> tuple[Check, ...]:
        """The form's rules over several answers."""
        return _checks_of(cls)

    @classmethod
    def context_for(cls, participant: Any, visit: str) -> Context:
        """What this form's own checks need beyond the common context; each item costs a query."""
        return {}

    @classmethod
    def suggestions(cls, values: Values, context: Context) -> Mapping[str, Suggestion]:
        """What the numbers suggest for questions of `suggestible`; context is that of the checks."""
        return {}

    @classmethod
    def with_given(cls, participant: Any, visit: str, typed: Mapping[str, str]) -> Mapping[str, str]:
        """The inputs with what the form itself gives a participant, such as the rows of a `given` section."""
        return typed

    @classmethod
    def is_masked(cls, visit: str) -> bool:
        """True when at this visit the form holds values that could unblind (L19)."""
        if visit not in MASKED_VISITS:
            return False
        return any(variable.blinding is Blinding.MASKED for variable in cls.variables().values())


def form_by_code(code: str) -> type[CaseReportForm]:
    """The form with this code. KeyError when there is none (yet)."""
    return REGISTER[code]


@cache
def _variables_of(model: type[models.Model]) -> dict[str, Variable]:
    own = [field for field in model._meta.get_fields() if isinstance(field, Variable)]
    return {field.name: field for field in sorted(own, key=lambda field: field.creation_counter)}


@cache
def _checks_of(model: type[models.Model]) -> tuple[Check, ...]:
    return tuple(value for value in vars(model).values() if isinstance(value, Check))
