"""A version's text is neither read nor packed where nobody asks for it.

The guard of records looked at a version through all the policies of who may read what, which was most
of what a record's row cost. It holds what is there against what is to be, whoever sees it: so it looks
as the owner, and at the five columns that it needs. A signed text is base64, which packs to nothing.
Whether a version goes further is asked of those kinds alone that can.
"""

from django.db import migrations

GUARD = """
CREATE OR REPLACE FUNCTION records_record_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    v record;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.originator_id <> NEW.originator_id OR OLD.kind <> NEW.kind
        OR OLD.about_id IS DISTINCT FROM NEW.about_id
        OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)) THEN
        RAISE EXCEPTION 'a record keeps its originator, kind and reference' USING ERRCODE = '23514';
    END IF;
    IF NEW.state NOT IN ('draft', 'in_review', 'deleted') THEN
        SELECT state, audience, tlp, named, received_at INTO v
            FROM records_version WHERE id = NEW.current_id AND record_id = NEW.id;
        IF NOT FOUND OR v.state <> 'released' THEN
            RAISE EXCEPTION 'a record in force has a released version' USING ERRCODE = '23514';
        END IF;
        -- A received record loses, one by one, the Parties hosted here from whom it was withdrawn.
        IF NOT (v.audience = NEW.audience
                OR (v.received_at IS NOT NULL AND NEW.audience <@ v.audience)) OR v.tlp <> NEW.tlp OR v.named <> NEW.named THEN
            RAISE EXCEPTION 'a record is seen by whom its version names' USING ERRCODE = '23514';
        END IF;
    END IF;
    IF NEW.state = 'recalled' AND (TG_OP = 'INSERT' OR OLD.state <> 'recalled')
       AND NEW.kind NOT IN ('acknowledgement', 'sighting', 'comment')
       AND NOT EXISTS (SELECT 1 FROM records_decision d WHERE d.record_id = NEW.id
           AND d.verb = 'recall' AND d.outcome = 'approved') THEN
        RAISE EXCEPTION 'a recall needs a second officer' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
"""
BACK = """
CREATE OR REPLACE FUNCTION records_record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v records_version;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.originator_id <> NEW.originator_id OR OLD.kind <> NEW.kind
        OR OLD.about_id IS DISTINCT FROM NEW.about_id
        OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)) THEN
        RAISE EXCEPTION 'a record keeps its originator, kind and reference' USING ERRCODE = '23514';
    END IF;
    IF NEW.state NOT IN ('draft', 'in_review', 'deleted') THEN
        SELECT * INTO v FROM records_version WHERE id = NEW.current_id AND record_id = NEW.id;
        IF NOT FOUND OR v.state <> 'released' THEN
            RAISE EXCEPTION 'a record in force has a released version' USING ERRCODE = '23514';
        END IF;
        -- A received record loses, one by one, the Parties hosted here from whom it was withdrawn.
        IF NOT (v.audience = NEW.audience
                OR (v.received_at IS NOT NULL AND NEW.audience <@ v.audience)) OR v.tlp <> NEW.tlp OR v.named <> NEW.named THEN
            RAISE EXCEPTION 'a record is seen by whom its version names' USING ERRCODE = '23514';
        END IF;
    END IF;
    IF NEW.state = 'recalled' AND (TG_OP = 'INSERT' OR OLD.state <> 'recalled')
       AND NEW.kind NOT IN ('acknowledgement', 'sighting', 'comment')
       AND NOT EXISTS (SELECT 1 FROM records_decision d WHERE d.record_id = NEW.id
           AND d.verb = 'recall' AND d.outcome = 'approved') THEN
        RAISE EXCEPTION 'a recall needs a second officer' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
"""

#: What `records_goes_further` demands as well, seen without calling it.
MAY_GO_FURTHER = "NEW.received_at IS NULL AND NEW.kind IN ('dispute', 'ruling') AND "


def guard_of_new(first: str) -> str:
    return f"""
DROP TRIGGER records_version_guard_new ON records_version;
CREATE TRIGGER records_version_guard_new BEFORE INSERT ON records_version
    FOR EACH ROW WHEN (NOT ({first}records_goes_further(NEW)))
    EXECUTE FUNCTION records_version_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0010_fewer_indexes")]

    operations = [
        migrations.RunSQL(GUARD, BACK),
        migrations.RunSQL(guard_of_new(MAY_GO_FURTHER), guard_of_new("")),
        migrations.RunSQL(
            "ALTER TABLE records_version ALTER COLUMN jws SET STORAGE EXTERNAL",
            "ALTER TABLE records_version ALTER COLUMN jws SET STORAGE EXTENDED",
        ),
    ]
