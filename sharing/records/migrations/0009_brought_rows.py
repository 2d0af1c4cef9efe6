"""Rows of a Party that is behind others hosted here, and who is shown which versions: see brought.py.

`records_behind` inherits from the records' table: who asks for records gets its rows too, under that
table's own policies. References from other tables lead to the record's own row, which is there as
long as there are others.
"""

import importlib

from django.db import migrations

from cordillera.access.rows import PARTY, SENDER, enable, policy, replaced

before = importlib.import_module("sharing.records.migrations.0002_row_security")
RECORD, VERSION, BEHIND = before.RECORD, before.VERSION, "records_behind"

OWN_ROW = "behind = ''"
# While a sender's envelope is taken in, his records are their own rows alone.
ITS_ROW = f"({OWN_ROW} OR (behind = {PARTY} AND originator_id IS DISTINCT FROM {SENDER}))"
RECEIVED = f"({before.RECEIVED} AND {OWN_ROW})"
RECORD_READ = (
    f"({before.READER} AND ({before.OURS} OR ({before.IN_FORCE} AND {before.TO_US} AND {ITS_ROW}"
    f" AND {before.REACHED}))) OR {before.LOCKED_FOR_AUDITORS} OR {RECEIVED}"
)
RECORD_UPDATE = f"({before.MAY_WRITE}) OR {RECEIVED}"
WAS_UPDATE = f"({before.MAY_WRITE}) OR {before.RECEIVED}"
WAS_RECORD_READ = before.RECORD_READ

BROUGHT = f"(received_at IS NULL OR {PARTY} = ANY(brought_to))"
VERSION_READ = replaced(before.VERSION_READ, before.TO_US, f"{before.TO_US} AND {BROUGHT}")


def written_with_record() -> str:
    """As before, by the record's own row."""
    return replaced(before.written_with_record(), f"FROM {RECORD}", f"FROM ONLY {RECORD}")


def changed(table: str, name: str, using: str, was: str, check: bool = False) -> migrations.RunSQL:
    def sql(rule: str) -> str:
        both = f" WITH CHECK ({rule})" if check else ""
        return f"ALTER POLICY {name} ON {table} USING ({rule}){both}"

    return migrations.RunSQL(sql(using), sql(was))


def drawn(table: str) -> list[migrations.RunSQL]:
    """What is drawn from a version is seen with the row that shows that version."""
    was = f"EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id)"
    seen = f"EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id AND r.behind = {table}.behind)"
    written, wrote = written_with_record(), before.written_with_record()
    return [
        # Who takes a sender's records in removes what was drawn for others.
        changed(table, f"{table}_read", f"{seen} OR {written}", was),
        migrations.RunSQL(
            f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({written})",
            f"ALTER POLICY {table}_insert ON {table} WITH CHECK ({wrote})",
        ),
        changed(table, f"{table}_update", written, wrote, check=True),
        changed(table, f"{table}_delete", written, wrote),
    ]


TABLE = f"""
ALTER TABLE {RECORD} ADD CONSTRAINT record_own_row CHECK (behind = '') NO INHERIT;
CREATE TABLE {BEHIND} (
    PRIMARY KEY (id, behind),
    CONSTRAINT behind_of_party CHECK (behind <> '' AND behind <> originator_id),
    CONSTRAINT behind_sees_it CHECK (behind = ANY(audience)),
    CONSTRAINT behind_record FOREIGN KEY (id) REFERENCES {RECORD} (id),
    CONSTRAINT behind_about FOREIGN KEY (about_id) REFERENCES {RECORD} (id),
    CONSTRAINT behind_current FOREIGN KEY (current_id) REFERENCES {VERSION} (id)
) INHERITS ({RECORD});
CREATE INDEX behind_released ON {BEHIND} (released_at DESC NULLS LAST, id);
"""
NO_TABLE = f"DROP TABLE {BEHIND}; ALTER TABLE {RECORD} DROP CONSTRAINT record_own_row"

