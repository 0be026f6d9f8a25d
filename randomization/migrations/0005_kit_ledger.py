"""The ledger moves the kits: the tables of `randomization.supply.states`, in the database."""

from django.db import migrations

FORWARD = """
-- A line of the ledger moves its kit, or is refused: ledger and state cannot differ. It works with the owner's
-- rights, since nobody else may write a kit's state.
CREATE FUNCTION randomization_move_kit() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog AS $$
DECLARE
    kit public.randomization_kit;
    mover name := CASE WHEN NEW.verb IN ('LOAD', 'ALLOT', 'GIVE') THEN 'trial_vault' ELSE 'trial_web' END;
BEGIN
    IF session_user <> mover THEN
        RAISE EXCEPTION 'a kit may not be moved by % as %', NEW.verb, session_user
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    -- Moves at one site come one after the other, those of the vault included.
    SELECT * INTO kit FROM public.randomization_kit WHERE "KITNO" = NEW."KITNO";
    PERFORM pg_advisory_xact_lock(hashtextextended('kits of site ' || kit.site_id, 0));
    SELECT * INTO kit FROM public.randomization_kit WHERE "KITNO" = NEW."KITNO" FOR NO KEY UPDATE;

    NEW.at := clock_timestamp();
    NEW.by := coalesce(current_setting('edc.actor', true), '');
    NEW.site_id := kit.site_id;
    NEW.start := kit.state;
    IF NEW.verb = 'LOAD' THEN
        IF kit.state <> 'PACKED'
            OR EXISTS (SELECT FROM public.randomization_kitmove AS move WHERE move."KITNO" = NEW."KITNO")
        THEN
            RAISE EXCEPTION 'kit % is loaded already', NEW."KITNO"
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        NEW.start := '';
        NEW."end" := 'PACKED';
        RETURN NEW;
    END IF;
    NEW."end" := CASE kit.state || ' ' || NEW.verb
        WHEN 'PACKED ALLOT' THEN 'ALLOTTED'
        WHEN 'ALLOTTED SEND' THEN 'SENT'
        WHEN 'SENT RECEIVE' THEN 'STOCKED'
        WHEN 'SENT QUARANTINE' THEN 'QUARANTINED'
        WHEN 'SENT MISS' THEN 'MISSING'
        WHEN 'STOCKED QUARANTINE' THEN 'QUARANTINED'
        WHEN 'QUARANTINED RELEASE' THEN 'STOCKED'
        WHEN 'QUARANTINED REJECT' THEN 'REJECTED'
        WHEN 'STOCKED GIVE' THEN 'GIVEN'
        WHEN 'GIVEN USE' THEN 'USED'
        WHEN 'USED CORRECT' THEN 'GIVEN'
        WHEN 'STOCKED RETURN' THEN 'RETURNED'
        WHEN 'GIVEN RETURN' THEN 'RETURNED'
        WHEN 'USED RETURN' THEN 'RETURNED'
        WHEN 'REJECTED RETURN' THEN 'RETURNED'
        WHEN 'RETURNED DESTROY' THEN 'DESTROYED'
        WHEN 'REJECTED DESTROY' THEN 'DESTROYED'
    END;
    IF NEW."end" IS NULL THEN
        RAISE EXCEPTION 'kit % is % and cannot be moved by %', NEW."KITNO", kit.state, NEW.verb
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF (NEW.verb = 'ALLOT' AND NEW.shipment_id IS NULL)
        OR (NEW.verb IN ('SEND', 'RECEIVE', 'MISS') AND NEW.shipment_id IS DISTINCT FROM kit.shipment_id)
        OR (NEW.verb = 'QUARANTINE' AND NEW.quarantine_id IS NULL)
        OR (NEW.verb IN ('RELEASE', 'REJECT') AND NEW.quarantine_id IS DISTINCT FROM kit.quarantine_id)
        OR (NEW.verb = 'GIVE' AND NEW.request_id IS NULL)
    THEN
        RAISE EXCEPTION 'the move % of kit % does not say of what it is part', NEW.verb, NEW."KITNO"
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    UPDATE public.randomization_kit SET
        state = NEW."end",
        shipment_id = CASE NEW.verb WHEN 'ALLOT' THEN NEW.shipment_id ELSE kit.shipment_id END,
        quarantine_id = CASE NEW.verb WHEN 'QUARANTINE' THEN NEW.quarantine_id ELSE kit.quarantine_id END
    WHERE "KITNO" = NEW."KITNO";
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_move_kit() FROM PUBLIC;

CREATE TRIGGER move_kit BEFORE INSERT ON randomization_kitmove
    FOR EACH ROW EXECUTE FUNCTION randomization_move_kit();

REVOKE INSERT, UPDATE, DELETE ON randomization_kit FROM trial_web;
REVOKE UPDATE, DELETE ON randomization_kitmove FROM trial_web;

CREATE FUNCTION randomization_check_shipment() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
DECLARE
    move text := CASE TG_OP WHEN 'INSERT' THEN 'to ' || NEW.state ELSE OLD.state || ' to ' || NEW.state END;
    mover name := CASE move
        WHEN 'to ORDERED' THEN 'trial_web'
        WHEN 'ORDERED to PREPARED' THEN 'trial_vault'
        WHEN 'ORDERED to REFUSED' THEN 'trial_vault'
        WHEN 'PREPARED to SENT' THEN 'trial_web'
        WHEN 'SENT to RECEIVED' THEN 'trial_web'
    END;
BEGIN
    IF mover IS NULL OR session_user <> mover THEN
        RAISE EXCEPTION 'a shipment may not go % as %', move, session_user
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.site_id, OLD.pairs) IS DISTINCT FROM (NEW.id, NEW.site_id, NEW.pairs) THEN
        RAISE EXCEPTION 'a shipment keeps its site and its pairs'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    IF NEW.state = 'ORDERED' THEN
        PERFORM pg_notify('treatment_request', '');
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_check_shipment() FROM PUBLIC;

CREATE TRIGGER check_move BEFORE INSERT OR UPDATE ON randomization_shipment
    FOR EACH ROW EXECUTE FUNCTION randomization_check_shipment();

-- What was decided about a quarantine, and what was said about a number, stays.
CREATE FUNCTION randomization_decide_once() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    IF OLD.decision <> '' OR (OLD.id, OLD.site_id, OLD.cause, OLD.details, OLD.lowest, OLD.highest, OLD.begun_by_id)
        IS DISTINCT FROM (NEW.id, NEW.site_id, NEW.cause, NEW.details, NEW.lowest, NEW.highest, NEW.begun_by_id)
    THEN
        RAISE EXCEPTION 'a quarantine is decided once, and keeps what was reported'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION randomization_decide_once() FROM PUBLIC;

CREATE TRIGGER decide_once BEFORE UPDATE ON randomization_quarantine
    FOR EACH ROW EXECUTE FUNCTION randomization_decide_once();

CREATE FUNCTION randomization_ring_for_report() RETURNS trigger LANGUAGE plpgsql
SET search_path = pg_catalog AS $$
BEGIN
    PERFORM pg_notify('treatment_request', '');
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION randomization_ring_for_report() FROM PUBLIC;
CREATE TRIGGER ring AFTER INSERT ON randomization_kitreport
    FOR EACH STATEMENT EXECUTE FUNCTION randomization_ring_for_report();

REVOKE DELETE ON randomization_shipment, randomization_quarantine, randomization_kitreport FROM trial_web;
REVOKE UPDATE, DELETE ON randomization_numbererror FROM trial_web;
"""

BACKWARD = """
DROP TRIGGER move_kit ON randomization_kitmove;
DROP TRIGGER check_move ON randomization_shipment;
DROP TRIGGER decide_once ON randomization_quarantine;
DROP TRIGGER ring ON randomization_kitreport;
DROP FUNCTION randomization_move_kit(), randomization_check_shipment(), randomization_decide_once(),
    randomization_ring_for_report();
GRANT INSERT, UPDATE, DELETE ON randomization_kit, randomization_kitmove, randomization_shipment,
    randomization_quarantine, randomization_kitreport, randomization_numbererror TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = [("randomization", "0004_unblinding_rules")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
