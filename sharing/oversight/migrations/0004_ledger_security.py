"""The ledger belongs to a Party, is never rewritten, and loses no line that is younger than five years."""

from django.db import migrations

from cordillera.access.rows import ACCOUNT, PARTY, enable, on, policy

LEDGER, EXPORT = "oversight_disclosure", "oversight_ledgerexport"
OURS = f"party = {PARTY}"
# A supervisor answers for what his Party gave; what came for named officers alone is not his.
SEEN = (
    f"{OURS} AND ({on('auditor')} OR {on('node')}"
    f" OR ({on('supervisor')} AND NOT (red AND direction = 'received')))"
)
# Where both Parties are hosted here, the recipient's node says in the giver's ledger what became of
# what he gave, and nothing else.
SAID_BY_RECIPIENT = (
    f"({on('node')} AND other = {PARTY} AND direction = 'given'"
    " AND event IN ('delivered', 'withdrawn', 'read'))"
)
GUARD = """
CREATE FUNCTION oversight_ledger_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.written_at := now();
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
CREATE TRIGGER oversight_ledger_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_disclosure
    FOR EACH ROW EXECUTE FUNCTION oversight_ledger_guard();
"""
UNGUARD = """
DROP TRIGGER oversight_ledger_guard ON oversight_disclosure;
DROP FUNCTION oversight_ledger_guard();
"""
EXPORT_SEEN = f"{OURS} AND ({on('node')} OR ({on('auditor')} AND account = {ACCOUNT}))"


class Migration(migrations.Migration):
    dependencies = [("oversight", "0003_ledger"), ("parties", "0001_initial")]
    operations = [
        enable(LEDGER),
        policy(LEDGER, "ledger_read", "SELECT", SEEN),
        policy(LEDGER, "ledger_write", "INSERT", check=f"{OURS} OR {SAID_BY_RECIPIENT}"),
        policy(LEDGER, "ledger_delete", "DELETE", f"{OURS} AND {on('node')}"),
        migrations.RunSQL(GUARD, UNGUARD),
        enable(EXPORT),
        policy(EXPORT, "ledger_export", "ALL", EXPORT_SEEN, EXPORT_SEEN),
    ]
