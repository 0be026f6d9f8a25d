"""Signatures under the forms of a visit, and the counts that the matrix of the study reads."""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_rules"),
        ("crf", "0004_study_lock_rules"),
        ("screening", "0005_early_end"),
        ("visits", "0002_proposed_deviations"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="VisitSignature",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("visit", models.CharField(max_length=4)),
                ("signer_name", models.CharField(max_length=200)),
                ("signer_role", models.CharField(max_length=16)),
                ("signed_at", models.DateTimeField()),
                ("meaning", models.TextField()),
                ("content_hash", models.CharField(max_length=64)),
                ("signature", models.CharField(max_length=64)),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="visit_signatures",
                        to="screening.participant",
                    ),
                ),
                (
                    "signed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("-signed_at",),
            },
        ),
        migrations.CreateModel(
            name="SignedRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("state", models.CharField(max_length=12)),
                ("content_hash", models.CharField(max_length=64)),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="signed", to="crf.record"
                    ),
                ),
                (
                    "signature",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="visits.visitsignature",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="VisitSummary",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("visit", models.CharField(max_length=4)),
                ("SUBJID", models.CharField(max_length=10)),
                ("window_open", models.DateField(null=True)),
                ("window_close", models.DateField(null=True)),
                ("took_place_on", models.DateField(null=True)),
                ("missed", models.BooleanField()),
                ("closed", models.BooleanField()),
                ("missing", models.PositiveSmallIntegerField()),
                ("queries", models.PositiveSmallIntegerField()),
                ("unsigned", models.PositiveSmallIntegerField()),
                ("changed", models.PositiveSmallIntegerField()),
                ("signed", models.PositiveSmallIntegerField()),
                (
                    "participant",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="visit_summaries",
                        to="screening.participant",
                    ),
                ),
                (
                    "site",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="accounts.site"
                    ),
                ),
            ],
            options={
                "ordering": ("SUBJID",),
            },
        ),
        migrations.AddConstraint(
            model_name="visitsignature",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("content_hash__regex", "^[0-9a-f]{64}$"),
                    ("signature__regex", "^[0-9a-f]{64}$"),
                    models.Q(("signer_name", ""), _negated=True),
                    models.Q(("meaning", ""), _negated=True),
                ),
                name="visit_signature_is_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="signedrecord",
            constraint=models.UniqueConstraint(fields=("record", "version"), name="version_is_signed_once"),
        ),
        migrations.AddConstraint(
            model_name="signedrecord",
            constraint=models.CheckConstraint(
                condition=models.Q(("content_hash__regex", "^[0-9a-f]{64}$")), name="signed_record_is_hashed"
            ),
        ),
        migrations.AddIndex(
            model_name="visitsummary",
            index=models.Index(
                condition=models.Q(("closed", False), ("missed", False), ("took_place_on", None)),
                fields=["SUBJID", "window_close"],
                name="summary_outstanding",
            ),
        ),
        migrations.AddIndex(
            model_name="visitsummary",
            index=models.Index(
                condition=models.Q(("missing__gt", 0), ("took_place_on__isnull", False)),
                fields=["SUBJID"],
                name="summary_missing",
            ),
        ),
        migrations.AddIndex(
            model_name="visitsummary",
            index=models.Index(
                condition=models.Q(("queries__gt", 0)), fields=["SUBJID"], name="summary_queries"
            ),
        ),
        migrations.AddIndex(
            model_name="visitsummary",
            index=models.Index(
                condition=models.Q(("missing", 0), ("took_place_on__isnull", False), ("unsigned__gt", 0)),
                fields=["SUBJID"],
                name="summary_to_sign",
            ),
        ),
        migrations.AddConstraint(
            model_name="visitsummary",
            constraint=models.UniqueConstraint(
                fields=("participant", "visit"), name="summary_once_per_visit"
            ),
        ),
        migrations.RunSQL(
            # A signature is written once: the application adds to these tables and reads them.
            "REVOKE UPDATE, DELETE ON visits_visitsignature, visits_signedrecord FROM trial_web",
            "GRANT UPDATE, DELETE ON visits_visitsignature, visits_signedrecord TO trial_web",
        ),
    ]
