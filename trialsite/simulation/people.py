"""Who acts in the simulation: the people of each site, made where a site has none."""

from dataclasses import dataclass

from trialsite.accounts.actions import add_person, give_role
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.audit.context import acting

_SITES = (("01", "Beijing"), ("02", "Shanghai"))
_NEEDED = (Role.COORDINATOR, Role.INVESTIGATOR, Role.LAB_ASSESSOR)
SIMULATION = "system:simulation"


@dataclass(frozen=True)
class Team:
    """The people of a site who take part."""

    site: Site
    coordinator: User
    investigator: User
    assessor: User
    pharmacist: User


def teams() -> list[Team]:
    """One team a site; a site or person that is missing is made, without a password."""
    if not Site.objects.exists():
        with acting(SIMULATION):
            Site.objects.bulk_create(Site(code=code, name=name) for code, name in _SITES)
    pharmacist = _first(None, Role.PHARMACIST) or _made(None, Role.PHARMACIST)
    return [_team(site, pharmacist) for site in Site.objects.order_by("code")]


def _team(site: Site, pharmacist: User) -> Team:
    people = {role: _first(site, role) or _made(site, role) for role in _NEEDED}
    return Team(
        site,
        people[Role.COORDINATOR],
        people[Role.INVESTIGATOR],
        people[Role.LAB_ASSESSOR],
        pharmacist,
    )


def _first(site: Site | None, role: Role) -> User | None:
    held = Membership.objects.filter(site=site, role=role, ended_at=None, user__is_active=True)
    membership = held.select_related("user").order_by("user__username").first()
    return membership.user if membership else None


def _made(site: Site | None, role: Role) -> User:
    name = f"simulated-{role.value.lower().replace('_', '-')}-{site.code if site else 'study'}"
    user = add_person(
        by=SIMULATION, username=name, full_name=f"Simulated {role.label.lower()}", email=f"{name}@example.org"
    )
    give_role(by=SIMULATION, user=user, role=role, site=site)
    return user
