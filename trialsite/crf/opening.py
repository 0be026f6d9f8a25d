"""Opening a form for a person: found through access, with its record, values, draft and states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet
from django.http import Http404

from trialsite.accounts.access import visible_or_404
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.drafts import draft_of
from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.models import Draft, Query, Record
from trialsite.crf.permissions import may_enter, may_see
from trialsite.crf.reading import Reading, read
from trialsite.crf.storage import load
from trialsite.crf.typed import typed_of, without_confirmations


@dataclass
class OpenForm:
    """A form of one participant at one visit, as one person has it open."""

    user: User
    participant: Any
    form: type[CaseReportForm]
    visit: str
    record: Record | None
    stored: dict[str, str]
    draft: Draft | None
    refusal: str | None
    editable: bool
    queries: dict[str, str] = field(default_factory=dict)

    @property
    def version(self) -> int:
        """The version of the stored record, 0 for none."""
        return self.record.version if self.record else 0

    @property
    def restored(self) -> bool:
        """True when the draft holds something that is not submitted."""
        return self.draft is not None and without_confirmations(self.draft.typed) != without_confirmations(
            self.stored
        )

    @property
    def typed(self) -> Mapping[str, str]:
        """What the inputs show: the person's draft, else what is stored."""
        return self.draft.typed if self.editable and self.draft and self.restored else self.stored

    def context(self) -> dict[str, Any]:
        """What the checks may read."""
        common: dict[str, Any] = self.participant.check_context()
        return common | self.form.context_for(self.participant, self.visit)

    def read(self, typed: Mapping[str, str]) -> Reading:
        """The checks' view of what is typed."""
        return read(self.form, typed, visit=self.visit, context=self.context())


def participants() -> QuerySet[Any]:
    """The participants of the trial with their sites; the model belongs to a later room."""
    model: Any = Record._meta.get_field("participant").related_model
    rows: QuerySet[Any] = model._default_manager.select_related("site")
    return rows


def participant_of(user: User, SUBJID: str) -> Any:
    """The participant that this person may see, or a 404."""
    return visible_or_404(participants(), user, Right.SEE_PARTICIPANTS, SUBJID=SUBJID)


def open_form(user: User, SUBJID: str, visit: str, code: str) -> OpenForm:
    """The form with everything that its page needs; 404 for what this person may not see."""
    participant = participant_of(user, SUBJID)
    form = REGISTER.get(code)
    if form is None or not may_see(user, participant.site, form, visit):
        raise Http404
    record = (
        Record.objects.select_related("changed_by")
        .filter(participant=participant, visit=visit, form=code, repeat=0)
        .first()
    )
    refusal = participant.entry_refusal(code, visit)
    if record is None and refusal is not None:
        # A form that the schedule does not have here, or not yet.
        raise Http404
    stored: dict[str, str] = {}
    queries: dict[str, str] = {}
    if record is not None:
        instance, rows = load(form, record)
        stored = typed_of(instance, rows, visit) if instance is not None else {}
        for query in Query.objects.filter(record=record):
            if query.check_name:
                stored[f"{query.field}_OK"] = "1"
            if query.state != Query.State.CLOSED and not query.check_name:
                queries[query.field] = query.text
    editable = refusal is None and may_enter(user, participant.site, form, visit)
    draft = draft_of(by=user, participant=participant, form=code, visit=visit, repeat=0) if editable else None
    return OpenForm(user, participant, form, visit, record, stored, draft, refusal, editable, queries)
