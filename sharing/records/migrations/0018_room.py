"""A file that may come counts at once, before its first chunk is kept; and what was told of one that waits.

The sum is asked for before each file: it is made as the owner, not through the policies of each row.
"""

from django.db import migrations, models

from cordillera.access.rows import SENDER, on

TAKEN = f"""
CREATE FUNCTION records_room_taken() RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT coalesce(sum(a.size), 0)::bigint FROM records_attachment a
    JOIN ONLY records_record r ON r.id = a.record_id
    WHERE {on("node")} AND r.originator_id = {SENDER}
      AND (a.state IN ('quarantined', 'ready')
           OR (a.state = 'arriving' AND a.admitted_at IS NOT NULL))
$$
"""
BEGUN = """
UPDATE records_attachment a SET admitted_at = now()
WHERE a.state = 'arriving' AND EXISTS (SELECT 1 FROM records_chunk c WHERE c.attachment_id = a.id)
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0017_guard_of_own_rows")]

    operations = [
        migrations.AddField(
            model_name="attachment",
            name="admitted_at",
            field=models.DateTimeField(
                help_text="Since when it has room, while it arrives.", null=True
            ),
        ),
        migrations.AddField(
            model_name="attachment",
            name="told_waiting",
            field=models.JSONField(
                default=dict,
                help_text="While it waits for room: Party hosted here -> the version that it told of it.",
            ),
        ),
        migrations.RunSQL(BEGUN, migrations.RunSQL.noop),
        migrations.RunSQL(TAKEN, "DROP FUNCTION records_room_taken()"),
    ]
