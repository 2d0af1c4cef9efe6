"""Row-level security, four eyes and immutability, held by the database itself."""

from django.db import migrations

from cordillera.access.rows import (
    ACCOUNT,
    PARTY,
    SENDER,
    SENDER_IS_REMOTE,
    bears_code_of,
    enable,
    on,
    policy,
)

RECORD, VERSION = "records_record", "records_version"
DECISION, OUTBOX = "records_decision", "records_outboxrow"

READER = f"({on('reader')} OR {on('node')})"
IN_FORCE = "state IN ('released', 'amended', 'expired')"
NAMED = f"(tlp <> 'RED' OR {on('node')} OR {ACCOUNT} = ANY(named))"
OURS = f"(originator_id = {PARTY} AND ({NAMED} OR ({on('supervisor')} AND about_id IS NULL)))"
VERSION_OURS = (
    f"(originator_id = {PARTY} AND ({NAMED} OR ({on('supervisor')} AND NOT single_handed)))"
)
TO_US = f"({PARTY} = ANY(audience) AND {NAMED})"
LOCKED_FOR_AUDITORS = f"({on('auditor')} AND originator_id = {PARTY} AND state = 'locked')"
MAY_WRITE = f"{READER} AND originator_id = {PARTY}"

# An answer of another Party is seen only with the record that it answers.
REACHED = "(about_id IS NULL OR records_reaches(about_id))"
# What the node is taking in from another one: that sender's records, and nobody else's.
RECEIVED = (
    f"({on('node')} AND originator_id = {SENDER} AND originator_id <> {PARTY} AND {SENDER_IS_REMOTE})"
)
RECORD_READ = (
    f"({READER} AND ({OURS} OR ({IN_FORCE} AND {TO_US} AND {REACHED}))) OR {LOCKED_FOR_AUDITORS}"
    f" OR {RECEIVED}"
)
RECORD_INSERT = f"({MAY_WRITE}) OR ({RECEIVED} AND {PARTY} = ANY(audience))"
VERSION_INSERT = (
    f"({MAY_WRITE} AND received_at IS NULL)"
    f" OR ({RECEIVED} AND {PARTY} = ANY(audience) AND received_at IS NOT NULL)"
)
VERSION_READ = (
    f"{READER} AND ({VERSION_OURS} OR (state IN ('released', 'superseded') AND {TO_US}"
    f" AND EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id)))"
    # An auditor sees his Party's locked records alone, so the record decides.
    f" OR ({on('auditor')} AND originator_id = {PARTY}"
    f" AND EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id))"
    f" OR {RECEIVED}"
)
READERSHIP_SEEN = (
    f"party = {PARTY} OR EXISTS"
    f" (SELECT 1 FROM {RECORD} r WHERE r.id = record_id AND r.originator_id = {PARTY})"
)


def written_with_record() -> str:
    """Its record's originator writes it, or the node that takes it in from a remote originator."""
    return (
        f"EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id"
        f" AND (r.originator_id = {PARTY}"
        f" OR ({on('node')} AND r.originator_id = {SENDER} AND {SENDER_IS_REMOTE})))"
    )


def follows_record(table: str) -> list[migrations.RunSQL]:
    """Rows of `table` are seen with their record and written by its originator."""
    seen = f"EXISTS (SELECT 1 FROM {RECORD} r WHERE r.id = record_id)"
    written = written_with_record()
    return [
        enable(table),
        policy(table, f"{table}_read", "SELECT", seen),
        policy(table, f"{table}_insert", "INSERT", check=written),
        policy(table, f"{table}_update", "UPDATE", written, written),
        policy(table, f"{table}_delete", "DELETE", written),
    ]


