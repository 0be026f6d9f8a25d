import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models

import trialsite.accounts.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="User",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("password", models.CharField(max_length=128, verbose_name="password")),
                (
                    "username",
                    models.CharField(
                        error_messages={
                            "unique": "This user name is taken. A user name is never given twice, even when its holder has left the study."
                        },
                        max_length=64,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[a-z0-9][a-z0-9._-]*\\Z",
                                "A user name has lower-case letters, digits, dots, hyphens and underscores only, and begins with a letter or digit.",
                            )
                        ],
                        verbose_name="user name",
                    ),
                ),
                ("full_name", models.CharField(max_length=200, verbose_name="full name")),
                ("email", models.EmailField(max_length=254, verbose_name="e-mail address")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
            ],
            options={
                "ordering": ("username",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("username", django.db.models.functions.text.Lower("username"))),
                        name="username_is_lower_case",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("username__contains", ":"), _negated=True),
                        name="username_is_no_system_name",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Site",
            fields=[
                (
                    "code",
                    models.CharField(
                        max_length=2,
                        primary_key=True,
                        serialize=False,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[0-9]{2}\\Z", "A site code is two digits, such as 01."
                            )
                        ],
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                (
                    "time_zone",
                    models.CharField(
                        default="Asia/Shanghai",
                        max_length=64,
                        validators=[trialsite.accounts.models.known_time_zone],
                    ),
                ),
            ],
            options={
                "ordering": ("code",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code__regex", "^[0-9]{2}$")), name="site_code_is_two_digits"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Membership",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("COORDINATOR", "Coordinator"),
                            ("INVESTIGATOR", "Investigator"),
                            ("LAB_ASSESSOR", "Laboratory assessor"),
                            ("MONITOR", "Monitor"),
                            ("DATA_MANAGER", "Data manager"),
                            ("PHARMACIST", "Pharmacist (unblinded)"),
                            ("STATISTICIAN", "Statistician (unblinded)"),
                            ("ADMINISTRATOR", "Administrator"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "given_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "given_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships_given",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="memberships",
                        to="accounts.site",
                    ),
                ),
            ],
            options={
                "ordering": ("user", "role", "site"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("user", "role", "site"),
                        name="one_live_membership_of_a_kind",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "role__in",
                                [
                                    "COORDINATOR",
                                    "INVESTIGATOR",
                                    "LAB_ASSESSOR",
                                    "MONITOR",
                                    "DATA_MANAGER",
                                    "PHARMACIST",
                                    "STATISTICIAN",
                                    "ADMINISTRATOR",
                                ],
                            )
                        ),
                        name="membership_role_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ended_at", None), ("ended_at__gte", models.F("given_at")), _connector="OR"
                        ),
                        name="membership_ends_after_it_began",
                    ),
                ],
            },
        ),
    ]
