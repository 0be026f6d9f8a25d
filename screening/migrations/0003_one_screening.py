"""Which screening follows which is never altered, and one of them at most has a number: held by the database."""

from django.db import migrations

ONE_SCREENING = """
CREATE FUNCTION public.keep_one_screening() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.rescreen_of_id IS NOT NULL THEN
            PERFORM FROM public.screening_participant
                WHERE id = NEW.rescreen_of_id AND "RANDNO" = '' FOR NO KEY UPDATE;
            IF NOT FOUND THEN
                RAISE EXCEPTION 'Who has a treatment number is not screened again.';
            END IF;
        END IF;
    ELSIF NEW.rescreen_of_id IS DISTINCT FROM OLD.rescreen_of_id THEN
        RAISE EXCEPTION 'Which screening follows which is never altered.';
    ELSIF NEW."RANDNO" <> '' AND OLD."RANDNO" = '' AND EXISTS (
        SELECT FROM public.screening_participant WHERE rescreen_of_id = NEW.id)
    THEN
        RAISE EXCEPTION 'This person is screened again under another number.';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER keep_one_screening BEFORE INSERT OR UPDATE ON public.screening_participant
    FOR EACH ROW EXECUTE FUNCTION public.keep_one_screening();
"""
ANY_SCREENING = """
DROP TRIGGER keep_one_screening ON public.screening_participant;
DROP FUNCTION public.keep_one_screening();
"""


class Migration(migrations.Migration):
    dependencies = (("screening", "0002_frozen_review"),)
    operations = (migrations.RunSQL(ONE_SCREENING, ANY_SCREENING),)