VERSION_GUARD = """
CREATE FUNCTION records_version_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account uuid := nullif(current_setting('cordillera.account', true), '')::uuid;
BEGIN
    IF NEW.received_at IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM parties_partykey k WHERE k.kid = NEW.key_id
          AND k.party_id = NEW.originator_id AND k.sealed_private IS NULL) THEN
        RAISE EXCEPTION 'a received version is signed with a key of its remote originator'
            USING ERRCODE = '23514';
    END IF;
    IF TG_OP = 'UPDATE' THEN
        IF (OLD.received_at IS NULL) <> (NEW.received_at IS NULL) THEN
            RAISE EXCEPTION 'a version stays received or our own' USING ERRCODE = '23514';
        END IF;
        IF OLD.record_id <> NEW.record_id OR OLD.number <> NEW.number OR OLD.kind <> NEW.kind
           OR OLD.originator_id <> NEW.originator_id THEN
            RAISE EXCEPTION 'a version keeps its record, number and kind' USING ERRCODE = '23514';
        END IF;
        IF OLD.state IN ('released', 'superseded') AND (
            NEW.state NOT IN ('released', 'superseded')
            OR (OLD.state = 'superseded' AND NEW.state = 'released')
            OR OLD.body <> NEW.body OR OLD.handling <> NEW.handling OR OLD.jws <> NEW.jws
            OR OLD.audience <> NEW.audience OR OLD.tlp <> NEW.tlp OR OLD.named <> NEW.named
            OR OLD.authors <> NEW.authors OR OLD.key_id <> NEW.key_id
            OR OLD.approved_by IS DISTINCT FROM NEW.approved_by
            OR OLD.released_at <> NEW.released_at)
           AND NOT (NEW.body = '{}'::jsonb AND NEW.state = 'superseded' AND EXISTS (
               SELECT 1 FROM records_record r WHERE r.id = NEW.record_id AND r.state = 'deleted'))
           -- Withdrawn from this node, purged, and later released to it again.
           AND NOT (OLD.jws = 'purged' AND NEW.received_at IS NOT NULL) THEN
            RAISE EXCEPTION 'a released version is immutable' USING ERRCODE = '23514';
        END IF;
        IF NOT NEW.authors @> OLD.authors THEN
            RAISE EXCEPTION 'an author stays an author' USING ERRCODE = '23514';
        END IF;
        IF OLD.state = 'in_review' AND (OLD.body <> NEW.body OR OLD.handling <> NEW.handling) THEN
            RAISE EXCEPTION 'a version in review does not change' USING ERRCODE = '23514';
        END IF;
    ELSIF NEW.kind <> (SELECT kind FROM records_record WHERE id = NEW.record_id) THEN
        RAISE EXCEPTION 'a version has the kind of its record' USING ERRCODE = '23514';
    END IF;
    IF (TG_OP = 'INSERT' OR OLD.body <> NEW.body OR OLD.handling <> NEW.handling)
       AND NEW.body <> '{}'::jsonb AND NEW.received_at IS NULL
       AND (account IS NULL OR NOT account = ANY(NEW.authors)) THEN
        RAISE EXCEPTION 'who writes a version is among its authors' USING ERRCODE = '23514';
    END IF;
    IF NEW.approved_by IS NOT NULL THEN
        IF NEW.approved_by = ANY(NEW.authors) THEN
            RAISE EXCEPTION 'nobody approves what he wrote' USING ERRCODE = '23514';
        END IF;
        IF (TG_OP = 'INSERT' OR OLD.approved_by IS NULL) AND NEW.approved_by IS DISTINCT FROM account THEN
            RAISE EXCEPTION 'who approves is who acts' USING ERRCODE = '23514';
        END IF;
    END IF;
    IF NEW.state = 'released' AND (TG_OP = 'INSERT' OR OLD.state <> 'released')
       AND NOT NEW.single_handed AND NEW.received_at IS NULL THEN
        IF NEW.approved_by IS NULL OR NOT EXISTS (
            SELECT 1 FROM records_decision d
            WHERE d.version_id = NEW.id AND d.verb IN ('release', 'amend')
              AND d.outcome = 'approved' AND d.decided_by = NEW.approved_by) THEN
            RAISE EXCEPTION 'a release needs a second officer' USING ERRCODE = '23514';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_version_guard BEFORE INSERT OR UPDATE ON records_version
    FOR EACH ROW EXECUTE FUNCTION records_version_guard();
"""

RECORD_GUARD = """
CREATE FUNCTION records_record_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    v records_version;
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.originator_id <> NEW.originator_id OR OLD.kind <> NEW.kind
        OR OLD.about_id IS DISTINCT FROM NEW.about_id
        OR (OLD.reference IS NOT NULL AND NEW.reference IS DISTINCT FROM OLD.reference)) THEN
        RAISE EXCEPTION 'a record keeps its originator, kind and reference' USING ERRCODE = '23514';
    END IF;
    IF NEW.state NOT IN ('draft', 'in_review', 'deleted') THEN
        SELECT * INTO v FROM records_version WHERE id = NEW.current_id AND record_id = NEW.id;
        IF NOT FOUND OR v.state <> 'released' THEN
            RAISE EXCEPTION 'a record in force has a released version' USING ERRCODE = '23514';
        END IF;
        -- A received record loses, one by one, the Parties hosted here from whom it was withdrawn.
        IF NOT (v.audience = NEW.audience
                OR (v.received_at IS NOT NULL AND NEW.audience <@ v.audience)) OR v.tlp <> NEW.tlp OR v.named <> NEW.named THEN
            RAISE EXCEPTION 'a record is seen by whom its version names' USING ERRCODE = '23514';
        END IF;
    END IF;
    IF NEW.state = 'recalled' AND (TG_OP = 'INSERT' OR OLD.state <> 'recalled')
       AND NEW.kind NOT IN ('acknowledgement', 'sighting', 'comment')
       AND NOT EXISTS (SELECT 1 FROM records_decision d WHERE d.record_id = NEW.id
           AND d.verb = 'recall' AND d.outcome = 'approved') THEN
        RAISE EXCEPTION 'a recall needs a second officer' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_record_guard BEFORE INSERT OR UPDATE ON records_record
    FOR EACH ROW EXECUTE FUNCTION records_record_guard();
"""

