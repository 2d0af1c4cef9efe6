"""Retention's rows are its Party's auditors' business. What falls due is a view of the records without a
word of what they say; what is held back, the database itself does not let be deleted."""

from django.db import migrations

from cordillera.access.rows import PARTY, enable, on, policy

HOLD, DELETION = "oversight_hold", "oversight_deletion"
OURS = f"party_id = {PARTY}"
AUDITOR, NODE = on("auditor"), on("node")
READ = f"{OURS} AND ({AUDITOR} OR {NODE})"
SET = f"{OURS} AND {AUDITOR}"

# A view runs with its owner's rights, whom the records' policies do not bind: what it shows, it decides
# itself. The common table expression makes it one that nobody can write through.
FALLING = f"""
CREATE VIEW oversight_falling WITH (security_barrier) AS
WITH seen AS (
    SELECT r.id, r.reference, r.kind, r.originator_id AS originator, r.state, r.tlp,
           r.about_id IS NOT NULL AS is_answer, r.released_at, r.review_on, r.expires_on,
           r.recalled_at, r.locked_at,
           (SELECT count(*)::integer FROM records_record a WHERE a.about_id = r.id
            AND a.originator_id = {PARTY} AND a.state <> 'deleted') AS own_answers
    FROM records_record r
    WHERE ({AUDITOR} OR {NODE}) AND r.reference IS NOT NULL
      AND (r.originator_id = {PARTY}
           OR ({PARTY} = ANY(r.audience) AND r.state IN ('released', 'amended', 'expired')))
) SELECT * FROM seen
"""

GUARD = """
CREATE FUNCTION oversight_held_back() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
BEGIN
    IF EXISTS (SELECT 1 FROM public.oversight_hold h
               WHERE h.record_id = NEW.id AND h.let_go_at IS NULL) THEN
        RAISE EXCEPTION 'this record is held back from deletion' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
REVOKE ALL ON FUNCTION oversight_held_back FROM PUBLIC;
CREATE TRIGGER held_back BEFORE UPDATE OF state ON records_record
    FOR EACH ROW WHEN (NEW.state = 'deleted' AND OLD.state = 'locked')
    EXECUTE FUNCTION oversight_held_back();
"""
UNGUARD = "DROP TRIGGER held_back ON records_record; DROP FUNCTION oversight_held_back;"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0008_retention"), ("records", "0002_row_security")]
    operations = [
        enable(HOLD),
        policy(HOLD, "hold_read", "SELECT", READ),
        policy(HOLD, "hold_insert", "INSERT", check=SET),
        policy(HOLD, "hold_update", "UPDATE", SET, SET),
        enable(DELETION),
        policy(DELETION, "deletion_read", "SELECT", READ),
        policy(DELETION, "deletion_insert", "INSERT", check=f"{OURS} AND {NODE}"),
        migrations.RunSQL(FALLING, "DROP VIEW oversight_falling"),
        migrations.RunSQL(GUARD, UNGUARD),
    ]
