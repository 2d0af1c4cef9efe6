"""Where PostgreSQL has them (18), entries get ids in the order of time: their index then grows at its
end, and a verification reads it from one end to the other."""

from django.db import migrations

SWAP = """
DO $$ BEGIN
    IF to_regprocedure('pg_catalog.uuidv7()') IS NOT NULL THEN
        EXECUTE replace(pg_get_functiondef('audit_write'::regproc), '{before}', '{after}');
    END IF;
END $$
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0004_nobody_rewrites")]
    operations = [
        migrations.RunSQL(
            SWAP.format(before="gen_random_uuid()", after="uuidv7()"),
            SWAP.format(before="uuidv7()", after="gen_random_uuid()"),
        )
    ]
