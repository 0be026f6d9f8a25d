"""What a loaded list says of itself: its head, as the commitment covers it, and the two people."""

from django.db import migrations

# A list that was loaded before this migration has no head; the defaults are for its row alone.
FORWARD = """
ALTER TABLE vault.list
    ADD COLUMN head text NOT NULL DEFAULT '',
    ADD COLUMN maker text NOT NULL DEFAULT 'unknown',
    ADD COLUMN loader text NOT NULL DEFAULT 'unknown to us',
    ADD CONSTRAINT made_and_loaded_by_two CHECK (maker <> loader AND maker <> '' AND loader <> '');
ALTER TABLE vault.list ALTER COLUMN head DROP DEFAULT, ALTER COLUMN maker DROP DEFAULT,
    ALTER COLUMN loader DROP DEFAULT;

-- What was handed in through the pages: the vault reads the sealed file, answers, and empties it.
GRANT SELECT (id, kind, content, commitment, maker, loader, state),
    UPDATE (state, refusal, answered_at, content)
    ON randomization_handedinlist TO trial_vault;
"""

BACKWARD = """
REVOKE ALL ON randomization_handedinlist FROM trial_vault;
ALTER TABLE vault.list DROP COLUMN head, DROP COLUMN maker, DROP COLUMN loader;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0001_vault"), ("randomization", "0003_lists")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
