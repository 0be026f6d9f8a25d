"""Appointments with a time; what became of a visit is stored with it."""

import django.db.models.functions.datetime
from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    dependencies = [("visits", "0004_dosing"), ("screening", "0005_early_end")]

    operations = [
        migrations.RemoveIndex(model_name="scheduledvisit", name="visit_by_target"),
        migrations.AddField(
            model_name="scheduledvisit",
            name="booked_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scheduledvisit",
            name="booked_place",
            field=models.CharField(blank=True, default="", max_length=60),
        ),
        migrations.AddField(
            model_name="scheduledvisit",
            name="booked_mode",
            field=models.CharField(
                blank=True,
                choices=[("ON-SITE", "On site"), ("PHONE", "By telephone")],
                default="",
                max_length=7,
            ),
        ),
        migrations.AddField(
            model_name="scheduledvisit",
            name="state",
            field=models.CharField(
                choices=[
                    ("AHEAD", "Ahead"),
                    ("TOOK_PLACE", "Took place"),
                    ("MISSED", "Missed"),
                    ("CLOSED", "Closed: left the study"),
                ],
                default="AHEAD",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="scheduledvisit",
            name="took_place_on",
            field=models.DateField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="scheduledvisit",
            name="changed_at",
            field=models.DateTimeField(db_default=django.db.models.functions.datetime.Now()),
        ),
        migrations.AddIndex(
            model_name="scheduledvisit",
            index=models.Index(fields=["target", "id"], condition=Q(state="AHEAD"), name="visit_ahead"),
        ),
        migrations.AddIndex(
            model_name="scheduledvisit",
            index=models.Index(
                fields=["window_close", "id"], condition=Q(state="AHEAD"), name="visit_ahead_closing"
            ),
        ),
        migrations.AddIndex(
            model_name="scheduledvisit",
            index=models.Index(
                fields=["booked_on"], condition=Q(booked_on__isnull=False), name="visit_by_appointment"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=Q(booked_on=None, booked_at=None, booked_place="", booked_mode="")
                | Q(booked_on__isnull=False, booked_at__isnull=False),
                name="visit_appointment_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=Q(state__in=["AHEAD", "TOOK_PLACE", "MISSED", "CLOSED"]), name="visit_state_is_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="scheduledvisit",
            constraint=models.CheckConstraint(
                condition=Q(state="TOOK_PLACE", took_place_on__isnull=False)
                | (~Q(state="TOOK_PLACE") & Q(took_place_on=None)),
                name="visit_took_place_on_a_day",
            ),
        ),
    ]
