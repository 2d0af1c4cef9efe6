"""The database says in which transaction a line was written; sums belong to a Party, and those of what
came for named officers alone to its auditors."""

from django.db import migrations

from cordillera.access.rows import PARTY, enable, on, policy

TOTAL = "oversight_ledgertotal"
OURS = f"party = {PARTY}"
SEEN = f"{OURS} AND ({on('auditor')} OR {on('node')} OR ({on('supervisor')} AND NOT whole))"
MADE = f"{OURS} AND {on('node')}"

GUARD = """
CREATE OR REPLACE FUNCTION oversight_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.written_at := now();
        {xid}
        RETURN NEW;
    END IF;
    IF TG_OP = 'UPDATE' THEN
        RAISE EXCEPTION 'a line of the ledger is never changed' USING ERRCODE = '23514';
    END IF;
    IF greatest(OLD.at, OLD.written_at) > now() - interval '5 years' THEN
        RAISE EXCEPTION 'a line of the ledger is kept for five years' USING ERRCODE = '23514';
    END IF;
    RETURN OLD;
END $$;
"""
WAITING = """
UPDATE oversight_ledgerexport SET snapshot = pg_current_snapshot()::text WHERE state = 'waiting'
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0014_ledger_totals")]
    operations = [
        migrations.RunSQL(
            GUARD.format(xid="NEW.xid := pg_current_xact_id()::text::bigint;"),
            GUARD.format(xid=""),
        ),
        migrations.RunSQL(WAITING, migrations.RunSQL.noop),
        enable(TOTAL),
        policy(TOTAL, "ledger_total_read", "SELECT", SEEN),
        policy(TOTAL, "ledger_total_insert", "INSERT", check=MADE),
        policy(TOTAL, "ledger_total_update", "UPDATE", MADE, MADE),
        policy(TOTAL, "ledger_total_delete", "DELETE", MADE),
    ]
