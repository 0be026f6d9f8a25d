"""The tables of the list, in a schema that only the vault may use."""

from django.db import migrations

TABLES = """
CREATE SCHEMA vault;
REVOKE ALL ON SCHEMA vault FROM PUBLIC, trial_web;

-- One list for the whole trial. Its row is written last and closes it.
CREATE TABLE vault.list (
    id uuid PRIMARY KEY,
    only_one boolean NOT NULL DEFAULT true CONSTRAINT list_is_loaded_once UNIQUE CHECK (only_one),
    public_key bytea NOT NULL CHECK (octet_length(public_key) = 32),
    commitment text NOT NULL CHECK (commitment ~ '^[0-9a-f]{64}$'),
    made_at timestamptz NOT NULL,
    loaded_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    loaded_by name NOT NULL DEFAULT session_user
);
CREATE TABLE vault.stratum (
    stratum text PRIMARY KEY,
    slots integer NOT NULL CHECK (slots > 0)
);
CREATE TABLE vault.slot (
    stratum text REFERENCES vault.stratum,
    sequence integer CHECK (sequence > 0),
    sealed bytea NOT NULL UNIQUE CHECK (octet_length(sealed) = 117),
    PRIMARY KEY (stratum, sequence)
);

-- Who got which slot. `predecessor` makes a skipped slot impossible.
CREATE TABLE vault.allocation (
    request_id uuid PRIMARY KEY REFERENCES randomization_treatmentrequest,
    stratum text NOT NULL,
    sequence integer NOT NULL,
    predecessor integer GENERATED ALWAYS AS (nullif(sequence - 1, 0)) STORED,
    participant uuid NOT NULL CONSTRAINT one_number_a_participant UNIQUE,
    randno text NOT NULL CONSTRAINT treatment_number_given_once UNIQUE,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT slot_given_once UNIQUE (stratum, sequence),
    FOREIGN KEY (stratum, sequence) REFERENCES vault.slot,
    CONSTRAINT no_slot_skipped FOREIGN KEY (stratum, predecessor)
        REFERENCES vault.allocation (stratum, sequence)
);
CREATE TABLE vault.dispensing (
    request_id uuid PRIMARY KEY REFERENCES randomization_treatmentrequest,
    kitno text NOT NULL CONSTRAINT kit_given_once UNIQUE,
    participant uuid NOT NULL,
    visit text NOT NULL,
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    CONSTRAINT one_kit_a_visit UNIQUE (participant, visit)
);

CREATE FUNCTION vault.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'vault.%: rows are added, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.list
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.stratum
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.slot
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.allocation
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON vault.dispensing
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_change();

CREATE FUNCTION vault.refuse_when_loaded() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM vault.list) THEN
        RAISE EXCEPTION 'vault.%: the list is loaded and closed', TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER closed_with_the_list BEFORE INSERT ON vault.stratum
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_when_loaded();
CREATE TRIGGER closed_with_the_list BEFORE INSERT ON vault.slot
    FOR EACH STATEMENT EXECUTE FUNCTION vault.refuse_when_loaded();

-- Functions are executable by PUBLIC unless this is taken away.
REVOKE ALL ON ALL FUNCTIONS IN SCHEMA vault FROM PUBLIC;
"""

RIGHTS = """
REVOKE ALL ON ALL TABLES IN SCHEMA vault FROM PUBLIC, trial_web;

GRANT USAGE ON SCHEMA vault TO trial_vault;
GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA vault TO trial_vault;
-- Locking a row takes the right to update it; the trigger append_only refuses an update all the same.
GRANT UPDATE (stratum) ON vault.stratum TO trial_vault;

GRANT SELECT (id, participant_id, kind, visit, "SITEID", stratum, answer_by, asked_at, state),
    UPDATE (state, "RANDNO", "KITNO", refusal, answered_at)
    ON randomization_treatmentrequest TO trial_vault;
"""


class Migration(migrations.Migration):
    dependencies = [("randomization", "0002_moves")]

    operations = [
        migrations.RunSQL(TABLES, "DROP SCHEMA vault CASCADE"),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
