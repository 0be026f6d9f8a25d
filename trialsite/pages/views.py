"""Help, and the assumptions of the protocol."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from screening.assumptions import BEARS_ON, READINGS, stated
from trialsite import protocol
from trialsite.accounts.access import may, memberships_of, requires
from trialsite.accounts.models import Role
from trialsite.accounts.rights import DESCRIPTIONS, Right

# Who enrols must not be able to work out the next place of the list (B4).
CONCEALED = frozenset({"BLOCK_SIZES", "LIST_SLOTS_PER_STRATUM"})


@require_safe
@requires(Right.SEE_HELP)
def help_page(request: HttpRequest) -> HttpResponse:
    """The help: what everybody needs, then the own roles, then the others."""
    held = {role for role, _, _ in memberships_of(request.user)}
    chapters = {role: _chapter(role) for role in Role}
    own = [chapter for role, chapter in chapters.items() if role in held]
    others = [chapter for role, chapter in chapters.items() if role not in held]
    return render(request, "pages/help.html", {"own": own, "others": others})


@require_safe
@requires(Right.SEE_HELP)
def assumptions(request: HttpRequest) -> HttpResponse:
    """Every value that the registration does not give, and why; the readings; what each criterion assumes."""
    may_know = may(request.user, Right.LOAD_LIST)
    lines = [_line(each, concealed=each.name in CONCEALED and not may_know) for each in protocol.ASSUMPTIONS]
    readings = [(reading, reading.value()) for reading in READINGS]
    return render(
        request, "pages/assumptions.html", {"lines": lines, "readings": readings, "stated": stated()}
    )


def _chapter(role: Role) -> dict[str, str]:
    return {
        "role": role.label,
        "sentence": DESCRIPTIONS[role].sentence,
        "template": f"pages/help/{role.lower()}.html",
    }


def _line(assumption: protocol.Assumption, *, concealed: bool) -> dict[str, object]:
    reason = assumption.reason.removeprefix("ASSUMPTION. ")
    shown = (
        {"values": [], "reason": ""} if concealed else {"values": _shown(assumption.value), "reason": reason}
    )
    criteria = BEARS_ON.get(assumption.name, ())
    return {"name": assumption.name, "concealed": concealed, "criteria": criteria, **shown}


def _shown(value: object) -> list[str]:
    """A value as lines for its reader."""
    match value:
        case dict():
            return [f"{name}: {part}" for name, part in value.items()]
        case tuple() if any(isinstance(each, protocol.Stratum) for each in value):
            return [f"{each.code}: {each.label}" for each in value]
        case tuple():
            return [", ".join(str(each) for each in value)]
        case _:
            return [str(value)]
