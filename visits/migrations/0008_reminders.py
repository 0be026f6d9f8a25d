"""Reminders of every kind, mails that carry several of them, and what each person wishes."""

import uuid

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

KINDS = [
    ("VISIT_SOON", "Visit in 3 days"),
    ("VISIT_TODAY", "Visit today"),
    ("WINDOW_OPENS", "Window of a visit opens"),
    ("WINDOW_CLOSES", "Window of a visit closes tomorrow"),
    ("OVERDUE", "Visit overdue"),
    ("FORM_MISSING", "Forms missing 5 days after a visit"),
    ("SIGNATURE", "Signature waiting"),
    ("SAE_CLOCK", "Report of a serious event due"),
    ("SAE_FOLLOW_UP", "Follow-up of a serious event due"),
    ("KITS_EXPIRE", "Kits expire"),
    ("ELIGIBLE_FROM", "Eligible from today, as asked"),
]
STATES = [
    ("PLANNED", "Planned"),
    ("SENDING", "Being sent"),
    ("SENT", "Sent"),
    ("EXPIRED", "Expired"),
    ("VOID", "Settled before it was sent"),
    ("QUIET", "In the application only"),
    ("UNKNOWN", "Outcome unknown"),
]
MAIL_STATES = [
    ("SENDING", "Being sent"),
    ("SENT", "Sent"),
    ("REFUSED", "Refused by the mail server"),
    ("UNKNOWN", "Outcome unknown"),
]
SERIOUS = ["SAE_CLOCK", "SAE_FOLLOW_UP"]

