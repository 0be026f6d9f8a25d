"""Participants in screening, reviews that wait for a signature, and treatment numbers."""

from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse

from randomization.models import TreatmentRequest
from randomization.states import OPEN, Kind, State
from screening.models import Participant
from screening.progress import asked_forms, forms_done
from screening.review_models import EligibilityReview
from screening.review_states import LIVE, ReviewState
from trialsite.accounts.rights import Right
from trialsite.home.queue import Item, Queue, Scope, day, first, participant_url
from trialsite.home.queues.forms import words

# What needs the site's answer comes before what merely goes on.
_SENT_BACK = (ReviewState.RETURNED, ReviewState.VOIDED)


def participants_in_screening(scope: Scope) -> Queue:
    """Participants whose screening was not submitted, was sent back, or whose signature became void."""
    reviews = EligibilityReview.objects.filter(participant=OuterRef("pk"))
    rows = (
        Participant.objects.filter(site__in=scope.sites(Right.ENTER_DATA), RANDNO="", rescreened_as=None)
        .exclude(Exists(reviews.filter(state__in=LIVE)))
        .annotate(
            forms_done=forms_done(),
            review=Subquery(reviews.order_by("-submitted_at").values("state")[:1]),
            urgency=Case(
                When(review__in=_SENT_BACK, then=Value(0)), default=Value(1), output_field=IntegerField()
            ),
        )
        .order_by("urgency", "RFICDTC", "SUBJID")
    )
    count, participants = first(rows)
    return Queue(
        "Screening",
        "participants",
        count,
        tuple(_in_screening(each, each.review, each.forms_done) for each in participants),
        "Nobody is in screening.",
        f"{reverse('screening:participants')}?standing=screening",
    )


def reviews_to_sign(scope: Scope) -> Queue:
    """Submitted screenings that wait for the investigator."""
    rows = EligibilityReview.objects.filter(
        state=ReviewState.SUBMITTED, participant__site__in=scope.sites(Right.SIGN_ELIGIBILITY)
    ).select_related("participant", "submitted_by", "assigned_to")
    # Those given to this person, those given to nobody, those of colleagues; the oldest of each first.
    whose = Case(
        When(assigned_to=scope.user, then=Value(0)),
        When(assigned_to=None, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    count, reviews = first(rows.order_by(whose, "submitted_at"))
    items = [
        Item(
            review.participant.SUBJID,
            reverse("screening:eligibility", args=[review.participant.SUBJID]),
            "waiting",
            f"For {review.assigned_to.full_name}" if review.assigned_to else "To review",
            f"submitted {day(review.submitted_at)} by {review.submitted_by.full_name}",
        )
        for review in reviews
    ]
    return Queue("Reviews waiting", "review", count, tuple(items), "No review waits for you.")


def numbers_to_ask_for(scope: Scope) -> Queue:
    """Participants whose eligibility is signed and who have no treatment number yet."""
    asked = TreatmentRequest.objects.filter(
        participant=OuterRef("participant"), kind=Kind.NUMBER, state__in=OPEN
    )
    rows = (
        EligibilityReview.objects.filter(
            ~Exists(asked),
            state=ReviewState.SIGNED,
            participant__RANDNO="",
            participant__site__in=scope.sites(Right.REQUEST_NUMBER),
        )
        .select_related("participant")
        .order_by("signed_at")
    )
    count, reviews = first(rows)
    items = [
        Item(
            review.participant.SUBJID,
            reverse("randomization:number", args=[review.participant.SUBJID]),
            "signed",
            "Eligible",
            f"signed {day(review.signed_at)} by {review.signer_name}",
        )
        for review in reviews
    ]
    return Queue(
        "Numbers to ask for", "number", count, tuple(items), "No signed participant waits for a number."
    )


def requests_under_way(scope: Scope) -> Queue:
    """What was asked of the vault and is not answered, or was refused."""
    rows: QuerySet[TreatmentRequest] = (
        TreatmentRequest.objects.filter(
            Q(state__in=(State.WAITING, State.ANSWERED)) | Q(state=State.REFUSED),
            participant__site__in=scope.sites(Right.SEE_PARTICIPANTS),
        )
        .select_related("participant")
        .order_by(F("asked_at").desc())
    )
    count, requests = first(rows)
    items = [
        Item(
            f"{each.participant.SUBJID} · {Kind(each.kind).name.lower()}",
            _request_url(each),
            "refused" if each.state == State.REFUSED else "waiting",
            note=each.get_refusal_display(),
        )
        for each in requests
    ]
    return Queue(
        "Asked of the vault", "waiting", count, tuple(items), "Nothing was asked that is not answered."
    )


def _request_url(request: TreatmentRequest) -> str:
    if request.kind == Kind.NUMBER:
        return reverse("randomization:number", args=[request.participant.SUBJID])
    return reverse("randomization:kit", args=[request.participant.SUBJID, request.visit])


def _in_screening(participant: Participant, review: str | None, done: int) -> Item:
    state, word = _standing(review, len(asked_forms()) - done)
    url = participant_url(participant.SUBJID)
    return Item(participant.SUBJID, url, state, word, f"consent {day(participant.RFICDTC)}")


def _standing(review: str | None, missing: int) -> tuple[str, str]:
    if review == ReviewState.RETURNED:
        return "query", "Sent back"
    if review == ReviewState.VOIDED:
        return "warning", "Signature void"
    if missing > 0:
        return "incomplete", f"{words(missing)} to do"
    return "due", "Submit for review"
