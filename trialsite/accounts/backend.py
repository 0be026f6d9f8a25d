"""Who a session belongs to: the person, their roles, and what else every page needs, in one statement."""

from functools import cache
from typing import Any, Final

from django.contrib.auth.backends import ModelBackend

from trialsite.accounts.access import remember_memberships
from trialsite.accounts.models import User

# Constant SQL: on every request, building this by the ORM would take longer than running it.
_PERSON = """
SELECT person.*,
       ARRAY(SELECT held.role || ':' || coalesce(held.site_id, '') FROM accounts_membership AS held
             WHERE held.user_id = person.id AND held.ended_at IS NULL
             ORDER BY held.role, held.site_id) AS live_roles,
       ARRAY(SELECT site.code FROM accounts_site AS site) AS every_site{more}
FROM accounts_user AS person WHERE person.id = %s
"""
_MORE: Final[dict[str, str]] = {}


def read_with_person(attribute: str, sql: str) -> None:
    """Have one value more read with the person of each request, as an attribute of `request.user`.

    For rooms above, when they start: sql is a constant SELECT of at most one value.
    """
    _MORE[attribute] = sql
    _statement.cache_clear()


@cache
def _statement() -> str:
    return _PERSON.format(more="".join(f",\n       ({sql}) AS {name}" for name, sql in _MORE.items()))


class PersonWithRoles(ModelBackend):
    """Django's own backend, which also remembers the live roles on the person that it finds."""

    def get_user(self, user_id: Any) -> User | None:
        """The active person, or None."""
        for person in User.objects.raw(_statement(), [user_id]):
            if not self.user_can_authenticate(person):
                return None
            held = [role.split(":") for role in person.live_roles]
            remember_memberships(person, [(role, site or None) for role, site in held], person.every_site)
            found: User = person
            return found
        return None
