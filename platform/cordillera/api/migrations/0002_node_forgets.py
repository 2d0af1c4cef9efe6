"""The node empties kept answers that speak of a record which was taken from its Party."""

from django.db import migrations

from cordillera.access.rows import PARTY, on, policy

TABLE = "api_keptanswer"
OURS = (
    f"{on('node')} AND EXISTS (SELECT 1 FROM parties_officer o"
    f" WHERE o.id = account AND o.party_id = {PARTY})"
)


class Migration(migrations.Migration):
    dependencies = [("api", "0001_initial"), ("parties", "0001_initial")]
    operations = [
        policy(TABLE, "answer_node_read", "SELECT", OURS),
        policy(TABLE, "answer_node_update", "UPDATE", OURS, f"{OURS} AND body = '{{}}'"),
    ]