DECISION_GUARD = """
CREATE FUNCTION records_decision_guard() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    account uuid := nullif(current_setting('cordillera.account', true), '')::uuid;
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.proposed_by IS DISTINCT FROM account OR NEW.outcome <> '' THEN
            RAISE EXCEPTION 'who proposes is who acts, and another decides' USING ERRCODE = '23514';
        END IF;
    ELSIF NEW.reason = '' AND NEW.note = ''
        AND to_jsonb(NEW) - '{reason,note}'::text[] = to_jsonb(OLD) - '{reason,note}'::text[]
        AND EXISTS (SELECT 1 FROM records_record r
            WHERE r.id = OLD.record_id AND r.state = 'deleted') THEN
        -- Why it was proposed and decided is words about the record: they go when it is deleted.
        RETURN NEW;
    ELSIF OLD.outcome <> '' THEN
        RAISE EXCEPTION 'a decision is made once' USING ERRCODE = '23514';
    ELSIF OLD.proposed_by <> NEW.proposed_by OR OLD.verb <> NEW.verb
        OR OLD.record_id <> NEW.record_id OR OLD.version_id <> NEW.version_id
        OR NEW.decided_by IS DISTINCT FROM account THEN
        RAISE EXCEPTION 'who decides is who acts' USING ERRCODE = '23514';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER records_decision_guard BEFORE INSERT OR UPDATE ON records_decision
    FOR EACH ROW EXECUTE FUNCTION records_decision_guard();
"""


# A policy on a table cannot read the same table again (endless recursion), so this function asks as
# the owner, whom the policies do not bind, and applies the same rule itself. Temporary tables come
# last in its path: unnamed they would come first, and a view in the place of a table would run
# whatever it holds with the owner's rights.
REACHES = f"""
CREATE FUNCTION records_reaches(wanted uuid) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (SELECT 1 FROM {RECORD}
        WHERE id = wanted AND {READER} AND ({OURS} OR ({IN_FORCE} AND {TO_US})))
$$;
"""


def function(sql: str, name: str, table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        sql, f"DROP TRIGGER {name} ON {table}; DROP FUNCTION {name}();"
    )


class Migration(migrations.Migration):
    dependencies = [("records", "0001_initial")]

    operations = [
        migrations.RunSQL(REACHES, "DROP FUNCTION records_reaches(uuid)"),
        bears_code_of(RECORD, "id", "originator_id"),
        enable(RECORD),
        policy(RECORD, "record_read", "SELECT", RECORD_READ),
        policy(RECORD, "record_insert", "INSERT", check=RECORD_INSERT),
        policy(
            RECORD,
            "record_update",
            "UPDATE",
            f"({MAY_WRITE}) OR {RECEIVED}",
            f"({MAY_WRITE}) OR {RECEIVED}",
        ),
        enable(VERSION),
        policy(VERSION, "version_read", "SELECT", VERSION_READ),
        policy(VERSION, "version_insert", "INSERT", check=VERSION_INSERT),
        policy(
            VERSION,
            "version_update",
            "UPDATE",
            f"({MAY_WRITE}) OR {RECEIVED}",
            f"({MAY_WRITE}) OR {RECEIVED}",
        ),
        enable(DECISION),
        policy(DECISION, "decision_read", "SELECT", f"originator_id = {PARTY} AND {READER}"),
        policy(DECISION, "decision_insert", "INSERT", check=MAY_WRITE),
        policy(DECISION, "decision_update", "UPDATE", MAY_WRITE, MAY_WRITE),
        *follows_record("records_term"),
        *follows_record("records_link"),
        enable("records_counter"),
        policy(
            "records_counter",
            "counter_own_party",
            "ALL",
            f"party_id = {PARTY}",
            f"party_id = {PARTY}",
        ),
        enable(OUTBOX),
        policy(OUTBOX, "outbox_read", "SELECT", f"{PARTY} IN (sender, recipient)"),
        policy(
            OUTBOX,
            "outbox_insert",
            "INSERT",
            check=f"sender = {PARTY} OR ({on('node')} AND recipient = {PARTY}"
            f" AND sender = {SENDER} AND {SENDER_IS_REMOTE})",
        ),
        policy(
            OUTBOX,
            "outbox_arrive",
            "UPDATE",
            f"recipient = {PARTY} OR (sender = {PARTY} AND {on('node')})",
            f"recipient = {PARTY} OR (sender = {PARTY} AND {on('node')})",
        ),
        enable("records_reading"),
        policy(
            "records_reading", "reading_own_party", "ALL", f"party = {PARTY}", f"party = {PARTY}"
        ),
        enable("records_readership"),
        policy("records_readership", "readership_read", "SELECT", READERSHIP_SEEN),
        policy(
            "records_readership",
            "readership_insert",
            "INSERT",
            check=f"{on('node')} AND ({READERSHIP_SEEN})",
        ),
        policy(
            "records_readership",
            "readership_update",
            "UPDATE",
            f"{on('node')} AND ({READERSHIP_SEEN})",
            f"{on('node')} AND ({READERSHIP_SEEN})",
        ),
        policy(
            "records_readership",
            "readership_delete",
            "DELETE",
            f"{on('node')} AND ({READERSHIP_SEEN})",
        ),
        function(VERSION_GUARD, "records_version_guard", VERSION),
        function(RECORD_GUARD, "records_record_guard", RECORD),
        function(DECISION_GUARD, "records_decision_guard", DECISION),
    ]
