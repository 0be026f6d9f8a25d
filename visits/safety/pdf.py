"""The report of a serious event on paper: the same bytes whenever it is printed.

Everything printed is frozen in the report. The font is one of the standard Chinese fonts that every reader of
PDF brings along; it has Latin letters too.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from visits.safety.models import SafetyReport

_FONT = "STSong-Light"
_PADDING = 6  # points that a frame keeps free on each side
_WIDTH = A4[0] - 36 * mm - 2 * _PADDING
_TEXT = ParagraphStyle("text", fontName=_FONT, fontSize=9.5, leading=13, wordWrap="CJK")
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=7.5, leading=10, textColor=colors.HexColor("#475467"))
_HEAD = ParagraphStyle(
    "head", parent=_TEXT, fontSize=11.5, leading=16, spaceBefore=9, spaceAfter=3, keepWithNext=1
)
_TITLE = ParagraphStyle("title", parent=_TEXT, fontSize=16, leading=22)
_LINES = TableStyle(
    [
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, colors.HexColor("#d0d5dd")),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
)


def printed(report: SafetyReport, earlier: Iterable[SafetyReport]) -> bytes:
    """The PDF of a report. earlier: the reports of the same event before it, in their order."""
    pdfmetrics.registerFont(UnicodeCIDFont(_FONT))
    paper = BytesIO()
    title = f"{report.kind}, adverse event {report.content['number']}, {report.content['participant']}"
    document = SimpleDocTemplate(
        paper,
        pagesize=A4,
        leftMargin=18 * mm,
        rightMargin=18 * mm,
        topMargin=16 * mm,
        bottomMargin=18 * mm,
        title=title,
        author=report.signer_name,
        invariant=1,
    )

    def foot(canvas: Any, _: Any) -> None:
        canvas.setFont(_FONT, 7.5)
        canvas.drawString(18 * mm + _PADDING, 10 * mm, f"{title} · content {report.content_hash[:16]}")
        canvas.drawRightString(A4[0] - 18 * mm - _PADDING, 10 * mm, f"page {canvas.getPageNumber()}")

    document.build(_story(report, earlier), onFirstPage=foot, onLaterPages=foot)
    return paper.getvalue()


def _story(report: SafetyReport, earlier: Iterable[SafetyReport]) -> list[Flowable]:
    content = report.content
    story: list[Flowable] = [
        Paragraph("Serious adverse event", _TITLE),
        Paragraph(escape(f"{report.kind} · {content['trial']} ({content['registration']})"), _TEXT),
        Spacer(1, 4 * mm),
        _answers(
            [
                ["Participant", content["participant"]],
                ["Site", content["site"]],
                ["Event", f"adverse event {content['number']}, form version {content['version']}"],
                ["Randomized", content["randomized"] or "no"],
                ["Site aware of it since", content["aware"] or "day of entry"],
            ]
        ),
    ]
    if content["void"]:
        story.append(Paragraph(escape(f"Void, entered in error: {content['void']}"), _HEAD))
    for title, key in (("Event", "event"), ("Seriousness", "seriousness"), ("Causality and action", "cause")):
        story += [Paragraph(title, _HEAD), _answers(content[key])]
    story += _table("Follow-up", ("Day", "What changed", "Outcome then"), content["follow_up"], (1, 4, 2))
    story += _table("Doses of study drug", ("Visit", "Day", "Kit", "Volume"), content["doses"], (1, 1, 1, 1))
    story += _table(
        "Medication",
        ("Drug", "Dose", "Route", "Start", "End"),
        content["medication"],
        (3, 2, 2, 1.5, 1.5),
    )
    story += [Paragraph("Signature", _HEAD), *_signed(report)]
    before = [[each.kind, _moment(each.signed_at), each.signer_name] for each in earlier]
    story += _table("Reports before this one", ("Report", "Signed", "By"), before, (2, 3, 3))
    return story


def _signed(report: SafetyReport) -> list[Flowable]:
    who = f"{report.signer_name} ({report.signed_by.username}), {report.signer_role.lower()}"
    return [
        Paragraph(escape(f"“{report.meaning}”"), _TEXT),
        Paragraph(escape(f"Signed by {who}, {_moment(report.signed_at)}"), _TEXT),
        Paragraph(escape(f"Signature {report.signature}"), _SMALL),
    ]


def _answers(pairs: Sequence[Sequence[str]]) -> Flowable:
    rows = [[Paragraph(escape(label), _SMALL), Paragraph(escape(text), _TEXT)] for label, text in pairs]
    return Table(rows, colWidths=[_WIDTH * 0.34, _WIDTH * 0.66], style=_LINES)


def _table(
    title: str, heads: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float]
) -> list[Flowable]:
    if not rows:
        return [Paragraph(title, _HEAD), Paragraph("None.", _TEXT)]
    lines = [[Paragraph(head, _SMALL) for head in heads]]
    lines += [[Paragraph(escape(text), _TEXT) for text in row] for row in rows]
    widths = [_WIDTH * share / sum(shares) for share in shares]
    return [Paragraph(title, _HEAD), Table(lines, colWidths=widths, style=_LINES, repeatRows=1)]


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
