"""A form's markup, laid out by crispy once for each form and visit, with places for the values."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template.loader import render_to_string

from trialsite.crf.codelists import MISSING
from trialsite.crf.computed import Computed, computed_of
from trialsite.crf.forms import CaseReportForm, Rows
from trialsite.crf.grids import Grid
from trialsite.crf.slots import ROW, Compiled, token
from trialsite.crf.typed import SHORT_REASONS
from trialsite.crf.variables import Choice, Date, Derived, Number, PartialDate, Text, Time, Variable

# Longer codelists become a drop-down.
_MOST_RADIOS = 5


@dataclass(frozen=True)
class CompiledForm:
    """The markup of a form at a visit, and of one row of each of its repeating sections."""

    body: Compiled
    rows: Mapping[str, Compiled]


class TitledSection(Fieldset):  # type: ignore[misc]  # crispy ships no types
    """A section of the form: a fieldset with a hint under its legend."""

    template = "crf/section.html"

    def __init__(self, title: str, *inputs: LayoutObject, hint: str) -> None:
        super().__init__(title, *inputs)
        self.hint = hint


class VariableInput(LayoutObject):  # type: ignore[misc]  # crispy ships no types
    """One variable on the entry screen: label, input, unit, limits, reason for missing, notes."""

    def __init__(
        self, variable: Variable, template: str, *, in_retest: bool, computed: tuple[Computed, ...] = ()
    ) -> None:
        self.variable = variable
        self.template = template
        self.in_retest = in_retest
        self.computed = computed

    def render(self, form: Any, context: Any, template_pack: str = "", **kwargs: Any) -> str:
        """Called by crispy."""
        described_here = described(self.variable, "", in_retest=self.in_retest)
        described_here["computed"] = [(each, token("computed", each.name)) for each in self.computed]
        return render_to_string(self.template, {"input": described_here})


class GridInputs(LayoutObject):  # type: ignore[misc]
    """A section laid out as a table of small inputs."""

    def __init__(self, section: Grid, variables: Mapping[str, Variable]) -> None:
        self.section = section
        self.variables = variables

    def render(self, form: Any, context: Any, template_pack: str = "", **kwargs: Any) -> str:
        """Called by crispy."""
        rows = [
            {"label": row.label, "code": row.code, "cells": [self._cell(name) for name in row.fields]}
            for row in self.section.rows
            if any(name in self.variables for name in row.fields)
        ]
        columns = zip(*(row["cells"] for row in rows), strict=True)
        ranges = [{cell["range"] for cell in column if cell and cell["range"]} for column in columns]
        heads = [
            {
                "label": label,
                "code": self.section.code_of(column),
                "range": range_.pop() if len(range_) == 1 else "",
            }
            for column, (label, range_) in enumerate(zip(self.section.heads, ranges, strict=True))
        ]
        legend = token("legend", self.section.fields[0])
        context = {"section": self.section, "heads": heads, "rows": rows, "legend": legend}
        return render_to_string("crf/grid.html", context)

    def _cell(self, name: str) -> dict[str, Any] | None:
        variable = self.variables.get(name)
        if variable is None:
            return None
        codes = (*variable.codes.items, *SHORT_REASONS.items()) if isinstance(variable, Choice) else ()
        cell = described(variable, "") | {
            "options": _options(name, codes, "in-cell"),
            "value": token("cell", name),
            "before": token("before", name),
        }
        return cell | {"range": cell["range"].replace(" to ", "–")}


class RepeatingRows(LayoutObject):  # type: ignore[misc]
    """A repeating section: its head, a place for the rows there are, and an empty row to add."""

    def __init__(self, section: Rows) -> None:
        self.section = section

    def render(self, form: Any, context: Any, template_pack: str = "", **kwargs: Any) -> str:
        """Called by crispy."""
        variables = self.section.row().variables().values()
        return render_to_string(
            "crf/rows.html",
            {
                "section": self.section,
                "heads": [described(variable, "") for variable in variables],
                "rows": token("rows", self.section.name),
                "empty": token("empty", self.section.name),
            },
        )


def described(variable: Variable, prefix: str, *, in_retest: bool = False) -> dict[str, Any]:
    """What a template needs to know of a variable; every changing part is a place.

    In a repeating row (with a prefix) codes are a drop-down: radio buttons would make the rows high.
    In a retest blank means not repeated: it is asked neither whether nor why a value is missing.
    """
    name = prefix + variable.name
    units = variable.units if isinstance(variable, Number) else ()
    codes = variable.codes.items if isinstance(variable, Choice) else ()
    as_radios = len(codes) <= _MOST_RADIOS and not prefix
    return {
        "name": name,
        "code": variable.name,
        "label": variable.label,
        "hint": variable.hint,
        "kind": variable.kind,
        "asked_when": variable.when.says if variable.when else "",
        "optional": not variable.required and not in_retest,
        "wide": variable.wide,
        "given": variable.given,
        "inputmode": "decimal" if isinstance(variable, Number) else "text",
        "placeholder": _placeholder(variable),
        "maximum": variable.max_length if isinstance(variable, Text) else 40,
        "unit": units[0].name if len(units) == 1 else "",
        "units": [(unit.name, token("unit", name, unit.name)) for unit in units] if len(units) > 1 else [],
        "unit_derived": variable.unit if isinstance(variable, Derived) else "",
        "formula": variable.formula if isinstance(variable, Derived) else "",
        "uln": isinstance(variable, Number) and variable.uln,
        "range": _range(variable),
        "radios": _options(name, codes, "checked") if as_radios else [],
        "options": _options(name, codes, "selected") if not as_radios else [],
        "reasons": _options(f"{name}_ND", MISSING.items, "selected")
        if variable.takes_missing and not in_retest
        else [],
        "value": token("value", name),
        "uln_value": token("value", f"{name}_ULN"),
        "notes": token("notes", name),
        "classes": token("classes", name),
        "hidden": token("hidden", name),
        "invalid": token("invalid", name),
    }


@cache
def compiled(form: type[CaseReportForm], visit: str, *, retest: bool = False) -> CompiledForm:
    """The form's markup at a visit, or of a retest; made at first use and kept."""
    variables = form.variables_at(visit, int(retest))
    repeating = () if retest else form.repeating
    parts: list[Any] = []
    for section in form.sections:
        if isinstance(section, Grid):
            grid = GridInputs(section, variables)
            if len(section.heads) > 1:
                parts.append(grid)
            elif parts and isinstance(parts[-1], Div):
                parts[-1].fields.append(grid)
            else:  # grids of one column stand side by side
                parts.append(Div(grid, css_class="crf-cards"))
            continue
        inputs = [
            VariableInput(
                variables[name],
                "crf/field.html",
                in_retest=retest,
                computed=tuple(each for each in computed_of(form.code) if each.beside == name),
            )
            for name in section.fields
            if name in variables
        ]
        if inputs:
            parts.append(TitledSection(section.title, *inputs, hint=section.hint))
    parts.extend(RepeatingRows(section) for section in repeating)
    helper = FormHelper()
    helper.form_tag = False
    helper.disable_csrf = True
    helper.layout = Layout(*parts)
    markup = render_crispy_form(forms.Form(), helper)
    return CompiledForm(Compiled(markup), {section.name: _row_markup(section) for section in repeating})


def _row_markup(section: Rows) -> Compiled:
    prefix = f"{section.name}-{ROW}-"
    inputs = [described(variable, prefix) for variable in section.row().variables().values()]
    return Compiled(render_to_string("crf/row.html", {"inputs": inputs, "number": ROW, "section": section}))


def _options(name: str, items: tuple[tuple[str, str], ...], kind: str) -> list[tuple[str, str, str]]:
    return [(code, label, token(kind, name, code)) for code, label in items]


def _placeholder(variable: Variable) -> str:
    match variable:
        case Date():
            return "YYYY-MM-DD"
        case PartialDate():
            return "YYYY-MM-DD or less"
        case Time():
            return "HH:MM"
        case _:
            return ""


def _range(variable: Variable) -> str:
    if not isinstance(variable, Number) or variable.hard is None:
        return ""
    return f"{variable.hard} {variable.standard_unit}".strip()
