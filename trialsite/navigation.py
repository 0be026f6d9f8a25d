"""What stands around every page: the way to the rooms that a person may enter, and who that person is."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from trialsite import protocol
from trialsite.accounts import access
from trialsite.accounts.models import User
from trialsite.accounts.rights import Right


@dataclass(frozen=True, slots=True)
class Room:
    """A place that the navigation offers; `key` is the letter that follows g on the keyboard.

    also: other routes whose pages lie in the room.
    """

    label: str
    route: str
    right: Right
    icon: str
    key: str = ""
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A room as one page shows it."""

    label: str
    url: str
    icon: str
    key: str
    here: bool


ROOMS = (
    Room("Home", "home", Right.SEE_HOME, "home", "h"),
    Room("Participants", "screening:participants", Right.SEE_PARTICIPANTS, "participants", "p"),
    Room("Screening log", "screening:log", Right.SEE_ELIGIBILITY, "review", "l"),
    Room("Calendar", "visits:calendar", Right.SEE_PARTICIPANTS, "calendar", "v", also=("visits:list",)),
    Room("Doses to judge", "visits:advice_queue", Right.ADVISE_DOSE, "review", "j"),
    Room("Safety", "visits:safety", Right.SEE_PARTICIPANTS, "safety", "s"),
    Room("Queries", "crf:queries", Right.SEE_PARTICIPANTS, "query", "q"),
    Room("Reminders", "visits:reminders", Right.SEE_OUTBOX, "mail", "r"),
    Room("Allocation list", "randomization:lists", Right.LOAD_LIST, "number", "a"),
    Room("Kits", "randomization:supply_sites", Right.SEE_SUPPLY, "kit", "k"),
    Room("Kit lists", "randomization:kit_lists", Right.LOAD_KITS, "import", "n"),
    Room("Contents of kits", "randomization:kit_contents", Right.SEE_KIT_CONTENTS, "reveal", "c"),
    Room("Strata", "randomization:strata", Right.SEE_STRATA, "flag", "t"),
    Room("Code break", "randomization:code_break", Right.RECORD_CODE_BREAK, "reveal", "b"),
    Room("Lock", "crf:study_lock", Right.UNLOCK_STUDY, "lock", "d"),
    Room("Unblinding", "randomization:final_unblinding", Right.APPROVE_UNBLINDING, "reveal", "u"),
    Room("Export", "export:list", Right.EXPORT, "export", "e"),
    Room("People", "people", Right.SEE_PEOPLE, "people", "o"),
)
FOOT = (
    Room("Help", "help", Right.SEE_HELP, "help"),
    Room("Assumptions", "assumptions", Right.SEE_HELP, "assumption"),
    Room("Protocol versions", "screening:protocol", Right.SEE_HELP, "assumption"),
    Room("What each role may do", "roles", Right.SEE_HELP, "key"),
)
OWN = (
    Room("How reminders come", "visits:preferences", Right.SEE_HELP, "mail"),
    Room("Change password", "password_change", Right.SEE_HELP, "key"),
)


@cache
def address(route: str) -> str:
    """The address of a route without arguments; empty when this installation has no such page."""
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


def site(request: HttpRequest) -> dict[str, object]:
    """Context of every page: nav, foot, person, home_url, login_url and the protocol's names."""
    context: dict[str, object] = {
        "registration": protocol.REGISTRATION,
        "protocol_version": protocol.PROTOCOL_VERSION,
        "home_url": address("home") or "/",
        "login_url": address("login"),
    }
    user = getattr(request, "user", None)
    if isinstance(user, User):
        context |= {
            "nav": _links(ROOMS, user, request.path),
            "foot": _links(FOOT, user, request.path),
            "person": _person(user, request.path),
        }
    return context


def _links(rooms: Iterable[Room], user: User, path: str) -> list[Link]:
    found = ((room, address(room.route)) for room in rooms if access.may(user, room.right))
    return [Link(room.label, url, room.icon, room.key, _inside(path, room)) for room, url in found if url]


def _inside(path: str, room: Room) -> bool:
    """Whether a path lies in the room; the home page is its own room only."""
    urls = [url for route in (room.route, *room.also) if (url := address(route))]
    return any(path == url if url == "/" else path.startswith(url) for url in urls)


def _person(user: User, path: str) -> dict[str, object]:
    roles = [
        role.label if everywhere else f"{role.label}, site {', '.join(sorted(sites))}"
        for role, sites, everywhere in access.memberships_of(user)
    ]
    return {
        "name": user.full_name,
        "username": user.username,
        "roles": roles,
        "role": roles[0] if len(roles) == 1 else f"{len(roles)} roles" if roles else "no role",
        "links": _links(OWN, user, path),
        "logout_url": address("logout"),
    }
