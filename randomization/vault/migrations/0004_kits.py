"""What is in each kit, sealed, kit list by kit list; and what the vault may see and do of the supply."""

from django.db import migrations

FORWARD = """
-- A kit list is loaded once; there are as many as lots are packed.
CREATE TABLE vault.kit_list (
    id uuid PRIMARY KEY,
    head text NOT NULL,
    commitment text NOT NULL CHECK (commitment ~ '^[0-9a-f]{64}$'),
    maker text NOT NULL CHECK (maker <> ''),
    loader text NOT NULL CHECK (loader <> ''),
    loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT kits_made_and_loaded_by_two CHECK (maker <> loader)
);
CREATE TABLE vault.sealed_kit (
    kitno text PRIMARY KEY REFERENCES randomization_kit ("KITNO"),
    kit_list uuid NOT NULL REFERENCES vault.kit_list,
    sealed bytea NOT NULL UNIQUE CHECK (octet_length(sealed) = 117)
);
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.kit_list
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.sealed_kit
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
ALTER TABLE vault.dispensing ADD FOREIGN KEY (kitno) REFERENCES vault.sealed_kit;

REVOKE ALL ON vault.kit_list, vault.sealed_kit FROM PUBLIC, trial_web;
GRANT SELECT, INSERT ON vault.kit_list, vault.sealed_kit TO trial_vault;

GRANT SELECT (usable_until) ON randomization_treatmentrequest TO trial_vault;
GRANT SELECT (code) ON accounts_site TO trial_vault;
GRANT SELECT, INSERT ON randomization_kit TO trial_vault;
GRANT INSERT ON randomization_kitmove TO trial_vault;
GRANT SELECT (id, site_id, pairs, state, ordered_at), UPDATE (state, prepared_at)
    ON randomization_shipment TO trial_vault;
-- A report on the contents is for somebody who is a pharmacist of those sites now, and for nobody else.
GRANT SELECT (id, asked_by_id, asked_at, sites, public_key, answered_at), UPDATE (answer, answered_at)
    ON randomization_kitreport TO trial_vault;
GRANT SELECT (user_id, role, site_id, ended_at) ON accounts_membership TO trial_vault;
"""

BACKWARD = """
REVOKE ALL ON randomization_kit, randomization_kitmove, randomization_shipment, randomization_kitreport,
    accounts_site, accounts_membership FROM trial_vault;
REVOKE SELECT (usable_until) ON randomization_treatmentrequest FROM trial_vault;
ALTER TABLE vault.dispensing DROP CONSTRAINT dispensing_kitno_fkey;
DROP TABLE vault.sealed_kit, vault.kit_list;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("vault", "0003_disclosing"),
        ("randomization", "0005_kit_ledger"),
        ("accounts", "0002_rules"),
    ]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
