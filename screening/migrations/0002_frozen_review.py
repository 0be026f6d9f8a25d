"""What was submitted for review, and a signature once given, stay as they are: held by the database."""

from django.db import migrations

FREEZE = """
CREATE FUNCTION public.keep_eligibility_review() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'A review of eligibility is never deleted.';
    END IF;
    IF (NEW.id, NEW.participant_id, NEW.snapshot, NEW.content_hash, NEW.submitted_by_id, NEW.submitted_at,
        NEW.assigned_to_id)
        IS DISTINCT FROM
       (OLD.id, OLD.participant_id, OLD.snapshot, OLD.content_hash, OLD.submitted_by_id, OLD.submitted_at,
        OLD.assigned_to_id)
    THEN
        RAISE EXCEPTION 'What was submitted for review is frozen.';
    END IF;
    IF OLD.decision <> '' AND
       (NEW.decision, NEW.signed_by_id, NEW.signer_name, NEW.signer_role, NEW.signed_at, NEW.meaning,
        NEW.signature, NEW.questions, NEW.failed, NEW.note)
        IS DISTINCT FROM
       (OLD.decision, OLD.signed_by_id, OLD.signer_name, OLD.signer_role, OLD.signed_at, OLD.meaning,
        OLD.signature, OLD.questions, OLD.failed, OLD.note)
    THEN
        RAISE EXCEPTION 'A signature is never altered.';
    END IF;
    IF OLD.state IN ('voided', 'withdrawn', 'returned') AND NEW IS DISTINCT FROM OLD THEN
        RAISE EXCEPTION 'This review is closed.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_eligibility_review BEFORE UPDATE OR DELETE ON public.screening_eligibilityreview
    FOR EACH ROW EXECUTE FUNCTION public.keep_eligibility_review();
"""
THAW = """
DROP TRIGGER keep_eligibility_review ON public.screening_eligibilityreview;
DROP FUNCTION public.keep_eligibility_review();
"""


class Migration(migrations.Migration):
    dependencies = (("screening", "0001_initial"),)
    operations = (migrations.RunSQL(FREEZE, THAW),)
