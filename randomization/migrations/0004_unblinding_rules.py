"""Unblinding: rows are added, never changed; each login adds its own; times are the database's (U2, U5)."""

from django.db import migrations

STAY = """
CREATE FUNCTION randomization_refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION '%: rows are added, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
REVOKE ALL ON FUNCTION randomization_refuse_change() FROM PUBLIC;
"""
TABLES = (
    "unblindingrequest",
    "unblindinganswer",
    "unblindingdisclosure",
    "codebreak",
    "finalunblinding",
    "finalapproval",
    "finalarm",
)
STAY += "".join(
    f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON randomization_{table}"
    " FOR EACH STATEMENT EXECUTE FUNCTION randomization_refuse_change();\n"
    f"REVOKE UPDATE, DELETE ON randomization_{table} FROM trial_web;\n"
    for table in TABLES
)

EMERGENCY = """
REVOKE INSERT ON randomization_unblindinganswer FROM trial_web;
ALTER TABLE randomization_unblindingrequest
    ADD CONSTRAINT unblinding_key_has_32_bytes CHECK (octet_length(public_key) = 32);
-- Of one length, whatever the arm (L15).
ALTER TABLE randomization_unblindinganswer
    ADD CONSTRAINT unblinding_answer_has_96_bytes CHECK (octet_length(sealed) = 96);

CREATE FUNCTION randomization_check_unblinding() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM screening_participant
        WHERE id = NEW.participant_id AND "RANDNO" = NEW."RANDNO" AND NEW."RANDNO" <> ''
    ) THEN
        RAISE EXCEPTION 'only a participant with this treatment number is unblinded'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'randomization_unblindingrequest' THEN
        NEW.asked_at := clock_timestamp();
        PERFORM pg_notify('treatment_request', '');
    ELSE
        NEW.recorded_at := clock_timestamp();
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_unblinding() FROM PUBLIC;
CREATE TRIGGER check_unblinding BEFORE INSERT ON randomization_unblindingrequest
    FOR EACH ROW EXECUTE FUNCTION randomization_check_unblinding();
CREATE TRIGGER check_unblinding BEFORE INSERT ON randomization_codebreak
    FOR EACH ROW EXECUTE FUNCTION randomization_check_unblinding();

-- Both on behalf of the owner: the vault sees of a request only what it needs.
CREATE FUNCTION randomization_check_answer() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF session_user <> 'trial_vault' OR NOT EXISTS (
        SELECT FROM randomization_unblindingrequest
        WHERE id = NEW.request_id AND clock_timestamp() < asked_at + interval '15 minutes'
    ) THEN
        RAISE EXCEPTION 'only the vault answers a request to unblind, within 15 minutes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.answered_at := clock_timestamp();
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_answer() FROM PUBLIC;
CREATE TRIGGER check_answer BEFORE INSERT ON randomization_unblindinganswer
    FOR EACH ROW EXECUTE FUNCTION randomization_check_answer();

CREATE FUNCTION randomization_check_disclosure() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM randomization_unblindingrequest AS request
        JOIN randomization_unblindinganswer AS answer ON answer.request_id = request.id
        WHERE request.id = NEW.request_id AND request.asked_by_id = NEW.to_id
            AND clock_timestamp() < request.asked_at + interval '15 minutes'
    ) THEN
        RAISE EXCEPTION 'an answer is shown to the person who asked, within 15 minutes'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.disclosed_at := clock_timestamp();
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_disclosure() FROM PUBLIC;
CREATE TRIGGER check_disclosure BEFORE INSERT ON randomization_unblindingdisclosure
    FOR EACH ROW EXECUTE FUNCTION randomization_check_disclosure();
"""

