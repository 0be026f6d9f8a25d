"""A locked study refuses every change of its data, whatever the path (D2): held by the database.

Each writer takes a shared lock until the end of its transaction; who locks the study takes the same lock alone.
So a study is locked when everything that was being saved is saved, and nothing slips in afterwards.
"""

from django.db import migrations

RULES = """
CREATE FUNCTION crf_refuse_when_locked() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(7377058, 1);
    IF (SELECT move FROM public.crf_studylockmove ORDER BY id DESC LIMIT 1) <> 'UNLOCK' THEN
        RAISE EXCEPTION 'the study is locked: nothing in % can change', TG_TABLE_NAME USING ERRCODE = 'PM001';
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION crf_refuse_when_locked() FROM PUBLIC;

CREATE FUNCTION crf_check_lock_move() RETURNS trigger LANGUAGE plpgsql
SET search_path = public, pg_catalog, pg_temp AS $$
DECLARE
    last crf_studylockmove;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        RAISE EXCEPTION 'a move of the lock is added, never changed or removed'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    PERFORM pg_advisory_xact_lock(7377058, 1);
    SELECT * INTO last FROM crf_studylockmove ORDER BY id DESC LIMIT 1;
    IF coalesce(last.move, 'UNLOCK') || ' ' || NEW.move NOT IN
        ('UNLOCK LOCK', 'LOCK ASK', 'KEEP ASK', 'ASK KEEP', 'ASK UNLOCK')
    THEN
        RAISE EXCEPTION 'the lock of the study does not move from % to %', last.move, NEW.move
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.move = 'UNLOCK' AND (last.by_id = NEW.by_id OR last.role = NEW.role) THEN
        RAISE EXCEPTION 'two people of two roles unlock the study'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    NEW.at := clock_timestamp();
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION crf_check_lock_move() FROM PUBLIC;
CREATE TRIGGER check_move BEFORE INSERT OR UPDATE OR DELETE ON crf_studylockmove
    FOR EACH ROW EXECUTE FUNCTION crf_check_lock_move();
REVOKE UPDATE, DELETE ON crf_studylockmove FROM trial_web;
"""
BACK = """
DROP TRIGGER check_move ON crf_studylockmove;
DROP FUNCTION crf_check_lock_move();
DROP FUNCTION crf_refuse_when_locked() CASCADE;
GRANT UPDATE, DELETE ON crf_studylockmove TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = (("crf", "0003_submissions_stay"),)
    operations = (migrations.RunSQL(RULES, BACK),)
