"""What causes reminders: each source reads one table, in a fixed number of queries."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from visits.reminders.kinds import Kind
from visits.reminders.rules import Span

Days = Mapping[str, date]  # site code -> today there
# The participants to look at; None for everybody.
Among = Collection[UUID] | None


@dataclass(frozen=True)
class Cause:
    """A reason to remind the people of a site. `only`: one of them, instead of all with the kind's role."""

    kind: Kind
    subject: str
    site: str
    participant: UUID | None
    visit_code: str
    about: date
    until: date
    only: int | None = None


Source = Callable[[Days, Among], Iterable[Cause]]


def caused(
    span: Span,
    *,
    subject: object,
    site: str,
    participant: UUID | None,
    visit_code: str = "",
    only: int | None = None,
) -> Cause:
    """The cause that a span stands for."""
    key = f"{subject}@{span.about}" if span.moves else str(subject)
    return Cause(span.kind, key, site, participant, visit_code, span.about, span.last, only)
