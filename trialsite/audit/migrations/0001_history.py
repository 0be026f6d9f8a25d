"""The history of every value and of every event, append-only, in a schema that the web role may only read."""

from django.db import migrations

TABLES = """
CREATE SCHEMA audit;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;
GRANT USAGE ON SCHEMA audit TO trial_web, trial_vault;

-- Changes and events are numbered together, so that both have one order.
CREATE SEQUENCE audit.line_id;

-- One row for each inserted, updated or deleted row of a watched table.
CREATE TABLE audit.history (
    id bigint PRIMARY KEY DEFAULT nextval('audit.line_id'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    txid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    db_role name NOT NULL DEFAULT session_user,
    actor text NOT NULL,
    role text NOT NULL,
    reason text NOT NULL,
    op "char" NOT NULL CONSTRAINT history_op_is_known CHECK (op IN ('I', 'U', 'D')),
    "table" text NOT NULL,
    row_id text NOT NULL,
    changes jsonb NOT NULL  -- {column: [old, new]}, changed columns only
);
CREATE INDEX history_of_a_row ON audit.history ("table", row_id, id);

-- One row for each event that changes no row of a watched table: a login, an export, a printed page.
CREATE TABLE audit.event (
    id bigint PRIMARY KEY DEFAULT nextval('audit.line_id'),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    txid bigint NOT NULL DEFAULT pg_current_xact_id()::text::bigint,
    db_role name NOT NULL DEFAULT session_user,
    actor text NOT NULL,
    what text NOT NULL CONSTRAINT event_has_a_name CHECK (what <> ''),
    address text NOT NULL,
    details jsonb NOT NULL
);
CREATE INDEX event_by_name ON audit.event (what, id);

-- Both in one shape, as the anchors read them: `line` says in text all that a row holds.
CREATE VIEW audit.lines AS
    SELECT id, jsonb_build_array('history', id, extract(epoch FROM at), txid, db_role, actor, role, reason,
                                 op, "table", row_id, changes)::text AS line
    FROM audit.history
    UNION ALL
    SELECT id, jsonb_build_array('event', id, extract(epoch FROM at), txid, db_role, actor, what, address,
                                 details)::text
    FROM audit.event;

-- Each anchor seals the lines after its predecessor's last, and the predecessor itself.
CREATE TABLE audit.anchor (
    number integer PRIMARY KEY CHECK (number > 0),
    at timestamptz NOT NULL DEFAULT clock_timestamp(),
    until_id bigint NOT NULL,
    lines integer NOT NULL CHECK (lines > 0),
    hash bytea NOT NULL CHECK (octet_length(hash) = 32)
);

CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'audit.%: history is added to, never changed or removed', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.history
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.anchor
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();
"""

