"""Versions of the protocol: append-only, and whole from the transaction that makes them."""

from django.db import migrations

TABLES = "screening_protocolversion, screening_prohibitedmedication, screening_attestationquestion"
KEEP = f"""
REVOKE UPDATE, DELETE ON {TABLES} FROM trial_web;
CREATE FUNCTION public.keep_protocol_version_whole() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM public.screening_protocolversion
        WHERE id = NEW.version_id AND made_at = transaction_timestamp()
    ) THEN
        RAISE EXCEPTION 'A version of the protocol is whole when it is made; make another version.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_protocol_version_whole BEFORE INSERT ON public.screening_prohibitedmedication
    FOR EACH ROW EXECUTE FUNCTION public.keep_protocol_version_whole();
CREATE TRIGGER keep_protocol_version_whole BEFORE INSERT ON public.screening_attestationquestion
    FOR EACH ROW EXECUTE FUNCTION public.keep_protocol_version_whole();
"""
RELEASE = f"""
DROP TRIGGER keep_protocol_version_whole ON public.screening_prohibitedmedication;
DROP TRIGGER keep_protocol_version_whole ON public.screening_attestationquestion;
DROP FUNCTION public.keep_protocol_version_whole();
GRANT UPDATE, DELETE ON {TABLES} TO trial_web;
"""


class Migration(migrations.Migration):
    dependencies = (("screening", "0003_one_screening"),)
    operations = (migrations.RunSQL(KEEP, RELEASE),)
