"""Whether a person may do something, where, and if not, why not."""

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, Final, TypeVar, cast

from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from trialsite.accounts.models import Membership, Role, Site, User
from trialsite.accounts.rights import RIGHTS, Right, roles_with

View = TypeVar("View", bound=Callable[..., HttpResponseBase])
Anybody = User | AnonymousUser
_Row = TypeVar("_Row", bound=Model)


class NotAllowed(PermissionDenied):
    """Refused. `reason` is a sentence for the person; `right` is what was lacking, where it was one right."""

    def __init__(self, reason: str, right: Right | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.right = right


Where = tuple[Role, frozenset[str], bool]  # role, site codes, whether it is held in the whole study
_CACHE: Final = "_live_memberships"


def memberships_of(user: Anybody) -> tuple[Where, ...]:
    """The live roles of a person, each with the sites where it holds; one query, then kept on `user`."""
    if not isinstance(user, User) or not user.is_active:
        return ()
    kept: tuple[Where, ...] | None = getattr(user, _CACHE, None)
    if kept is None:
        every_site = ArraySubquery(Site.objects.order_by().values("code"))
        rows = (
            Membership.objects.filter(user=user, ended_at=None)
            .order_by("role", "site")
            .values_list("role", "site_id", every_site)
        )
        kept = tuple(_where(role, site, every) for role, site, every in rows)
        setattr(user, _CACHE, kept)
    return kept


def remember_memberships(user: User, held: Iterable[tuple[str, str | None]], every_site: list[str]) -> None:
    """Keep roles (each with its site, None for the whole study) that were read together with the person."""
    setattr(user, _CACHE, tuple(_where(role, site, every_site) for role, site in held))


def _where(role: str, site: str | None, every_site: list[str]) -> Where:
    return Role(role), frozenset([site] if site else every_site), site is None


def forget_memberships(user: User) -> None:
    """Have the memberships read anew, after they have changed."""
    if hasattr(user, _CACHE):
        delattr(user, _CACHE)


def sites_where(user: Anybody, right: Right) -> frozenset[str]:
    """The codes of the sites where a person has a right; for `filter(site__in=…)`."""
    held = (sites for role, sites, _ in memberships_of(user) if right in RIGHTS[role])
    return frozenset().union(*held)


def people_who_may(right: Right, site: Site) -> QuerySet[User]:
    """The active people who have a right at a site, in the order of their names."""
    held = Q(memberships__ended_at=None, memberships__role__in=roles_with(right)) & (
        Q(memberships__site=site) | Q(memberships__site=None)
    )
    return User.objects.filter(held, is_active=True).distinct().order_by("full_name")


def may(user: Anybody, right: Right, site: Site | str | None = None) -> bool:
    """Whether a person has a right at a site (or its code); without site, at any site at all."""
    return _role(user, right, site) is not None


def require(user: Anybody, right: Right, site: Site | str | None = None) -> None:
    """Does nothing when `may`; else raises NotAllowed with the reason."""
    if reason := lacking(user, right, site):
        raise NotAllowed(reason, right)


def lacking(user: Anybody, right: Right, site: Site | str | None = None) -> str | None:
    """Why a person may not, as a sentence that stands beside a disabled button; None when `may`."""
    return None if may(user, right, site) else _reason(user, right, site)


def role_name(user: Anybody, right: Right, site: Site | str | None = None) -> str:
    """The role under which a person uses a right, as history keeps it (a value of Role); empty when none."""
    return _role(user, right, site) or ""


def may_in_study(user: Anybody, right: Right) -> bool:
    """Whether a person has a right in the whole study, future sites included."""
    return any(everywhere and right in RIGHTS[role] for role, _, everywhere in memberships_of(user))


def _role(user: Anybody, right: Right, site: Site | str | None) -> Role | None:
    code = site.code if isinstance(site, Site) else site
    for role, sites, everywhere in memberships_of(user):
        if right in RIGHTS[role] and (code is None or everywhere or code in sites):
            return role
    return None


def _reason(user: Anybody, right: Right, site: Site | str | None) -> str:
    who = _listed([f"{role.label.split(' (')[0].lower()}s" for role in roles_with(right)])
    where = f" at site {site.code if isinstance(site, Site) else site}" if site else ""
    held = _listed([role.label.lower() for role, _, _ in memberships_of(user)])
    you = f"You are {held}" if held else "You hold no role"
    if where and may(user, right):
        you += " at another site"
    return f"Only {who}{where} may {right.sentence}. {you}."


def _listed(words: list[str]) -> str:
    """“a”, “a and b”, “a, b and c”, each once."""
    once = list(dict.fromkeys(words))
    return " and ".join(filter(None, [", ".join(once[:-1]), *once[-1:]]))


def visible_or_404(
    rows: QuerySet[_Row], user: Anybody, right: Right, *, site: str = "site", **lookup: object
) -> _Row:
    """The row that a person may see, or a 404: whether another site's row exists is not told.

    `site` is the path from the row to its site, such as "participant__site".
    """
    return get_object_or_404(rows.filter(Q((f"{site}__in", sites_where(user, right)))), **lookup)


def requires(right: Right) -> Callable[[View], View]:
    """Declares that a view is for those who have a right somewhere; strangers are sent to sign in."""

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            require(request.user, right)
            return view(request, *args, **kwargs)

        vars(guarded)["required_right"] = right
        return cast("View", guarded)

    return declare


def signed_in(view: View) -> View:
    """Declares that a view is for everybody who has signed in, whatever the role."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    vars(guarded)["for_signed_in"] = True
    return cast("View", guarded)


def public(view: View) -> View:
    """Declares that a view is for everybody, signed in or not."""
    vars(view)["is_public"] = True
    return view


def declaration(view: Callable[..., Any]) -> str:
    """What a view declares: a right, "signed in", "public", or nothing."""
    if right := getattr(view, "required_right", None):
        return str(right)
    if getattr(view, "for_signed_in", False):
        return "signed in"
    return "public" if getattr(view, "is_public", False) else ""
