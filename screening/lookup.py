"""Finding a participant through access: whoever may not see one is told that there is none."""

from screening.models import Participant
from trialsite.accounts.access import Anybody, visible_or_404
from trialsite.accounts.rights import Right


def participant_or_404(user: Anybody, SUBJID: str, right: Right) -> Participant:
    """The participant with this number, with its site and linked screenings, if the person has the right
    there; else a 404."""
    rows = Participant.objects.select_related("site", "rescreen_of", "rescreened_as")
    return visible_or_404(rows, user, right, SUBJID=SUBJID)