# A row beside shows a version that was brought to its Party, to whom the record's own row is not
# shown: nobody ever sees two.
GUARD = f"""
CREATE FUNCTION records_behind_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v {VERSION};
BEGIN
    SELECT * INTO v FROM {VERSION} WHERE id = NEW.current_id AND record_id = NEW.id;
    IF NOT FOUND OR NOT NEW.behind = ANY(v.brought_to) OR v.tlp <> NEW.tlp OR v.named <> NEW.named
       OR NOT NEW.audience <@ v.audience OR NEW.state NOT IN ('released', 'expired') THEN
        RAISE EXCEPTION 'a Party that is behind is shown what it was brought' USING ERRCODE = '23514';
    END IF;
    IF EXISTS (SELECT 1 FROM ONLY {RECORD} r WHERE r.id = NEW.id AND NEW.behind = ANY(r.audience)) THEN
        RAISE EXCEPTION 'a Party is shown one row of a record' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_behind_guard BEFORE INSERT OR UPDATE ON {BEHIND}
    FOR EACH ROW EXECUTE FUNCTION records_behind_guard();
"""
_found = "SELECT * INTO v FROM records_version WHERE id = NEW.current_id AND record_id = NEW.id;"
# Whom the version names and this row is not shown to.
_withheld = """
        NEW.withheld := '{}';
        IF v.received_at IS NOT NULL AND v.audience <> NEW.audience THEN
            NEW.withheld := ARRAY(SELECT unnest(v.audience) EXCEPT SELECT unnest(NEW.audience) ORDER BY 1);
        END IF;"""
GUARD = replaced(GUARD, _found, _found + _withheld)
_record_guard = replaced(
    before.RECORD_GUARD.partition("CREATE TRIGGER")[0], "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
RECORD_GUARD = replaced(_record_guard, _found, _found + _withheld)
NO_GUARD = f"DROP TRIGGER records_behind_guard ON {BEHIND}; DROP FUNCTION records_behind_guard()"

_deleted = "r.id = NEW.record_id AND r.state = 'deleted'))"
_as_it_was = replaced(
    before.VERSION_GUARD.partition("CREATE TRIGGER")[0], "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
# What was taken away from the last Party here that had it is emptied, though others hold another
# version of the record.
_emptied = """
           AND NOT (NEW.body = '{}'::jsonb AND NEW.state = 'superseded' AND NEW.jws = 'purged'
               AND NEW.received_at IS NOT NULL AND NEW.brought_to = '{}')"""
VERSION_GUARD = replaced(_as_it_was, _deleted, _deleted + _emptied)

# What is here was sent to the Parties hosted here whom the record's row names.
HELD_ALREADY = f"""
UPDATE {VERSION} v SET brought_to = ARRAY(
    SELECT code FROM unnest(v.audience) AS code
    WHERE code = ANY(r.audience) AND EXISTS (SELECT 1 FROM parties_partykey k
        WHERE k.party_id = code AND k.sealed_private IS NOT NULL))
FROM ONLY {RECORD} r
WHERE r.id = v.record_id AND v.received_at IS NOT NULL AND r.state <> 'deleted'
"""

WITHHELD = f"""
UPDATE {RECORD} r SET audience = r.audience FROM {VERSION} v
WHERE v.id = r.current_id AND v.received_at IS NOT NULL AND v.audience <> r.audience
"""


class Migration(migrations.Migration):
    dependencies = [("records", "0008_brought")]

    operations = [
        migrations.RunSQL(TABLE, NO_TABLE),
        enable(BEHIND),
        policy(BEHIND, "behind_received", "ALL", before.RECEIVED, before.RECEIVED),
        migrations.RunSQL(GUARD, NO_GUARD),
        changed(RECORD, "record_read", RECORD_READ, WAS_RECORD_READ),
        changed(RECORD, "record_update", RECORD_UPDATE, WAS_UPDATE, check=True),
        changed(VERSION, "version_read", VERSION_READ, before.VERSION_READ),
        *drawn("records_term"),
        *drawn("records_link"),
        migrations.RunSQL(VERSION_GUARD, _as_it_was),
        migrations.RunSQL(RECORD_GUARD, _record_guard),
        migrations.RunSQL(HELD_ALREADY, migrations.RunSQL.noop),
        migrations.RunSQL(WITHHELD, migrations.RunSQL.noop),
    ]