FINAL = """
REVOKE INSERT ON randomization_finalarm FROM trial_web;

-- The move that locked the study, while it is locked; asked under the lock that locking and unlocking take.
CREATE FUNCTION randomization_present_lock() RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7377058, 1);
    IF coalesce((SELECT move FROM crf_studylockmove ORDER BY id DESC LIMIT 1), 'UNLOCK') NOT IN ('LOCK', 'KEEP') THEN
        RETURN NULL;
    END IF;
    RETURN (SELECT max(id) FROM crf_studylockmove WHERE move = 'LOCK');
END $$;
REVOKE ALL ON FUNCTION randomization_present_lock() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION randomization_present_lock() TO trial_web, trial_vault;

CREATE FUNCTION randomization_check_final() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    lock bigint := randomization_present_lock();
BEGIN
    IF TG_TABLE_NAME = 'randomization_finalunblinding' THEN
        IF NEW.lock_id IS DISTINCT FROM lock THEN
            RAISE EXCEPTION 'the study is unblinded only while it is locked'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.asked_at := clock_timestamp();
        RETURN NEW;
    END IF;
    IF NOT EXISTS (SELECT FROM randomization_finalunblinding WHERE id = NEW.unblinding_id AND lock_id = lock) THEN
        RAISE EXCEPTION 'the study is unblinded only while it is locked'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_TABLE_NAME = 'randomization_finalapproval' THEN
        IF NOT EXISTS (
            SELECT FROM accounts_membership
            WHERE user_id = NEW.by_id AND role = NEW.role AND ended_at IS NULL
        ) THEN
            RAISE EXCEPTION 'the approver does not hold this role' USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.signed_at := clock_timestamp();
        RETURN NEW;
    END IF;
    -- A final arm.
    IF session_user <> 'trial_vault' OR 2 > (
        SELECT least(count(DISTINCT by_id), count(DISTINCT accounts_hand(role)))
        FROM randomization_finalapproval WHERE unblinding_id = NEW.unblinding_id
    ) THEN
        RAISE EXCEPTION 'the vault alone writes arms, after two approvals'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.written_at := clock_timestamp();
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_final() FROM PUBLIC;
CREATE TRIGGER check_final BEFORE INSERT ON randomization_finalunblinding
    FOR EACH ROW EXECUTE FUNCTION randomization_check_final();
CREATE TRIGGER check_final BEFORE INSERT ON randomization_finalapproval
    FOR EACH ROW EXECUTE FUNCTION randomization_check_final();
CREATE TRIGGER check_final BEFORE INSERT ON randomization_finalarm
    FOR EACH ROW EXECUTE FUNCTION randomization_check_final();

-- A study that is unblinded is never unlocked.
CREATE FUNCTION randomization_keep_locked() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_catalog, pg_temp AS $$
BEGIN
    IF EXISTS (
        SELECT FROM randomization_finalapproval GROUP BY unblinding_id
        HAVING least(count(DISTINCT by_id), count(DISTINCT accounts_hand(role))) >= 2
    ) THEN
        RAISE EXCEPTION 'the study is unblinded and stays locked' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_keep_locked() FROM PUBLIC;
CREATE TRIGGER keep_locked BEFORE INSERT ON crf_studylockmove
    FOR EACH ROW WHEN (NEW.move IN ('ASK', 'UNLOCK')) EXECUTE FUNCTION randomization_keep_locked();
"""
BACK = """
DROP TRIGGER keep_locked ON crf_studylockmove;
DROP FUNCTION randomization_keep_locked();
DROP FUNCTION randomization_check_final() CASCADE;
DROP FUNCTION randomization_present_lock();
DROP FUNCTION randomization_check_disclosure() CASCADE;
DROP FUNCTION randomization_check_answer() CASCADE;
DROP FUNCTION randomization_check_unblinding() CASCADE;
DROP FUNCTION randomization_refuse_change() CASCADE;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("randomization", "0003_lists"),
        ("crf", "0004_study_lock_rules"),
        ("accounts", "0002_rules"),
    ]

    operations = [
        migrations.RunSQL(STAY, migrations.RunSQL.noop),
        migrations.RunSQL(EMERGENCY, migrations.RunSQL.noop),
        migrations.RunSQL(FINAL, BACK),
    ]
