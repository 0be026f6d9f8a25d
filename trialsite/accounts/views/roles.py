"""What each role may do, printed from the table that the checks read."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from trialsite.accounts.access import memberships_of, signed_in
from trialsite.accounts.models import Role
from trialsite.accounts.rights import DESCRIPTIONS, RIGHTS, Right, hand_of


@signed_in
@require_GET
def roles(request: HttpRequest) -> HttpResponse:
    """Every role with its sentence, and the whole table of rights."""
    own = {role for role, _, _ in memberships_of(request.user)}
    context = {
        "roles": [(role, DESCRIPTIONS[role], hand_of(role), role in own) for role in Role],
        "rights": [(right, [right in RIGHTS[role] for role in Role]) for right in Right],
    }
    return render(request, "accounts/rights.html", context)
