"""The entry screen: a form's compiled markup filled with values, notes and states."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from trialsite.crf.baseline import Baseline
from trialsite.crf.before import cell_words, words
from trialsite.crf.forms import CaseReportForm
from trialsite.crf.grids import cells_of
from trialsite.crf.layout import CompiledForm, compiled
from trialsite.crf.reading import Problem, Reading, row_numbers
from trialsite.crf.slots import Slot
from trialsite.crf.suggestions import Suggestion
from trialsite.crf.typed import shown_in_cell
from trialsite.crf.variables import Choice, Derived, Variable
from trialsite.icons import icon


@dataclass
class Screen:
    """What one person sees of one form now. `typed` holds the inputs' texts by name."""

    form: type[CaseReportForm]
    visit: str
    typed: Mapping[str, str]
    reading: Reading
    readonly: bool = False
    queries: Mapping[str, str] = field(default_factory=dict)
    # Where values come from that were not entered here first, or what was measured before.
    origins: Mapping[str, str] = field(default_factory=dict)
    repeat: int = 0
    # The answers that stand in inputs because the numbers suggest them.
    suggested: Mapping[str, Suggestion] = field(default_factory=dict)
    # What the same form said at baseline, and what is computed beside answers.
    baseline: Baseline = field(default_factory=dict)
    computed: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._problems: dict[str, list[Problem]] = {}
        for problem in self.reading.problems:
            self._problems.setdefault(problem.field, []).append(problem)
        self._hidden = {name for name in self.reading.not_asked if not self.typed.get(name, "").strip()}
        own = self.form.variables_at(self.visit, self.repeat)
        self._derived = dict(_derived(own, self.reading.columns, ""))
        for section in self.form.repeating:
            for columns in self.reading.rows.get(section.name, ()):
                prefix = f"{section.name}-{columns['number']}-"
                self._derived.update(_derived(section.row().variables(), columns, prefix))

    def body(self) -> SafeString:
        """The sections and rows, filled. Everything typed is escaped here."""
        return mark_safe(self._compiled.body.fill(self._text_for))  # noqa: S308

    def hidden(self) -> set[str]:
        """Inputs whose question is not asked and that hold nothing."""
        return self._hidden

    def notes(self, name: str) -> SafeString:
        """The notes under an input: what is refused, what is asked, what a query says."""
        parts = [
            (_refusal(problem) if problem.hard else self._question(problem),)
            for problem in self._problems.get(name, ())
        ]
        if name in self.queries:
            parts.append((_query(self.queries[name]),))
        if name in self.baseline and name not in self._in_cells:
            parts.append((self._before(name),))
        if name in self.origins:
            parts.append((_origin(self.origins[name]),))
        if name in self.suggested:
            parts.append((self._suggestion(name),))
        return format_html_join("", "{}", parts)

    def before(self, name: str) -> SafeString:
        """The baseline in the cell of a grid."""
        if name not in self.baseline:
            return mark_safe("")
        short, long = cell_words(self.form.variables()[name], self.baseline[name])
        return format_html('<span class="before" title="{}">{}</span>', long, short)

    def legend(self, name: str) -> SafeString:
        """What the small values in a grid are, told by its first cell."""
        if name not in self.baseline:
            return mark_safe("")
        return format_html('<small class="before">{}</small>', f"small: {self.baseline[name].visit}")

    def classes(self, name: str) -> list[str]:
        """State classes of an input's row."""
        problems = self._problems.get(name, ())
        if any(problem.hard for problem in problems):
            return ["is-refused"]
        return ["is-asked"] if problems and not self.typed.get(f"{name}_OK") else []

    def names(self) -> Iterable[str]:
        """Every input that has notes of its own."""
        yield from self.form.variables_at(self.visit, self.repeat)
        for section in () if self.form.is_retest(self.repeat) else self.form.repeating:
            for number in row_numbers(self.typed, section.name):
                for name in section.row().variables():
                    yield f"{section.name}-{number}-{name}"

    def derived(self) -> Mapping[str, str]:
        """Computed values as shown."""
        return self._derived

    @property
    def _in_cells(self) -> frozenset[str]:
        return cells_of(self.form)

    def _before(self, name: str) -> SafeString:
        variable, before = self.form.variables()[name], self.baseline[name]
        return format_html(
            '<p class="note-before">{}</p>', words(variable, before, self.reading.columns.get(name))
        )

    def _question(self, problem: Problem) -> SafeString:
        ticked = mark_safe(" checked") if self.typed.get(f"{problem.field}_OK") else ""
        return format_html(
            '<p class="note note-ask">{} <span><strong>Please check.</strong> {}</span> '
            '<label><input type="checkbox" name="{}_OK" value="1"{}> It is right</label></p>',
            icon("ask"),
            problem.message,
            problem.field,
            ticked,
        )

    def _suggestion(self, name: str) -> SafeString:
        variable, suggestion = self.form.variables()[name], self.suggested[name]
        label = variable.codes.label(suggestion.code) if isinstance(variable, Choice) else suggestion.code
        return format_html(
            '<p class="note tone-info note-suggested">{} <span>'
            "<strong>Proposed from the numbers: {}.</strong> {} Confirm or change.</span></p>",
            icon("info"),
            label,
            suggestion.why,
        )

    def _chosen(self, name: str) -> str | None:
        return self.suggested[name].code if name in self.suggested else self.typed.get(name)

    def _text_for(self, slot: Slot) -> str:
        match slot.kind:
            case "rows":
                return self._rows(slot.name)
            case "empty":
                row = self._compiled.rows[slot.name]
                return row.fill(lambda _: "", "__N__")
            case "notes":
                return self.notes(slot.name)
            case "before":
                return self.before(slot.name)
            case "legend":
                return self.legend(slot.name)
            case "computed":
                return self.computed.get(slot.name, "")
        return self._choice_for(slot) if slot.detail else self._state_for(slot)

    def _state_for(self, slot: Slot) -> str:
        match slot.kind:
            case "value":
                return escape(self.typed.get(slot.name, "") or self._derived.get(slot.name, ""))
            case "cell":
                return escape(shown_in_cell(self.typed, slot.name))
            case "classes":
                return "".join(f" {each}" for each in self.classes(slot.name))
            case "hidden":
                return " hidden" if slot.name in self._hidden else ""
            case "invalid":
                return ' aria-invalid="true"' if "is-refused" in self.classes(slot.name) else ""
        raise KeyError(slot.kind)

    def _choice_for(self, slot: Slot) -> str:
        match slot.kind:
            case "checked" | "selected":
                return f" {slot.kind}" if self._chosen(slot.name) == slot.detail else ""
            case "unit":
                return " selected" if self.typed.get(f"{slot.name}_UNIT") == slot.detail else ""
            case "in-cell":
                return " selected" if shown_in_cell(self.typed, slot.name) == slot.detail else ""
        raise KeyError(slot.kind)

    @property
    def _compiled(self) -> CompiledForm:
        return compiled(self.form, self.visit, retest=self.form.is_retest(self.repeat))

    def _rows(self, section: str) -> str:
        row = self._compiled.rows[section]
        numbers = row_numbers(self.typed, section)
        given = next(each.given for each in self.form.repeating if each.name == section)
        if not self.readonly and not given:
            numbers = [*numbers, max(numbers, default=-1) + 1]
        return "".join(row.fill(self._text_for, str(number)) for number in numbers)


def _derived(
    variables: Mapping[str, Variable], columns: Mapping[str, Any], prefix: str
) -> Iterator[tuple[str, str]]:
    for name, variable in variables.items():
        if isinstance(variable, Derived) and (value := columns.get(name)) is not None:
            yield prefix + name, format(value, f".{variable.decimals}f")


def _refusal(problem: Problem) -> SafeString:
    return format_html(
        '<p class="note note-refuse">{} <span><strong>Not accepted.</strong> {}</span></p>',
        icon("refuse"),
        problem.message,
    )


def _query(text: str) -> SafeString:
    return format_html(
        '<p class="note note-query">{} <span><strong>Query.</strong> {}</span></p>', icon("query"), text
    )


def _origin(text: str) -> SafeString:
    return format_html('<p class="note note-origin">{} <span>{}</span></p>', icon("info"), text)
