"""People, sites, and the roles that people hold at them."""

from typing import Any, ClassVar, TypeVar
from zoneinfo import ZoneInfo, available_timezones

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Now


class Role(models.TextChoices):
    """What a person is in this trial. `trialsite.accounts.rights` says what each may do."""

    COORDINATOR = "COORDINATOR", "Coordinator"
    INVESTIGATOR = "INVESTIGATOR", "Investigator"
    LAB_ASSESSOR = "LAB_ASSESSOR", "Laboratory assessor"
    MONITOR = "MONITOR", "Monitor"
    DATA_MANAGER = "DATA_MANAGER", "Data manager"
    PHARMACIST = "PHARMACIST", "Pharmacist (unblinded)"
    STATISTICIAN = "STATISTICIAN", "Statistician (unblinded)"
    ADMINISTRATOR = "ADMINISTRATOR", "Administrator"


def known_time_zone(name: str) -> None:
    """Refuses a name that is not in the IANA time zone database."""
    if name not in available_timezones():
        raise ValidationError(
            "“%(name)s” is not a time zone. Use an IANA name such as Asia/Shanghai.", params={"name": name}
        )


class Site(models.Model):
    """A hospital that takes participants. Its code begins the number of each of them."""

    code = models.CharField(
        max_length=2,
        primary_key=True,
        validators=[RegexValidator(r"^[0-9]{2}\Z", "A site code is two digits, such as 01.")],
    )
    name = models.CharField(max_length=200)
    time_zone = models.CharField(max_length=64, default="Asia/Shanghai", validators=[known_time_zone])

    class Meta:
        ordering = ("code",)
        constraints = (
            models.CheckConstraint(condition=Q(code__regex=r"^[0-9]{2}$"), name="site_code_is_two_digits"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which this site's clocks and calendars run."""
        return ZoneInfo(self.time_zone)


_AnyUser = TypeVar("_AnyUser", bound="User")


class UserManager(BaseUserManager[_AnyUser]):
    """Finds people by user name in any case. People are added by `actions.add_person`."""

    def get_by_natural_key(self, username: str | None) -> _AnyUser:
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with an own account.

    The user name is lower case, hence unique in any case. It is never changed, given to somebody else, or
    freed: history and signatures name people by it (requirement E4).
    """

    # Each login is an event in audit.event; a column that every login overwrites is not needed.
    last_login = None

    username = models.CharField(
        "user name",
        max_length=64,
        unique=True,
        validators=[
            RegexValidator(
                r"^[a-z0-9][a-z0-9._-]*\Z",
                "A user name has lower-case letters, digits, dots, hyphens and underscores only, "
                "and begins with a letter or digit.",
            )
        ],
        error_messages={
            "unique": "This user name is taken. A user name is never given twice, "
            "even when its holder has left the study."
        },
    )
    full_name = models.CharField("full name", max_length=200)
    email = models.EmailField("e-mail address")
    is_active = models.BooleanField("active", default=True)
    created_at = models.DateTimeField(db_default=Now(), editable=False)

    objects: ClassVar[UserManager[Any]] = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["full_name", "email"]

    class Meta:
        ordering = ("username",)
        constraints = (
            # With the unique index this makes user names unique in any case.
            models.CheckConstraint(condition=Q(username=Lower("username")), name="username_is_lower_case"),
            # "system:…" names the application itself in history.
            models.CheckConstraint(condition=~Q(username__contains=":"), name="username_is_no_system_name"),
        )

    def __str__(self) -> str:
        return self.full_name

    def get_full_name(self) -> str:
        return self.full_name

    def check_password(self, raw_password: str | None) -> bool:
        """Unlike Django's own, never renews the hash in passing: an account changes by an action only."""
        return check_password(raw_password, self.password)


class Membership(models.Model):
    """A role that a person holds, at one site or (without site) in the whole study, until it is ended.

    The live memberships of a person never span two of the groups of `rights.HANDS`; a trigger of the first
    migration holds this in the database (requirement C8).
    """

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role.choices)
    site = models.ForeignKey(
        Site, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    given_at = models.DateTimeField(db_default=Now(), editable=False)
    given_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships_given"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("user", "role", "site")
        constraints = (
            models.UniqueConstraint(
                fields=("user", "role", "site"),
                condition=Q(ended_at=None),
                nulls_distinct=False,
                name="one_live_membership_of_a_kind",
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="membership_role_is_known"),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("given_at")),
                name="membership_ends_after_it_began",
            ),
        )

    def __str__(self) -> str:
        where = f"site {self.site_id}" if self.site_id else "whole study"
        return f"{self.get_role_display()}, {where}"
