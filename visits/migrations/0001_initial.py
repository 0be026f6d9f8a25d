"""The schedule, the outbox of reminders, the form EX."""

import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("crf", "0002_initial"),
        ("screening", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DoseGiven",
            fields=[
                (
                    "record",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="crf.record",
                    ),
                ),
                ("EXPERF", models.CharField(blank=True, default="", max_length=40)),
                ("EXHOLD", models.CharField(blank=True, default="", max_length=40)),
                ("EXREASND", models.CharField(blank=True, default="", max_length=200)),
                ("EXKIT", models.CharField(blank=True, default="", max_length=16)),
                ("EXROUTE", models.CharField(blank=True, default="", max_length=40)),
                ("EXLOC", models.CharField(blank=True, default="", max_length=40)),
                ("EXDOSPLN", models.DecimalField(blank=True, decimal_places=10, max_digits=24, null=True)),
                ("EXVOL", models.DecimalField(blank=True, decimal_places=10, max_digits=24, null=True)),
                ("EXINTP", models.CharField(blank=True, default="", max_length=40)),
                ("EXSTDTC", models.DateField(blank=True, null=True)),
                ("EXSTTIM", models.TimeField(blank=True, null=True)),
                ("EXENDTC", models.DateField(blank=True, null=True)),
                ("EXENTIM", models.TimeField(blank=True, null=True)),
                ("EXREACT", models.CharField(blank=True, default="", max_length=40)),
                (
                    "EXHOLD_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXROUTE_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXLOC_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXDOSPLN_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXVOL_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXINTP_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXSTDTC_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXSTTIM_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXENDTC_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXENTIM_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
                (
                    "EXREACT_ND",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NOT DONE", "Not done"),
                            ("NOT APPLICABLE", "Not applicable"),
                            ("UNKNOWN", "Unknown"),
                        ],
                        default="",
                        max_length=14,
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="ScheduledVisit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("code", models.CharField(max_length=2)),
                ("target", models.DateField()),
                ("window_open", models.DateField()),
                ("window_close", models.DateField()),
                ("booked_on", models.DateField(blank=True, null=True)),
                ("booking_reason", models.CharField(blank=True, default="", max_length=200)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visits",
                        to="screening.participant",
                    ),
                ),
            ],
            options={
                "ordering": ("target",),
            },
        ),
        migrations.CreateModel(
            name="Reminder",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("VISIT_SOON", "Visit in 3 days"),
                            ("WINDOW_OPENS", "Window opens today"),
                            ("WINDOW_CLOSES", "Window closes tomorrow"),
                            ("OVERDUE", "Visit overdue"),
                        ],
                        max_length=13,
                    ),
                ),
                ("relevant_until", models.DateField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PLANNED", "Planned"),
                            ("SENDING", "Being sent"),
                            ("SENT", "Sent"),
                            ("EXPIRED", "Expired"),
                            ("UNKNOWN", "Outcome unknown"),
                        ],
                        default="PLANNED",
                        max_length=7,
                    ),
                ),
                ("planned_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("send_after", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("claimed_at", models.DateTimeField(blank=True, null=True)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "visit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reminders",
                        to="visits.scheduledvisit",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="scheduledvisit",
            index=models.Index(fields=["target", "id"], name="visit_by_target"),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.UniqueConstraint(
                fields=("participant", "code"), name="visit_once_per_participant"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__in", ["D1", "W2", "W4", "W6", "W8"])),
                name="visit_is_of_the_schedule",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("window_close__gte", models.F("target")), ("window_open__lte", models.F("target"))
                ),
                name="visit_window_holds_target",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("booked_on", None),
                    models.Q(
                        ("booked_on__gte", models.F("window_open")),
                        ("booked_on__lte", models.F("window_close")),
                    ),
                    models.Q(("booking_reason", ""), _negated=True),
                    _connector="OR",
                ),
                name="visit_booked_outside_window_has_reason",
            ),
        ),
        migrations.AddIndex(
            model_name="reminder",
            index=models.Index(
                condition=models.Q(("state__in", ["PLANNED", "SENDING"])),
                fields=["state", "send_after"],
                name="reminder_to_be_done",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("visit", "kind", "recipient"), name="reminder_once_per_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["PLANNED", "SENDING", "SENT", "EXPIRED", "UNKNOWN"])),
                name="reminder_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["VISIT_SOON", "WINDOW_OPENS", "WINDOW_CLOSES", "OVERDUE"])),
                name="reminder_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("sent_at__isnull", False), ("state", "SENT")),
                    models.Q(models.Q(("state", "SENT"), _negated=True), ("sent_at", None)),
                    _connector="OR",
                ),
                name="sent_reminder_has_time",
            ),
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["PLANNED", "EXPIRED"]), ("claimed_at__isnull", False), _connector="OR"
                ),
                name="sent_reminder_was_claimed",
            ),
        ),
    ]
