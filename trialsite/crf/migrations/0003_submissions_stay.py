from django.db import migrations

# Submissions are a log: the application adds to it and reads it, nothing else (A4, A9).
KEEP = "REVOKE UPDATE, DELETE ON crf_submission FROM trial_web"
RELEASE = "GRANT UPDATE, DELETE ON crf_submission TO trial_web"


class Migration(migrations.Migration):
    dependencies = (("crf", "0002_initial"),)
    operations = (migrations.RunSQL(KEEP, RELEASE),)
