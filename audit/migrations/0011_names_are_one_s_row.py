"""A key or a name of a log or a witness is one node's, whoever writes it."""

from django.db import migrations

ONE = """
CREATE FUNCTION audit_trusted_key_is_one_s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.retired_at IS NOT NULL THEN RETURN NEW; END IF;
    PERFORM pg_advisory_xact_lock(1819240195, hashtext('trusted'));
    IF EXISTS (
        SELECT 1 FROM audit_trustedkey o
        WHERE o.node <> NEW.node AND (o.public = NEW.public OR o.name = NEW.name) AND EXISTS (
            SELECT 1 FROM audit_trustedkey v WHERE v.party = o.party AND v.retired_at IS NULL
        )
    ) THEN
        RAISE EXCEPTION 'A key or a name of a log or a witness is one node''s alone.'
            USING ERRCODE = 'unique_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER trusted_key_is_one_s BEFORE INSERT OR UPDATE OF vkey, name, public, party, retired_at
    ON audit_trustedkey FOR EACH ROW EXECUTE FUNCTION audit_trusted_key_is_one_s();
"""
#: What was trusted before: each Party had its node.
FILL = """
UPDATE audit_trustedkey SET node = party, public = substring(
    decode(regexp_replace(vkey, '^.*?[+][0-9a-f]{8}[+]', ''), 'base64') FROM 2
);
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0010_names_are_one_s")]
    operations = [
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RunSQL(ONE, "DROP FUNCTION audit_trusted_key_is_one_s CASCADE"),
    ]
