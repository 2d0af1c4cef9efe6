"""A verification keeps the roots of what it has read, in place of a digest of the whole tree."""

from django.db import migrations, models

# One that was running went by the digest; whoever wants it begins another.
BREAK_OFF = """
UPDATE oversight_verification SET state = 'failed', ended_at = now() WHERE state = 'running'
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0010_hold_of_locked")]
    operations = [
        migrations.RunSQL(BREAK_OFF, migrations.RunSQL.noop),
        migrations.RemoveField("verification", "digest"),
        migrations.AddField(
            "verification",
            "frontier",
            models.JSONField(default=dict, help_text="Of the tree, as far as it was read."),
        ),
    ]
