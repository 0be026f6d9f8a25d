"""The allocation list holds no kits: they have lists of their own. Everything that was handed in stays as it was."""

from django.db import migrations

FORWARD = """
CREATE OR REPLACE FUNCTION randomization_check_list_move() RETURNS trigger LANGUAGE plpgsql
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
"""


class Migration(migrations.Migration):
    dependencies = [("randomization", "0006_kit_ledger")]

    operations = [
        migrations.RunSQL(FORWARD, migrations.RunSQL.noop),
        migrations.RemoveField(model_name="handedinlist", name="kits"),
    ]
