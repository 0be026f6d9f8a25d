"""The reasons of judgements, each a column beside its answer."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("screening", "0006_assigned_review"),
    ]

    operations = [
        migrations.AddField(
            model_name="infectionscreen",
            name="SINFREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="laboratory",
            name="ALT_DMREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="laboratory",
            name="AST_DMREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="medicalhistory",
            name="CVDREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="medicalhistory",
            name="LTCREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
        migrations.AddField(
            model_name="rapidprogression",
            name="RPREAS",
            field=models.CharField(blank=True, default="", max_length=200),
        ),
    ]
