"""Each row belongs to the Party whose end of the channel is hosted here."""

from django.db import migrations

from cordillera.access.rows import belongs_to_party

TABLES = ("channel", "item", "receipt", "report")


class Migration(migrations.Migration):
    dependencies = [("exchange", "0001_initial")]

    operations = [
        operation
        for table in TABLES
        for operation in belongs_to_party(f"exchange_{table}", "party")
    ]
