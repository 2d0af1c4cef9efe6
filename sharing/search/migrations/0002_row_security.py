"""The document's protection, and the one function through which it is searched."""

import importlib

from django.db import migrations

from cordillera.access.rows import belongs_to_party, enable, policy

records = importlib.import_module("sharing.records.migrations.0002_row_security")
TABLE = "search_searchdocument"
# Written with its record: by the originator, or by the node that takes it in from a remote one.
OWN = records.written_with_record()

# As the owner, whom the policies do not bind, so that the text index is used; therefore it applies
# the records' own rule itself. Newest first: for a common word PostgreSQL walks the date index, for
# a rare one the text index, so that the time does not grow with the number of records.
SEARCH = f"""
CREATE FUNCTION search_records(question tsquery, wanted_kinds text[], most integer)
RETURNS TABLE (id uuid) LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    RETURN QUERY EXECUTE '
        SELECT s.id FROM (
            SELECT r.id, r.originator_id, r.audience, r.tlp, r.named, r.state, r.about_id,
                   r.released_at, r.kind
            FROM records_record r JOIN {TABLE} d ON d.record_id = r.id
            WHERE d.vector @@ $1 AND ($2 IS NULL OR r.kind = ANY($2)) AND r.state <> ''deleted''
              AND r.state <> ''locked''
              AND ({records.RECORD_READ.replace("'", "''")})
            ORDER BY r.released_at DESC NULLS LAST, r.id
            LIMIT $3) s'
    USING question, wanted_kinds, most;
END $$;
REVOKE ALL ON FUNCTION search_records(tsquery, text[], integer) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0001_initial"), ("records", "0002_row_security")]

    operations = [
        enable(TABLE),
        policy(TABLE, "document_own", "ALL", OWN, OWN),
        *belongs_to_party("search_savedsearch"),
        *belongs_to_party("search_match"),
        migrations.RunSQL(SEARCH, "DROP FUNCTION search_records(tsquery, text[], integer)"),
    ]
