"""A dispute, or the decision on it, goes to a Party that joined the disputed record's audience: the
same words by the same hands, to Parties that have the record, and nothing else. It has the stricter
label of its own and the record's; while the record's is the looser one, it goes to nobody new. Every
other version still has an officer who wrote it, and a decision one who approved it."""

from django.db import migrations

GOES_FURTHER = """
CREATE FUNCTION records_label_rank(tlp text) RETURNS integer
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT array_position('{CLEAR,GREEN,AMBER,AMBER+STRICT,RED}'::text[], tlp)
$$;
CREATE FUNCTION records_goes_further(v records_version) RETURNS boolean
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
    SELECT v.state = 'released' AND v.received_at IS NULL AND EXISTS (
        SELECT 1 FROM records_record r
        JOIN records_version held ON held.id = r.current_id
        JOIN records_record about ON about.id = r.about_id
        JOIN records_version source ON source.id = about.current_id
        WHERE r.id = v.record_id AND r.kind IN ('dispute', 'ruling')
          AND r.kind = v.kind AND held.originator_id = v.originator_id
          AND held.received_at IS NULL AND held.number < v.number
          AND held.body = v.body AND held.authors = v.authors
          AND held.single_handed = v.single_handed
          AND held.approved_by IS NOT DISTINCT FROM v.approved_by
          AND held.handling - '{audience,named,tlp}'::text[]
            = v.handling - '{audience,named,tlp}'::text[]
          AND v.audience <@ source.audience
          AND CASE WHEN records_label_rank(source.tlp) < records_label_rank(held.tlp)
              THEN v.tlp = held.tlp AND v.audience <@ held.audience
                AND v.named <@ (held.named || v.authors)
              ELSE v.tlp = source.tlp AND v.named <@ (source.named || v.authors) END)
$$;
DROP TRIGGER records_version_guard ON records_version;
CREATE TRIGGER records_version_guard BEFORE UPDATE ON records_version
    FOR EACH ROW EXECUTE FUNCTION records_version_guard();
CREATE TRIGGER records_version_guard_new BEFORE INSERT ON records_version
    FOR EACH ROW WHEN (NOT records_goes_further(NEW)) EXECUTE FUNCTION records_version_guard();
"""
BACK = """
DROP TRIGGER records_version_guard_new ON records_version;
DROP TRIGGER records_version_guard ON records_version;
CREATE TRIGGER records_version_guard BEFORE INSERT OR UPDATE ON records_version
    FOR EACH ROW EXECUTE FUNCTION records_version_guard();
DROP FUNCTION records_goes_further(records_version);
DROP FUNCTION records_label_rank(text);
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0006_readership_readers")]

    operations = [migrations.RunSQL(GOES_FURTHER, BACK)]
