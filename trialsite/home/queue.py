"""What a list of work is, and for which sites and days it is asked."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from django.db.models import Count, Model, Q, QuerySet, Window
from django.urls import reverse

from trialsite import clock, protocol
from trialsite.accounts.access import sites_where
from trialsite.accounts.models import Site, User
from trialsite.accounts.rights import Right

SHOWN = 6
_Row = TypeVar("_Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to do: where it is done, and its state (a code of trialsite.icons.STATES) with its word."""

    label: str
    url: str
    state: str
    word: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A list of work: how much there is, and its first items in the order in which to do them."""

    title: str
    icon: str
    count: int
    items: tuple[Item, ...]
    empty: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom work is looked up, and what day it is at each site (its code)."""

    user: User
    days: Mapping[str, date]

    def sites(self, right: Right) -> frozenset[str]:
        """The codes of the sites where the person has a right."""
        return sites_where(self.user, right)

    @property
    def today(self) -> date:
        """Today where the person works: at the first of their sites; in UTC for who works at none."""
        own = self.sites(Right.SEE_HOME) & self.days.keys()
        return self.days[min(own)] if own else clock.today("UTC")

    def on_the_day(self, right: Right, condition: Callable[[date], Q]) -> Q:
        """The rows of participants of these sites that meet a condition on the day that it is there."""
        by_day: dict[date, list[str]] = {}
        for site in self.sites(right):
            by_day.setdefault(self.days[site], []).append(site)
        parts = (Q(participant__site__in=sites) & condition(day) for day, sites in by_day.items())
        return _any(parts)


def scope_of(user: User) -> Scope:
    """The scope of a person now; one query."""
    zones = Site.objects.order_by().values_list("code", "time_zone")
    return Scope(user, {code: clock.today(zone) for code, zone in zones})


def first(rows: QuerySet[_Row]) -> tuple[int, list[Any]]:
    """How many rows there are, and the first SHOWN of them; one query."""
    found = list(rows.annotate(total=Window(Count("pk")))[:SHOWN])
    return (getattr(found[0], "total", 0) if found else 0), found


def visit_label(code: str) -> str:
    """The visit's name: "Week 2"; for forms that run through the study, "Events"."""
    return next((visit.label for visit in protocol.VISITS if visit.code == code), "Events")


def participant_url(SUBJID: str) -> str:
    """The page of a participant."""
    return reverse("visits:casebook", args=[SUBJID])


def day(on: date) -> str:
    """A date for its reader: "3 Apr 2026"."""
    return f"{on.day} {on:%b %Y}"


def _any(parts: Iterable[Q]) -> Q:
    found = Q(pk__in=[])
    for part in parts:
        found |= part
    return found
