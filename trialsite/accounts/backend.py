"""Who a session belongs to: the person and their roles in one statement, since every page needs both."""

from typing import Any

from django.contrib.auth.backends import ModelBackend

from trialsite.accounts.access import remember_memberships
from trialsite.accounts.models import User

# Constant SQL: on every request, building this by the ORM would take longer than running it.
_PERSON = """
SELECT person.*,
       ARRAY(SELECT held.role || ':' || coalesce(held.site_id, '') FROM accounts_membership AS held
             WHERE held.user_id = person.id AND held.ended_at IS NULL
             ORDER BY held.role, held.site_id) AS live_roles,
       ARRAY(SELECT site.code FROM accounts_site AS site) AS every_site
FROM accounts_user AS person WHERE person.id = %s
"""


class PersonWithRoles(ModelBackend):
    """Django's own backend, which also remembers the live roles on the person that it finds."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person, or None."""
        for person in User.objects.raw(_PERSON, [user_id]):
            if not self.user_can_authenticate(person):
                return None
            held = [role.split(":") for role in person.live_roles]
            remember_memberships(person, [(role, site or None) for role, site in held], person.every_site)
            found: User = person
            return found
        return None
