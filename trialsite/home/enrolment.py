"""How far enrolment is, in the whole study: counts, and the curve toward the target. Never by arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from xml.etree.ElementTree import Element

import pygal
from django.db.models import Count, Exists, OuterRef, Q
from pygal.style import Style

from screening.models import Participant
from screening.review_models import EligibilityReview
from screening.review_states import ReviewState
from trialsite.protocol import ENROLMENT_TARGET

# The tokens of the stylesheet; an image cannot read them.
_INK, _SOFT, _LINE, _ACT, _TARGET = "#16262b", "#4b5d63", "#d6dfe1", "#0b6072", "#7a4a00"
_STYLE = Style(
    background="transparent",
    plot_background="transparent",
    foreground=_SOFT,
    foreground_strong=_INK,
    foreground_subtle=_LINE,
    guide_stroke_color=_LINE,
    major_guide_stroke_color=_LINE,
    guide_stroke_dasharray="none",
    major_guide_stroke_dasharray="none",
    colors=(_ACT, _TARGET),
    opacity="1",
    stroke_opacity="1",
    stroke_width="2.5",
    font_family="Segoe UI, Roboto, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif",
    label_font_size=15,
    major_label_font_size=15,
    legend_font_size=15,
)
_SPAN = timedelta(days=28)  # shown before there is anybody


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Persons of the study by how far they came; who is screened again is one person, and counts as the last
    screening stands."""

    screened: int
    failed: int
    randomized: int
    target: int = ENROLMENT_TARGET


def enrolment() -> Enrolment:
    """The counts now; one query."""
    failed = EligibilityReview.objects.filter(participant=OuterRef("pk"), state=ReviewState.SCREEN_FAILURE)
    persons = Participant.objects.filter(rescreened_as=None)
    counts = persons.annotate(is_failed=Exists(failed)).aggregate(
        screened=Count("pk"),
        failed=Count("pk", filter=Q(is_failed=True)),
        randomized=Count("pk", filter=~Q(RANDNO="")),
    )
    return Enrolment(**counts)


def by_day() -> list[tuple[date, int]]:
    """Days on which treatment numbers were given, with the number of participants by then; one query."""
    days = (
        Participant.objects.filter(day1__isnull=False)
        .order_by("day1")
        .values("day1")
        .annotate(given=Count("pk"))
        .values_list("day1", "given")
    )
    totals = accumulate(given for _, given in days)
    return [(on, total) for (on, _), total in zip(days, totals, strict=True) if on]


def curve(points: Sequence[tuple[date, int]], today: date) -> str:
    """The enrolment curve as SVG: participants with a number by date, and the target. No script, no fetch."""
    start = points[0][0] if points else today - _SPAN
    end = max(today, points[-1][0] if points else today, start + timedelta(days=1))
    chart = pygal.DateLine(
        js=[],
        disable_xml_declaration=True,
        style=_STYLE,
        width=360,
        height=250,
        margin=6,
        margin_right=26,
        range=(0, ENROLMENT_TARGET),
        y_labels=[*range(0, ENROLMENT_TARGET - 10, 20), ENROLMENT_TARGET],
        x_labels=_labels(start, end),
        x_value_formatter=lambda on: f"{on.day} {on:%b}",
        show_x_guides=False,
        show_dots=False,
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        legend_box_size=12,
    )
    chart.uuid = "enrolment"  # the same image every time
    chart.add_xml_filter(_without_script)
    chart.add("Randomized", _steps(points, start, end))
    target = [(start, ENROLMENT_TARGET), (end, ENROLMENT_TARGET)]
    chart.add(f"Target {ENROLMENT_TARGET}", target, stroke_style={"dasharray": "6, 5"})
    rendered: str = chart.render()
    return rendered


def _without_script(image: Element) -> Element:
    """Pygal writes its settings as a script, which nothing here reads."""
    for parent in image.iter():
        for script in parent.findall("script"):
            parent.remove(script)
    return image


def _steps(points: Sequence[tuple[date, int]], start: date, end: date) -> list[tuple[date, int]]:
    """The curve's corners: it stays until somebody comes, and stays after the last."""
    corners, before = [(start, 0)], 0
    for on, total in points:
        corners += [(on, before), (on, total)]
        before = total
    return [*corners, (end, before)]


def _labels(start: date, end: date) -> list[date]:
    """At most four dates, evenly spread."""
    parts = min(3, (end - start).days)
    return [start + (end - start) * part // parts for part in range(parts + 1)]