RECORDING = """
-- Somebody who is known: the name that the application told, which every login but the owner's has to tell.
-- For functions of the owner only: current_user is the owner in them.
CREATE FUNCTION audit.actor() RETURNS text LANGUAGE plpgsql STABLE
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    told text := coalesce(current_setting('edc.actor', true), '');
BEGIN
    IF told = '' AND session_user <> current_user THEN
        RAISE EXCEPTION 'history: nobody is named as the one who acts'
            USING ERRCODE = 'insufficient_privilege', HINT = 'Write inside acting(by=...).';
    END IF;
    RETURN told;
END $$;

-- The trigger of every watched table. Arguments: the column of the primary key, the array of hidden columns:
-- of these history says that they changed, and keeps no value.
CREATE FUNCTION audit.record_change() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    before jsonb := CASE WHEN TG_OP = 'UPDATE' THEN to_jsonb(OLD) END;
    present jsonb := CASE WHEN TG_OP = 'DELETE' THEN to_jsonb(OLD) ELSE to_jsonb(NEW) END;
    hidden text[] := TG_ARGV[1];
    changed jsonb;
BEGIN
    SELECT jsonb_object_agg(key, CASE
        WHEN key = ANY (hidden) THEN '["(hidden)", "(hidden)"]'
        WHEN TG_OP = 'DELETE' THEN jsonb_build_array(value, NULL)
        ELSE jsonb_build_array(before -> key, value)
    END)
    INTO changed
    FROM jsonb_each(present)
    WHERE value <> coalesce(before -> key, 'null');
    IF changed IS NOT NULL THEN
        INSERT INTO audit.history (actor, role, reason, op, "table", row_id, changes) VALUES (
            audit.actor(), coalesce(current_setting('edc.role', true), ''),
            coalesce(current_setting('edc.reason', true), ''),
            left(TG_OP, 1), TG_TABLE_NAME, present ->> TG_ARGV[0], changed
        );
    END IF;
    RETURN NULL;
END $$;

-- The columns that history has seen of each watched table.
CREATE TABLE audit.watched (
    "table" text PRIMARY KEY,
    columns text[] NOT NULL
);

-- Watch a table from now on; for the owner, after each migration. What migrations wrote without a trigger (rows of
-- a table that was new, values of a column that was new) is recorded, so that history tells the content from empty.
CREATE FUNCTION audit.watch(watched regclass, pk text, hidden text[]) RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET timezone = 'UTC' AS $$
DECLARE
    name text := (SELECT relname FROM pg_class WHERE oid = watched);
    present text[] := ARRAY(
        SELECT attname FROM pg_attribute WHERE attrelid = watched AND attnum > 0 AND NOT attisdropped
    );
    known text[] := (SELECT columns FROM audit.watched WHERE "table" = name);
BEGIN
    EXECUTE format($make$
        CREATE OR REPLACE TRIGGER history AFTER INSERT OR UPDATE OR DELETE ON %s
        FOR EACH ROW EXECUTE FUNCTION audit.record_change(%L, %L)
    $make$, watched, pk, hidden);
    IF known IS NULL OR NOT present <@ known THEN
        EXECUTE format($record$
            INSERT INTO audit.history (actor, role, reason, op, "table", row_id, changes)
            SELECT 'system:migrate', '', 'written by a migration', %L, %L, to_jsonb(t) ->> %L, unseen.changes
            FROM %s AS t CROSS JOIN LATERAL (
                SELECT jsonb_object_agg(key, CASE
                    WHEN key = ANY (%L) THEN '["(hidden)", "(hidden)"]'
                    ELSE jsonb_build_array(NULL, value)
                END) AS changes
                FROM jsonb_each(to_jsonb(t))
                WHERE value <> 'null' AND key <> ALL (%L)
            ) AS unseen
            WHERE unseen.changes IS NOT NULL
        $record$, CASE WHEN known IS NULL THEN 'I' ELSE 'U' END, name, pk, watched, hidden, coalesce(known, '{}'));
    END IF;
    INSERT INTO audit.watched VALUES (name, present) ON CONFLICT ("table") DO UPDATE SET columns = excluded.columns;
END $$;

CREATE FUNCTION audit.record_event(what text, actor text, address text, details jsonb) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    INSERT INTO audit.event (what, actor, address, details) VALUES (what, actor, address, details) RETURNING id
$$;
"""

ANCHORING = """
-- Seal the lines since the last anchor, at most 20,000, under the hash of the anchor before. Returns the number
-- of the new anchor; null when there was nothing to seal or when writers held the tables for a whole second.
-- The lock waits for every transaction that has numbered a line and not yet committed it, so that no line can
-- appear below an anchor afterwards. It is held while hashing only (some milliseconds).
CREATE FUNCTION audit.write_anchor() RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp SET lock_timeout = '1s' AS $$
DECLARE
    last audit.anchor;
    sealed record;
BEGIN
    LOCK TABLE audit.anchor, audit.history, audit.event IN SHARE ROW EXCLUSIVE MODE;
    SELECT * INTO last FROM audit.anchor ORDER BY number DESC LIMIT 1;
    SELECT max(id) AS until_id, count(*) AS lines,
           sha256(coalesce(last.hash, '') || string_agg(sha256(convert_to(line, 'UTF8')), '' ORDER BY id)) AS hash
    INTO sealed
    FROM (SELECT id, line FROM audit.lines WHERE id > coalesce(last.until_id, 0) ORDER BY id LIMIT 20000) AS next;
    IF sealed.lines = 0 THEN
        RETURN NULL;
    END IF;
    INSERT INTO audit.anchor (number, until_id, lines, hash)
    VALUES (coalesce(last.number, 0) + 1, sealed.until_id, sealed.lines, sealed.hash);
    RETURN coalesce(last.number, 0) + 1;
EXCEPTION WHEN lock_not_available THEN
    RETURN NULL;
END $$;
"""

RIGHTS = """
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
GRANT SELECT ON ALL TABLES IN SCHEMA audit TO trial_web;
GRANT EXECUTE ON FUNCTION audit.record_event(text, text, text, jsonb), audit.write_anchor()
    TO trial_web, trial_vault;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [("accounts", "0001_initial")]

    operations = [migrations.RunSQL(sql) for sql in (TABLES, RECORDING, ANCHORING, RIGHTS)]
