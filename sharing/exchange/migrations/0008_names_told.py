"""Readers' names are kept no longer than until they are told, nor with what was refused."""

from django.db import migrations

FORGET = """
DELETE FROM exchange_report r USING exchange_item i
    WHERE i.id = r.item_id AND i.type = 'readers' AND i.outcome <> '';
UPDATE exchange_item SET text = '' WHERE type = 'readers' AND outcome <> '' AND text <> '';
"""


class Migration(migrations.Migration):
    dependencies = [("exchange", "0007_fewer_indexes")]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
