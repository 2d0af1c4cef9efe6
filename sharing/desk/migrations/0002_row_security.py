"""Each table belongs to a Party; TLP:RED items to the officers they name, notifications to one."""

from django.db import migrations

from cordillera.access.rows import ACCOUNT, PARTY, belongs_to_party, enable, on, policy

ITEM, OUTCOME, NOTIFICATION = "desk_inboxitem", "desk_outcome", "desk_notification"
OURS = f"party_id = {PARTY}"
READER = f"({on('reader')} OR {on('node')})"
NAMED = (
    f"(named IS NULL OR {on('node')} OR {ACCOUNT} = ANY(named)"
    f" OR ({on('supervisor')} AND originator = {PARTY}))"
)
ITEM_SEEN = f"{OURS} AND {READER} AND {NAMED}"
OUTCOME_SEEN = f"{OURS} AND EXISTS (SELECT 1 FROM {ITEM} i WHERE i.id = item_id)"
ADDRESSED = f"{OURS} AND (officer_id = {ACCOUNT} OR {on('node')})"


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [
        enable(ITEM),
        policy(ITEM, "item_seen", "SELECT", ITEM_SEEN),
        policy(ITEM, "item_insert", "INSERT", check=OURS),
        policy(ITEM, "item_update", "UPDATE", ITEM_SEEN, OURS),
        enable(OUTCOME),
        policy(OUTCOME, "outcome_own_party", "ALL", OUTCOME_SEEN, OUTCOME_SEEN),
        enable(NOTIFICATION),
        policy(NOTIFICATION, "notification_seen", "SELECT", ADDRESSED),
        # An officer's action may notify his colleagues; he does not see what they are told.
        policy(NOTIFICATION, "notification_insert", "INSERT", check=OURS),
        policy(NOTIFICATION, "notification_update", "UPDATE", ADDRESSED, ADDRESSED),
        policy(NOTIFICATION, "notification_delete", "DELETE", ADDRESSED),
        *belongs_to_party("desk_reach"),
    ]
