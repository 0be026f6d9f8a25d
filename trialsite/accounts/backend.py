"""Who a session belongs to: the person and their roles in one query, since every page needs both."""

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject

from trialsite.accounts.access import remember_memberships
from trialsite.accounts.models import Membership, Site, User


class PersonWithRoles(ModelBackend):
    """Django's own backend, which also remembers the live roles on the person that it finds."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person, or None."""
        live = Membership.objects.filter(user=OuterRef("pk"), ended_at=None).order_by("role", "site")
        person: Any = (
            User.objects.annotate(
                live_roles=ArraySubquery(live.values(held=JSONObject(role="role", site="site_id"))),
                every_site=ArraySubquery(Site.objects.order_by().values("code")),
            )
            .filter(pk=user_id)
            .first()
        )
        if person is None or not self.user_can_authenticate(person):
            return None
        held = [(row["role"], row["site"]) for row in person.live_roles]
        remember_memberships(person, held, person.every_site)
        found: User = person
        return found