# Until now each reminder had a mail of its own.
CARRY_OVER = """
INSERT INTO visits_remindermail (id, recipient_id, day, urgent, state, claimed_at, sent_at)
SELECT id, recipient_id, claimed_at::date, true, state, claimed_at, sent_at
FROM visits_reminder WHERE state IN ('SENDING', 'SENT', 'UNKNOWN');
UPDATE visits_reminder AS line SET
    site_id = person.site_id,
    subject = coalesce(line.visit_id::text, person.id || '/' || line.about),
    visit_code = coalesce(visit.code, 'S'),
    about = coalesce(line.about, visit.booked_on, visit.target),
    closed_at = CASE WHEN line.state = 'EXPIRED' THEN now() END,
    mail_id = CASE WHEN line.state IN ('SENDING', 'SENT', 'UNKNOWN') THEN line.id END
FROM screening_participant AS person, visits_reminder AS own
LEFT JOIN visits_scheduledvisit AS visit ON visit.id = own.visit_id
WHERE person.id = line.participant_id AND own.id = line.id;
SET CONSTRAINTS ALL IMMEDIATE;
SET CONSTRAINTS ALL DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("visits", "0007_visit_forms"),
        ("accounts", "0001_initial"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="ReminderMail",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("day", models.DateField()),
                ("urgent", models.BooleanField()),
                ("state", models.CharField(choices=MAIL_STATES, default="SENDING", max_length=7)),
                ("claimed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                (
                    "recipient",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["claimed_at"], condition=Q(state="SENDING"), name="mail_being_sent")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("recipient", "day"),
                        condition=Q(("urgent", False), ~Q(("state", "REFUSED"))),
                        name="one_digest_a_day",
                    ),
                    models.CheckConstraint(
                        condition=Q(state__in=["SENDING", "SENT", "REFUSED", "UNKNOWN"]),
                        name="mail_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=Q(
                            Q(("sent_at__isnull", False), ("state", "SENT")),
                            Q(~Q(("state", "SENT")), ("sent_at", None)),
                            _connector="OR",
                        ),
                        name="sent_mail_has_time",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderPreference",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="reminder_preference",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "in_application",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=13), blank=True, default=list, size=None
                    ),
                ),
                (
                    "switched_off",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=13), blank=True, default=list, size=None
                    ),
                ),
                ("digest_hour", models.PositiveSmallIntegerField(default=8)),
                ("urgent_at_once", models.BooleanField(default=False)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=Q(
                            ~Q(("switched_off__overlap", SERIOUS)), ~Q(("in_application__overlap", SERIOUS))
                        ),
                        name="serious_reminders_are_mailed",
                    ),
                    models.CheckConstraint(
                        condition=Q(digest_hour__gte=6, digest_hour__lte=17), name="digest_comes_in_the_day"
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint("reminder", "reminder_once_per_person"),
        migrations.RemoveConstraint("reminder", "reminder_once_per_day"),
        migrations.RemoveConstraint("reminder", "reminder_is_about_visit_or_day"),
        migrations.RemoveConstraint("reminder", "reminder_state_is_known"),
        migrations.RemoveConstraint("reminder", "reminder_kind_is_known"),
        migrations.RemoveConstraint("reminder", "sent_reminder_has_time"),
        migrations.RemoveConstraint("reminder", "sent_reminder_was_claimed"),
        migrations.RemoveIndex("reminder", "reminder_to_be_done"),
        migrations.AddField(
            "reminder",
            "site",
            models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="accounts.site",
            ),
        ),
        migrations.AddField("reminder", "visit_code", models.CharField(blank=True, default="", max_length=4)),
        migrations.AddField("reminder", "subject", models.CharField(default="", max_length=64)),
        migrations.AddField("reminder", "hidden_until", models.DateField(blank=True, null=True)),
        migrations.AddField("reminder", "closed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("reminder", "urgent", models.BooleanField(default=False)),
        migrations.AddField(
            "reminder",
            "mail",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to="visits.remindermail",
            ),
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop),
        migrations.RemoveField("reminder", "visit"),
        migrations.RemoveField("reminder", "claimed_at"),
        migrations.RemoveField("reminder", "sent_at"),
        migrations.AlterField(
            "reminder",
            "site",
            models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.site"
            ),
        ),
        migrations.AlterField("reminder", "subject", models.CharField(max_length=64)),
        migrations.AlterField("reminder", "about", models.DateField()),
        migrations.AlterField("reminder", "kind", models.CharField(choices=KINDS, max_length=13)),
        migrations.AlterField("reminder", "send_after", models.DateTimeField()),
        migrations.AlterField(
            "reminder", "state", models.CharField(choices=STATES, default="PLANNED", max_length=7)
        ),
        migrations.AlterField(
            "notice", "state", models.CharField(choices=STATES, default="PLANNED", max_length=7)
        ),
        migrations.AlterField(
            "reminder",
            "participant",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="reminders",
                to=settings.CRF_PARTICIPANT_MODEL,
            ),
        ),
        migrations.RemoveConstraint("notice", "notice_state_is_known"),
        migrations.AddConstraint(
            "notice",
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in STATES]), name="notice_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.UniqueConstraint(fields=("subject", "kind", "recipient"), name="reminder_once_per_person"),
        ),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=Q(("participant__isnull", False), ("kind", "KITS_EXPIRE"), _connector="OR"),
                name="reminder_is_about_participant",
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=Q(state__in=[state for state, _ in STATES]), name="reminder_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=Q(kind__in=[kind for kind, _ in KINDS]), name="reminder_kind_is_known"
            ),
        ),
        migrations.AddConstraint(
            "reminder",
            models.CheckConstraint(
                condition=Q(
                    ~Q(("state__in", ("SENDING", "SENT", "UNKNOWN"))),
                    ("mail__isnull", False),
                    _connector="OR",
                ),
                name="mailed_reminder_has_mail",
            ),
        ),
        migrations.AddIndex(
            "reminder",
            models.Index(
                fields=["send_after", "id"], condition=Q(state="PLANNED"), name="reminder_to_be_mailed"
            ),
        ),
        migrations.AddIndex(
            "reminder",
            models.Index(fields=["recipient"], condition=Q(closed_at=None), name="reminder_open"),
        ),
        migrations.AddIndex("reminder", models.Index(fields=["planned_at", "id"], name="reminder_by_time")),
    ]
