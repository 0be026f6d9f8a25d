"""Who may move a treatment request, and where to: the table `randomization.states.MOVES`, in the database."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION randomization_check_move() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    move text;
    mover name;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'WAITING' THEN
            RAISE EXCEPTION 'a treatment request begins as WAITING, not as %', NEW.state
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        PERFORM pg_notify('treatment_request', '');
        RETURN NEW;
    END IF;

    move := OLD.state || ' to ' || NEW.state;
    mover := CASE move
        WHEN 'WAITING to ANSWERED' THEN 'trial_vault'
        WHEN 'WAITING to REFUSED' THEN 'trial_vault'
        WHEN 'WAITING to WITHDRAWN' THEN 'trial_web'
        WHEN 'ANSWERED to TAKEN_UP' THEN 'trial_web'
        WHEN 'REFUSED to WAITING' THEN 'trial_web'
        WHEN 'WITHDRAWN to WAITING' THEN 'trial_web'
    END;
    IF mover IS NULL OR session_user <> mover THEN
        RAISE EXCEPTION 'a treatment request may not go from % as %', move, session_user
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (OLD.id, OLD.participant_id, OLD.kind, OLD.visit, OLD."SITEID")
            IS DISTINCT FROM (NEW.id, NEW.participant_id, NEW.kind, NEW.visit, NEW."SITEID")
        OR (mover = 'trial_web' AND (OLD."RANDNO", OLD."KITNO") IS DISTINCT FROM (NEW."RANDNO", NEW."KITNO"))
        OR (NEW.state <> 'WAITING' AND OLD.stratum <> NEW.stratum)
    THEN
        RAISE EXCEPTION 'a treatment request keeps its participant, site, kind, visit, stratum and numbers'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'WAITING' THEN
        PERFORM pg_notify('treatment_request', '');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_move() FROM PUBLIC;

CREATE TRIGGER check_move BEFORE INSERT OR UPDATE ON randomization_treatmentrequest
    FOR EACH ROW EXECUTE FUNCTION randomization_check_move();

-- A request is withdrawn or refused, never removed.
REVOKE DELETE ON randomization_treatmentrequest FROM trial_web;
"""

BACKWARD = """
DROP TRIGGER check_move ON randomization_treatmentrequest;
DROP FUNCTION randomization_check_move();
GRANT DELETE ON randomization_treatmentrequest TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = [("randomization", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
