"""Everyone appends, each Party reads its own log, nobody changes it."""

from django.db import migrations

READ = "party = (SELECT current_setting('cordillera.party', true))"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [
        migrations.RunSQL(
            f"""
            ALTER TABLE audit_entry ENABLE ROW LEVEL SECURITY;
            CREATE POLICY entry_append ON audit_entry FOR INSERT WITH CHECK (true);
            CREATE POLICY entry_read ON audit_entry FOR SELECT USING ({READ});
            """,
            "DROP POLICY entry_append ON audit_entry; DROP POLICY entry_read ON audit_entry;",
        )
    ]
