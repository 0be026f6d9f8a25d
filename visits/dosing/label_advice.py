"""What the label advises by the open safety values of a visit: shown as advice, never a decision (4.9)."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from screening.forms.laboratory import Laboratory
from trialsite.crf.typed import plain_number
from trialsite.protocol import VISITS
from visits.derived.hold_advice import Action, Advice, Finding, Remark, Safety, advise

_ORDER = [visit.code for visit in VISITS]
ENZYMES = ("ALT", "AST")
WORDS: Mapping[Action | None, str] = {
    Action.KEEP: "Keep",
    Action.INTERRUPT: "Interrupt",
    Action.DISCONTINUE: "Discontinue",
    None: "Not known",
}
STATES: Mapping[Action | None, str] = {
    Action.KEEP: "met",
    Action.INTERRUPT: "warning",
    Action.DISCONTINUE: "not-met",
    None: "unknown",
}
REMARKS: Mapping[Remark | None, str] = {
    Remark.ADJUST: "adjust co-medication",
    Remark.REPEAT: "repeat the sample",
    None: "",
}
NAMES: Mapping[str, str] = {
    "NEUT": "Neutrophils",
    "PLAT": "Platelets",
    "ALT": "ALT",
    "AST": "AST",
    "INFECTION": "Serious infection",
}


@dataclass(frozen=True)
class AdviceLine:
    """One value and what the label advises by it; `state` is a code of trialsite.icons.STATES."""

    name: str
    value: str
    state: str
    word: str
    remark: str


@dataclass(frozen=True)
class LabelAdvice:
    """All lines, and the gravest."""

    lines: tuple[AdviceLine, ...]
    state: str
    word: str


def label_advice(
    current: Laboratory | None, before: Laboratory | None, infections: int | None
) -> LabelAdvice:
    """The advice by the laboratory of a visit; `before`: the last one earlier, for what persists."""
    advice: Advice = advise(safety_of(current, before, infections))
    return LabelAdvice(
        tuple(_line(finding, current) for finding in advice.findings),
        STATES[advice.action],
        WORDS[advice.action],
    )


def safety_of(current: Laboratory | None, before: Laboratory | None, infections: int | None) -> Safety:
    """The values as the rule reads them."""
    infection = None if infections is None else bool(infections)
    if current is None:
        return Safety(serious_infection=infection)
    return Safety(
        neut=current.NEUT,
        plat=current.PLAT,
        alt=current.ALT,
        alt_uln=uln_of(current, "ALT"),
        ast=current.AST,
        ast_uln=uln_of(current, "AST"),
        alt_persists=before is not None and above_three_times(before.ALT, uln_of(before, "ALT")),
        ast_persists=before is not None and above_three_times(before.AST, uln_of(before, "AST")),
        serious_infection=infection,
    )


def uln_of(found: Laboratory, name: str) -> Decimal | None:
    """The upper limit that stands beside a value, in the value's unit."""
    limit: Decimal | None = getattr(found, f"{name}_ULN")
    return limit


def above_three_times(value: Decimal | None, uln: Decimal | None) -> bool:
    """Whether an enzyme is known to lie above 3 x ULN."""
    return value is not None and uln is not None and value > 3 * uln


def before(found: Mapping[str, Laboratory], visit: str) -> Laboratory | None:
    """Of the laboratories by visit, the last one earlier than a visit."""
    earlier = [code for code in found if _ORDER.index(code) < _ORDER.index(visit)]
    return found[max(earlier, key=_ORDER.index)] if earlier else None


def _line(finding: Finding, current: Laboratory | None) -> AdviceLine:
    return AdviceLine(
        NAMES[finding.name],
        _value(finding.name, current),
        STATES[finding.action],
        WORDS[finding.action],
        REMARKS[finding.remark],
    )


def _value(name: str, current: Laboratory | None) -> str:
    if current is None or name == "INFECTION":
        return ""
    value: Decimal | None = getattr(current, name)
    if value is None:
        return ""
    if name not in ENZYMES:
        return f"{plain_number(value)} × 10⁹/L"
    uln = uln_of(current, name)
    return f"{plain_number(value)} U/L" + (f", ULN {plain_number(uln)}" if uln is not None else "")
