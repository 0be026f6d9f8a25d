"""A screening that follows an earlier one, and the values that were carried over."""

import uuid

import django.db.models.deletion
from django.db import migrations, models

ONE_SCREENING = """
CREATE FUNCTION public.keep_one_screening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.rescreen_of_id IS NOT NULL THEN
            PERFORM FROM public.screening_participant
                WHERE id = NEW.rescreen_of_id AND "RANDNO" = '' FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'Who has a treatment number is not screened again.';
            END IF;
        END IF;
    ELSIF NEW.rescreen_of_id IS DISTINCT FROM OLD.rescreen_of_id THEN
        RAISE EXCEPTION 'Which screening follows which is never altered.';
    ELSIF NEW."RANDNO" <> '' AND OLD."RANDNO" = '' AND EXISTS (
        SELECT FROM public.screening_participant WHERE rescreen_of_id = NEW.id)
    THEN
        RAISE EXCEPTION 'This person is screened again under another number.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_one_screening BEFORE INSERT OR UPDATE ON public.screening_participant
    FOR EACH ROW EXECUTE FUNCTION public.keep_one_screening();
"""
ANY_SCREENING = """
DROP TRIGGER keep_one_screening ON public.screening_participant;
DROP FUNCTION public.keep_one_screening();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("crf", "0003_submissions_stay"),
        ("screening", "0002_frozen_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="participant",
            name="rescreen_of",
            field=models.OneToOneField(
                blank=True,
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="rescreened_as",
                to="screening.participant",
            ),
        ),
        migrations.CreateModel(
            name="CarriedValue",
            fields=[
                (
                    "id",
                    models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=60)),
                ("typed", models.JSONField()),
                ("SUBJID", models.CharField(max_length=10)),
                ("entered_by", models.CharField(max_length=200)),
                ("entered_on", models.DateField()),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crf.record"
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="crf.record"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("record", "name"), name="carried_value_once")
                ],
            },
        ),
        migrations.RunSQL(ONE_SCREENING, ANY_SCREENING),
    ]
