"""Versions of the protocol: append-only, and whole from the transaction that makes them. The form PA."""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TABLES = "screening_protocolversion, screening_prohibitedmedication, screening_attestationquestion"
KEEP = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM trial_web;
CREATE FUNCTION public.keep_protocol_version_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.screening_protocolversion
        WHERE id = NEW.version_id AND made_at = transaction_timestamp()
    ) THEN
        RAISE EXCEPTION 'A version of the protocol is whole when it is made; make another version.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_protocol_version_whole BEFORE INSERT ON public.screening_prohibitedmedication
    FOR EACH ROW EXECUTE FUNCTION public.keep_protocol_version_whole();
CREATE TRIGGER keep_protocol_version_whole BEFORE INSERT ON public.screening_attestationquestion
    FOR EACH ROW EXECUTE FUNCTION public.keep_protocol_version_whole();
"""
RELEASE = f"""
DROP TRIGGER keep_protocol_version_whole ON public.screening_prohibitedmedication;
DROP TRIGGER keep_protocol_version_whole ON public.screening_attestationquestion;
DROP FUNCTION public.keep_protocol_version_whole();
GRANT UPDATE, DELETE ON {TABLES} TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crf", "0003_submissions_stay"),
        ("screening", "0004_order_of_the_log"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Attestations",
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
                ("PADTC", models.DateField(blank=True, null=True)),
                (
                    "PADTC_ND",
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
            name="ProtocolVersion",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.PositiveSmallIntegerField(unique=True)),
                ("reason", models.CharField(max_length=200)),
                ("effective", models.DateField()),
                (
                    "made_at",
                    models.DateTimeField(
                        db_default=django.contrib.postgres.functions.TransactionNow(), editable=False
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="ProhibitedMedication",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=100)),
                ("kind", models.CharField(choices=[("DRUG", "DRUG"), ("CLASS", "CLASS")], max_length=8)),
                (
                    "synonyms",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                (
                    "members",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100), blank=True, default=list, size=None
                    ),
                ),
                ("window_days", models.PositiveSmallIntegerField()),
                (
                    "reference",
                    models.CharField(
                        choices=[("SCREENING", "SCREENING"), ("RANDOMIZATION", "RANDOMIZATION")],
                        max_length=16,
                    ),
                ),
                ("note", models.CharField(blank=True, default="", max_length=500)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="prohibited",
                        to="screening.protocolversion",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="AttestationQuestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("code", models.CharField(max_length=4)),
                ("text", models.CharField(max_length=500)),
                ("question", models.CharField(max_length=500)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attestations",
                        to="screening.protocolversion",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="AttestedCriterion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("ATTCD", models.CharField(blank=True, default="", max_length=4)),
                ("ATTEXT", models.CharField(blank=True, default="", max_length=500)),
                ("ATTYN", models.CharField(blank=True, default="", max_length=40)),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="records",
                        to="screening.attestations",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("form", "number"), name="pa_record_numbered_once")
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="protocolversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 2)), name="protocol_version_follows_registration"
            ),
        ),
        migrations.AddConstraint(
            model_name="protocolversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="protocol_version_has_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="prohibitedmedication",
            constraint=models.UniqueConstraint(fields=("version", "number"), name="prohibited_numbered_once"),
        ),
        migrations.AddConstraint(
            model_name="prohibitedmedication",
            constraint=models.UniqueConstraint(
                fields=("version", "name", "reference"), name="prohibited_named_once_for_a_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="prohibitedmedication",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("kind", "DRUG"), ("members", [])),
                    models.Q(("kind", "CLASS"), models.Q(("members", []), _negated=True)),
                    _connector="OR",
                ),
                name="prohibited_members_are_of_a_class",
            ),
        ),
        migrations.AddConstraint(
            model_name="prohibitedmedication",
            constraint=models.CheckConstraint(
                condition=models.Q(("reference__in", ["SCREENING", "RANDOMIZATION"])),
                name="prohibited_reference",
            ),
        ),
        migrations.AddConstraint(
            model_name="prohibitedmedication",
            constraint=models.CheckConstraint(
                condition=models.Q(("window_days__lte", 3650)), name="prohibited_window"
            ),
        ),
        migrations.AddConstraint(
            model_name="attestationquestion",
            constraint=models.UniqueConstraint(
                fields=("version", "number"), name="attestation_numbered_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="attestationquestion",
            constraint=models.UniqueConstraint(fields=("version", "code"), name="attestation_code_once"),
        ),
        migrations.AddConstraint(
            model_name="attestationquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(("code__regex", "^IN(0[6-9]|[1-9][0-9])$")),
                name="attestation_code_from_in06",
            ),
        ),
        migrations.AddConstraint(
            model_name="attestationquestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("text", ""), _negated=True), models.Q(("question", ""), _negated=True)
                ),
                name="attestation_has_words",
            ),
        ),
        migrations.RunSQL(KEEP, RELEASE),
    ]
