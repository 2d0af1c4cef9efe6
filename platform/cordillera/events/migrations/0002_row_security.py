from django.db import migrations

from cordillera.access.rows import belongs_to_party


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = belongs_to_party("events_event", "party")
