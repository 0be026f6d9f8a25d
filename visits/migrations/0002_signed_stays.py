"""What was signed is added and read, nothing else (E2)."""

from django.db import migrations

TABLES = (
    "visits_visitsignature, visits_signedrecord, visits_safetyreport, "
    "visits_doseadvice, visits_advicereason, visits_doseoverride"
)
KEEP = f"REVOKE UPDATE, DELETE ON {TABLES} FROM trial_web"
RELEASE = f"GRANT UPDATE, DELETE ON {TABLES} TO trial_web"


class Migration(migrations.Migration):
    dependencies = (("visits", "0001_initial"),)
    operations = (migrations.RunSQL(KEEP, RELEASE),)
