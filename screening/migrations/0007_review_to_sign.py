"""Reviews that wait for a signature are found along an index."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("screening", "0006_prednisone_equivalents")]

    operations = [
        migrations.AddIndex(
            model_name="eligibilityreview",
            index=models.Index(
                fields=["submitted_at"], condition=models.Q(state="submitted"), name="review_to_sign"
            ),
        ),
    ]
