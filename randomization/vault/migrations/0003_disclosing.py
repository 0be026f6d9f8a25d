"""What the vault sees of requests to unblind, and where it may write its sealed answers and the final arms."""

from django.db import migrations

RIGHTS = """
GRANT SELECT (id, participant_id, "RANDNO", public_key, asked_at)
    ON randomization_unblindingrequest TO trial_vault;
GRANT SELECT (request_id), INSERT (request_id, sealed) ON randomization_unblindinganswer TO trial_vault;

GRANT SELECT (id, lock_id) ON randomization_finalunblinding TO trial_vault;
GRANT SELECT (unblinding_id, by_id, role) ON randomization_finalapproval TO trial_vault;
GRANT SELECT (unblinding_id), INSERT (participant_id, unblinding_id, "RANDNO", "ARM")
    ON randomization_finalarm TO trial_vault;
GRANT EXECUTE ON FUNCTION accounts_hand(text) TO trial_vault;
"""
BACK = """
REVOKE ALL ON randomization_unblindingrequest, randomization_unblindinganswer, randomization_finalunblinding,
    randomization_finalapproval, randomization_finalarm FROM trial_vault;
REVOKE EXECUTE ON FUNCTION accounts_hand(text) FROM trial_vault;
"""


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_lists"), ("randomization", "0004_unblinding_rules")]

    operations = [migrations.RunSQL(RIGHTS, BACK)]
