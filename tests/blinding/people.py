"""Who looks at a world: everybody who must not come to know an arm, at both sites and in the whole study."""

from trialsite.accounts.actions import add_person, give_role
from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import DESCRIPTIONS
from trialsite.simulation.people import SIMULATION, teams

_IN_THE_STUDY = (Role.MONITOR, Role.DATA_MANAGER, Role.ADMINISTRATOR)


def make_people() -> None:
    """The two sites with their teams, and one person for each role that is not of a site."""
    teams()
    for role in _IN_THE_STUDY:
        name = f"blinded-{role.lower().replace('_', '-')}"
        person = add_person(by=SIMULATION, username=name, full_name=name.title(), email=f"{name}@example.org")
        give_role(by=SIMULATION, user=person, role=role)
    site = Site.objects.order_by("code").first()
    monitor = add_person(
        by=SIMULATION, username="monitor-of-a-site", full_name="Monitor of a site", email="m@example.org"
    )
    give_role(by=SIMULATION, user=monitor, role=Role.MONITOR, site=site)


def blinded_people() -> list[User]:
    """Everybody in a blinded role, in the order of their names."""
    blinded = [role for role in Role if DESCRIPTIONS[role].blinded]
    held = Membership.objects.filter(role__in=blinded, ended_at=None)
    return list(User.objects.filter(pk__in=held.values("user")).order_by("username"))


def roles_of(user: User) -> set[str]:
    """The roles that a person holds."""
    return set(Membership.objects.filter(user=user, ended_at=None).values_list("role", flat=True))
