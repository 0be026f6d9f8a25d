"""Rules that the database keeps itself: which roles one person may hold at once, and that names stay taken."""

from django.db import migrations

RULES = """
-- The groups of rights.HANDS, by one of their roles: two roles lie in one hand when this is the same.
CREATE FUNCTION accounts_hand(role text) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog
RETURN CASE role
    WHEN 'ADMINISTRATOR' THEN 'ADMIN'
    WHEN 'COORDINATOR' THEN 'ENTRY'
    WHEN 'INVESTIGATOR' THEN 'ENTRY'
    WHEN 'LAB_ASSESSOR' THEN 'LABORATORY'
    WHEN 'PHARMACIST' THEN 'LIST'
    WHEN 'STATISTICIAN' THEN 'LIST'
    WHEN 'MONITOR' THEN 'OVERSIGHT'
    WHEN 'DATA_MANAGER' THEN 'OVERSIGHT'
END;
GRANT EXECUTE ON FUNCTION accounts_hand(text) TO trial_web;

-- Two transactions that give one person a role wait for each other at the person's row; the second then sees
-- what the first has committed, unless its snapshot is older: such a transaction is refused.
CREATE FUNCTION accounts_one_hand() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF current_setting('transaction_isolation') NOT IN ('read committed', 'read uncommitted') THEN
        RAISE EXCEPTION 'roles are given at isolation level read committed only'
            USING ERRCODE = 'invalid_transaction_state';
    END IF;
    PERFORM 1 FROM accounts_user WHERE id = NEW.user_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM accounts_membership
        WHERE user_id = NEW.user_id AND ended_at IS NULL AND id <> NEW.id
            AND accounts_hand(role) IS DISTINCT FROM accounts_hand(NEW.role)
    ) THEN
        RAISE EXCEPTION 'administration, data entry, masked values, the list and oversight are never in one hand'
            USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'roles_of_a_person_lie_in_one_hand';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER one_hand AFTER INSERT OR UPDATE ON accounts_membership
    FOR EACH ROW WHEN (NEW.ended_at IS NULL) EXECUTE FUNCTION accounts_one_hand();

CREATE FUNCTION accounts_name_stays() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'an account is deactivated, never removed or renamed: history names people by it'
        USING ERRCODE = 'integrity_constraint_violation', CONSTRAINT = 'user_names_stay_taken';
END $$;
CREATE TRIGGER name_stays_when_deleting BEFORE DELETE ON accounts_user
    FOR EACH ROW EXECUTE FUNCTION accounts_name_stays();
CREATE TRIGGER name_stays_when_renaming BEFORE UPDATE ON accounts_user
    FOR EACH ROW WHEN (OLD.username <> NEW.username) EXECUTE FUNCTION accounts_name_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(RULES)]
