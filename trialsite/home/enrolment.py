"""How far enrolment is, in the whole study: counts, and the curve toward the target. Never by arm."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

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
    colors=(_ACT, _TARGET),
    font_family="Segoe UI, Roboto, PingFang SC, Microsoft YaHei, WenQuanYi Micro Hei, sans-serif",
    label_font_size=13,
    major_label_font_size=13,
    legend_font_size=13,
    no_data_font_size=16,
)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Participants of the study by how far they came."""

    screened: int
    failed: int
    randomized: int
    target: int = ENROLMENT_TARGET


def enrolment() -> Enrolment:
    """The counts now; one query."""
    failed = EligibilityReview.objects.filter(participant=OuterRef("pk"), state=ReviewState.SCREEN_FAILURE)
    counts = Participant.objects.annotate(is_failed=Exists(failed)).aggregate(
        screened=Count("pk"),
        failed=Count("pk", filter=Q(is_failed=True)),
        randomized=Count("pk", filter=~Q(RANDNO="")),
    )
    return Enrolment(**counts)


def by_day() -> list[tuple[date, int]]:
    """Days on which treatment numbers were given, with the number of participants by then; one query."""
    days = (
        Participant.objects.exclude(day1=None)
        .order_by("day1")
        .values_list("day1")
        .annotate(given=Count("pk"))
        .values_list("day1", "given")
    )
    dates = [on for on, _ in days]
    return list(zip(dates, accumulate(given for _, given in days), strict=True))


def curve(points: Sequence[tuple[date, int]], today: date) -> bytes:
    """The enrolment curve as SVG: participants with a number by date, and the target. No script, no fetch."""
    chart = pygal.DateLine(
        js=[],
        style=_STYLE,
        width=600,
        height=340,
        range=(0, ENROLMENT_TARGET),
        y_labels=[*range(0, ENROLMENT_TARGET, 20), ENROLMENT_TARGET],
        x_label_rotation=0,
        x_value_formatter=lambda on: f"{on.day} {on:%b}",
        dots_size=0,
        stroke_style={"width": 3},
        legend_at_bottom=True,
        legend_at_bottom_columns=2,
        show_minor_x_labels=False,
        disable_xml_declaration=True,
        no_data_text="Nobody has a number yet",
        margin=4,
    )
    if points:
        start, end = points[0][0], max(today, points[-1][0])
        steps = [(start, 0), *points, (end, points[-1][1])]
        chart.x_labels = _labels(start, end)
        chart.add("Randomized", steps)
        chart.add(
            "Target", [(start, ENROLMENT_TARGET), (end, ENROLMENT_TARGET)], stroke_style={"dasharray": "6, 6"}
        )
    rendered: bytes = chart.render()
    return rendered


def _labels(start: date, end: date) -> list[date]:
    """At most five dates, evenly spread."""
    length = (end - start).days
    parts = min(4, length)
    if not parts:
        return [start]
    return [start + (end - start) * part // parts for part in range(parts + 1)]
