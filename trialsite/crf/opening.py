"""Opening a form for a person: found through access, with its record, values, draft and states."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

from django.http import Http404

from trialsite.accounts.access import sites_where
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right
from trialsite.crf.baseline import Baseline, baseline_of
from trialsite.crf.checking import context_of
from trialsite.crf.computed import computed_of, gathered
from trialsite.crf.drafts import draft_of
from trialsite.crf.forms import REGISTER, CaseReportForm
from trialsite.crf.lifecycle import RecordState
from trialsite.crf.models import Draft, Query, Record
from trialsite.crf.permissions import may_enter, may_see
from trialsite.crf.proposals import Proposal, proposal_of
from trialsite.crf.reading import Reading, read
from trialsite.crf.storage import find, measured_before, repeat_refusal
from trialsite.crf.study_lock import lock_refusal, lock_state_for
from trialsite.crf.study_lock_models import LockState
from trialsite.crf.typed import answers, typed_of
from trialsite.prepared import Given, Prepared


@dataclass(frozen=True)
class Place:
    """A form of one participant at one visit, as one person may use it; nothing of it is read yet."""

    user: User
    participant: Any
    form: type[CaseReportForm]
    visit: str
    # 0 for the planned record, 1 and on for retests and events.
    repeat: int = 0

    @cached_property
    def not_scheduled(self) -> str | None:
        """Why the participant does not have this form, or not yet; None when it is asked for."""
        reason: str | None = self.participant.schedule_refusal(self.form.code, self.visit)
        return reason

    @cached_property
    def refusal(self) -> str | None:
        """Why the form cannot be entered now; None when it can.

        Whether the study is locked is told as of the beginning of the request; a save asks anew.
        """
        reason: str | None = self.participant.entry_refusal(self.form.code, self.visit)
        if reason is None and lock_state_for(self.user) is not LockState.OPEN:
            return lock_refusal()
        return reason

    @property
    def editable(self) -> bool:
        """True when this person may enter the form now."""
        return self.refusal is None and may_enter(self.user, self.participant.site, self.form, self.visit)

    @cached_property
    def baseline(self) -> Baseline:
        """What values of this visit are compared with."""
        return baseline_of(self.form, self.participant, self.visit)

    @cached_property
    def context(self) -> dict[str, Any]:
        """What the checks may read."""
        return context_of(self.form, self.participant, self.visit, self.baseline)

    def read(self, typed: Mapping[str, str]) -> Reading:
        """The checks' view of what is typed."""
        return read(self.form, typed, visit=self.visit, context=self.context, repeat=self.repeat)

    def computed(self, reading: Reading) -> dict[str, str]:
        """What is shown beside the answers and not stored: name -> text, "" where something is missing."""
        shown = computed_of(self.form.code)
        if not shown:
            return {}
        context = self.context | gathered(self.form.code, self.participant, self.visit)
        return {each.name: each.shown(reading.columns, context) for each in shown}

    def origins(self, record: Record | None, typed: Mapping[str, str]) -> Mapping[str, str]:
        """Beside a value, where it was entered first; in a retest, what was measured before: sentences."""
        if self.form.is_retest(self.repeat):
            return measured_before(self.form, self.participant, self.visit, self.repeat)
        if record is not None:
            stored: Mapping[str, str] = self.participant.origins(record)
            return stored
        proposal = self.proposal()
        if proposal is None:
            return {}
        return {name: proposal.origins[name] for name in proposal.taken(typed)}

    def proposal(self) -> Proposal | None:
        """What is proposed for the form before it is first submitted."""
        return proposal_of(self.form, self.participant, self.visit, self.repeat)

    def questions(self) -> dict[str, str]:
        """The queries that people raised and that are not closed: field -> text."""
        asked = Query.objects.filter(
            record__participant=self.participant,
            record__visit=self.visit,
            record__form=self.form.code,
            record__repeat=self.repeat,
            check_name="",
        )
        return dict(asked.exclude(state=Query.State.CLOSED).values_list("field", "text"))


@dataclass(frozen=True)
class OpenForm(Place):
    """The same with its record, what is stored, the person's draft, and the queries on it."""

    record: Record | None = None
    stored: dict[str, str] = field(default_factory=dict)
    draft: Draft | None = None
    queries: dict[str, str] = field(default_factory=dict)
    proposed: Proposal | None = None

    @property
    def editable(self) -> bool:
        """As of the place; what is void stays as it is."""
        return super().editable and (self.record is None or self.record.state != RecordState.VOID)

    @property
    def version(self) -> int:
        """The version of the stored record, 0 for none."""
        return self.record.version if self.record else 0

    @property
    def restored(self) -> bool:
        """True when the draft holds something that is not submitted."""
        return self.draft is not None and answers(self.draft.typed) != answers(self.stored)

    @property
    def typed(self) -> Mapping[str, str]:
        """What the inputs show: the person's draft, else what is stored, else what is proposed."""
        return self.form.with_given(self.participant, self.visit, self._answered)

    @property
    def _answered(self) -> Mapping[str, str]:
        if self.editable and self.draft and self.restored:
            kept: Mapping[str, str] = self.draft.typed
            return kept
        return self.proposed.typed if self.proposed and self.editable else self.stored


def participant_of(user: User, SUBJID: str) -> Any:
    """The participant that this person may see, with the site, or a 404: nobody learns which it was."""
    found = _participants().first(SUBJID=SUBJID)
    if found is None or found.site_id not in sites_where(user, Right.SEE_PARTICIPANTS):
        raise Http404
    return found


@cache
def _participants() -> Prepared[Any]:
    # The model belongs to a later room.
    model: Any = Record._meta.get_field("participant").related_model
    return Prepared(lambda: model._default_manager.select_related("site").filter(SUBJID=Given("SUBJID")))


def place_of(user: User, SUBJID: str, visit: str, code: str, repeat: int = 0) -> Place:
    """Where this person wants to work; 404 for a form or participant that they may not see.

    404 too for a retest or event that is neither there nor the next one; asking that costs a query.
    """
    participant = participant_of(user, SUBJID)
    form = REGISTER.get(code)
    if form is None or not may_see(user, participant.site, form, visit):
        raise Http404
    if (repeat or form.runs_through()) and repeat_refusal(participant, form, visit, repeat):
        raise Http404
    return Place(user, participant, form, visit, repeat)


def open_form(place: Place) -> OpenForm:
    """The form with everything that its page needs; 404 where the schedule does not have it (yet)."""
    record, (instance, rows) = find(place.form, place.participant, place.visit, place.repeat)
    if record is None and place.not_scheduled is not None:
        raise Http404
    stored = typed_of(instance, rows, place.visit, place.repeat) if instance is not None else {}
    queries: dict[str, str] = {}
    if record is not None:
        asked = Query.objects.filter(record=record).values_list("field", "check_name", "state", "text")
        for name, check, state, text in asked if record.has_queries else ():
            if check:
                stored[f"{name}_OK"] = "1"
            elif state != Query.State.CLOSED:
                queries[name] = text
    draft = None
    if place.editable:
        draft = draft_of(
            by=place.user,
            participant=place.participant,
            form=place.form.code,
            visit=place.visit,
            repeat=place.repeat,
        )
    return OpenForm(
        place.user,
        place.participant,
        place.form,
        place.visit,
        place.repeat,
        record=record,
        stored=stored,
        draft=draft,
        queries=queries,
        proposed=place.proposal() if record is None else None,
    )
