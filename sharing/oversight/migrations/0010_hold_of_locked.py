"""What is deleted at the same moment cannot be held back: whoever comes second waits, and is refused."""

from django.db import migrations

GUARD = """
CREATE FUNCTION oversight_hold_guard() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    -- The share of the row ends with the transaction: a deletion waits for it, and then sees the hold.
    PERFORM 1 FROM public.records_record r
    WHERE r.id = NEW.record_id AND r.originator_id = NEW.party_id AND r.state = 'locked' FOR SHARE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'only a locked record is held back' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION oversight_hold_guard FROM PUBLIC;
CREATE TRIGGER hold_guard BEFORE INSERT ON oversight_hold
    FOR EACH ROW EXECUTE FUNCTION oversight_hold_guard();
"""
UNGUARD = "DROP TRIGGER hold_guard ON oversight_hold; DROP FUNCTION oversight_hold_guard;"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0009_retention_rows")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
