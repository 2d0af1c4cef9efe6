"""The watch is its Party's auditors' business, and nobody sees a notice about himself."""

from django.db import migrations

from cordillera.access.rows import ACCOUNT, PARTY, enable, on, policy

THRESHOLDS, HOURS = "oversight_thresholds", "oversight_unithours"
WATCHED, NOTICE = "oversight_watched", "oversight_notice"
OURS = f"party_id = {PARTY}"
AUDITOR, NODE = on("auditor"), on("node")
SEEN = f"{OURS} AND ({NODE} OR ({AUDITOR} AND officer IS DISTINCT FROM {ACCOUNT}))"
READ = f"{OURS} AND ({NODE} OR {AUDITOR})"
SET = f"{OURS} AND {AUDITOR}"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0001_watching")]
    operations = [
        *(
            one
            for table in (THRESHOLDS, HOURS)
            for one in (
                enable(table),
                policy(table, f"{table}_read", "SELECT", READ),
                policy(table, f"{table}_insert", "INSERT", check=SET),
                policy(table, f"{table}_update", "UPDATE", SET, SET),
                policy(table, f"{table}_delete", "DELETE", SET),
            )
        ),
        enable(WATCHED),
        policy(WATCHED, "watched_node", "ALL", f"{OURS} AND {NODE}", f"{OURS} AND {NODE}"),
        enable(NOTICE),
        policy(NOTICE, "notice_seen", "SELECT", SEEN),
        policy(NOTICE, "notice_raised", "INSERT", check=f"{OURS} AND {NODE}"),
        policy(NOTICE, "notice_changed", "UPDATE", SEEN, SEEN),
    ]
