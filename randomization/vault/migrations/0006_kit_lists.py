"""The vault sees what kind of list was handed in."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("vault", "0005_list_without_kits"), ("randomization", "0008_kit_lists")]

    operations = [
        migrations.RunSQL(
            "GRANT SELECT (kind) ON randomization_handedinlist TO trial_vault",
            "REVOKE SELECT (kind) ON randomization_handedinlist FROM trial_vault",
        )
    ]
