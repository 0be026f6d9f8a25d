"""The order of the screening log as an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = (("screening", "0003_rescreening"),)
    operations = (
        migrations.AddIndex(
            model_name="participant",
            index=models.Index(fields=["RFICDTC", "SUBJID"], name="participant_in_log"),
        ),
    )
