"""Who may move a handed-in list, and where to: the table `randomization.list_states.LIST_MOVES`."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION randomization_check_list_move() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    move text;
    mover name;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state <> 'HANDED_IN' THEN
            RAISE EXCEPTION 'a list begins as HANDED_IN, not as %', NEW.state
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NEW;
    END IF;

    move := OLD.state || ' to ' || NEW.state;
    mover := CASE move
        WHEN 'HANDED_IN to CONFIRMED' THEN 'trial_web'
        WHEN 'HANDED_IN to WITHDRAWN' THEN 'trial_web'
        WHEN 'CONFIRMED to LOADED' THEN 'trial_vault'
        WHEN 'CONFIRMED to REFUSED' THEN 'trial_vault'
    END;
    IF mover IS NULL OR session_user <> mover THEN
        RAISE EXCEPTION 'a list may not go from % as %', move, session_user
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF to_jsonb(OLD) - '{state,content,refusal,answered_at,loader,confirmed_by_id,confirmed_at}'::text[]
            IS DISTINCT FROM
        to_jsonb(NEW) - '{state,content,refusal,answered_at,loader,confirmed_by_id,confirmed_at}'::text[]
        OR (mover = 'trial_vault' AND (OLD.loader, OLD.confirmed_by_id) IS DISTINCT FROM (NEW.loader, NEW.confirmed_by_id))
        OR NEW.content NOT IN (OLD.content, '')
        OR (NEW.content = '') <> (NEW.state <> 'CONFIRMED')
    THEN
        RAISE EXCEPTION 'a list keeps what was handed in, and who did; its content is emptied when it is settled'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_list_move() FROM PUBLIC;

CREATE TRIGGER check_move BEFORE INSERT OR UPDATE ON randomization_handedinlist
    FOR EACH ROW EXECUTE FUNCTION randomization_check_list_move();

-- A list is withdrawn or refused, never removed.
REVOKE DELETE ON randomization_handedinlist FROM trial_web;
"""

BACKWARD = """
DROP TRIGGER check_move ON randomization_handedinlist;
DROP FUNCTION randomization_check_list_move();
GRANT DELETE ON randomization_handedinlist TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = [("randomization", "0002_moves")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
