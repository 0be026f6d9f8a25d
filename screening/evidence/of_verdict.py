"""The evidence of a whole criterion for its page: calculations and charts, part by part."""

from dataclasses import dataclass

from screening.criteria import Verdict
from screening.criteria.exhibits import Doses, Inhibitors, Wait
from screening.evidence.arithmetic import Calculation, calculations
from screening.evidence.inhibitor_strip import InhibitorStrip, inhibitor_strip
from screening.evidence.steroid_chart import SteroidChart, steroid_chart
from screening.evidence.washout_timeline import Timeline, timeline

Chart = SteroidChart | InhibitorStrip | Timeline


@dataclass(frozen=True)
class Shown:
    """What was computed on the way to a verdict; both may be empty."""

    calculations: tuple[Calculation, ...]
    charts: tuple[Chart, ...]


def shown_of(verdict: Verdict) -> Shown:
    """The evidence that the deciding functions left in the parts of a verdict."""
    exhibits = tuple(exhibit for part in verdict.parts for exhibit in part.exhibits)
    charts: list[Chart] = []
    for number, exhibit in enumerate(exhibits, start=1):
        match exhibit:
            case Doses():
                charts.append(steroid_chart(verdict.code, exhibit))
            case Inhibitors():
                charts.append(inhibitor_strip(verdict.code, exhibit))
            case Wait():
                charts.append(timeline(verdict.code, number, exhibit))
            case _:
                pass
    return Shown(tuple(calculations(exhibits)), tuple(charts))
