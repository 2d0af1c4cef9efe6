"""Entries come in through one function, wait for their index, and are never changed or removed.

What the log's own code writes (tree, checkpoints, co-signatures, keys) it writes with the setting
`audit.whole` on, within its own transactions. Triggers hold the tree append-only whoever asks.
"""

from django.db import migrations

WHOLE = "(SELECT current_setting('audit.whole', true) = 'on')"

#: What the log's own code writes into its tables; nobody else writes or reads them.
TABLES = {
    "audit_pending": "DELETE",
    "audit_leaf": "INSERT",
    "audit_tile": "INSERT UPDATE",
    "audit_checkpoint": "INSERT",
    "audit_cosignature": "INSERT",
    "audit_ownkey": "INSERT UPDATE",
    "audit_trustedkey": "INSERT UPDATE",
    "audit_witnessed": "INSERT UPDATE",
    "audit_seen": "INSERT DELETE",
    "audit_finding": "INSERT",
}
#: Rows of these are never changed and never removed.
FINAL = ("audit_leaf", "audit_checkpoint", "audit_cosignature", "audit_finding")

WRITE = """
CREATE FUNCTION audit_write(
    tag text, party text, actor text, actor_name text, about text, purpose text, detail jsonb,
    salt bytea
) RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE made uuid := gen_random_uuid();
BEGIN
    IF length(salt) IS DISTINCT FROM 32 THEN RAISE EXCEPTION 'An entry has 32 bytes of salt.'; END IF;
    INSERT INTO public.audit_entry
        (id, at, tag, party, actor, actor_name, about, purpose, detail, salt, erased_because)
        VALUES (made, statement_timestamp(), tag, party, actor, actor_name, about, purpose, detail, salt, '');
    INSERT INTO public.audit_pending (entry_id) VALUES (made);
    RETURN made;
END $$;
REVOKE ALL ON FUNCTION audit_write FROM PUBLIC;
"""

#: An entry changes once at most: its text is erased, its hash stays.
GUARDS = """
CREATE FUNCTION audit_entry_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.erased_at IS NULL AND NEW.erased_at IS NOT NULL
        AND (NEW.id, NEW.at, NEW.tag, NEW.party) = (OLD.id, OLD.at, OLD.tag, OLD.party)
        AND NEW.salt IS NULL AND length(NEW.body_hash) = 32 AND NEW.erased_because <> ''
        AND (NEW.actor, NEW.actor_name, NEW.about, NEW.purpose) = ('', '', '', '')
        AND NEW.detail = '{}'::jsonb
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'Entries of the log are never changed or removed.';
END $$;
CREATE TRIGGER entry_stays BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION audit_entry_stays();

CREATE FUNCTION audit_final() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'Rows of % are never changed or removed.', TG_TABLE_NAME;
END $$;

CREATE FUNCTION audit_tile_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (NEW.level, NEW.number) = (OLD.level, OLD.number)
        AND substring(NEW.hashes FOR length(OLD.hashes)) = OLD.hashes
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A tile of the tree only grows.';
END $$;
CREATE TRIGGER tile_grows BEFORE UPDATE OR DELETE ON audit_tile
    FOR EACH ROW EXECUTE FUNCTION audit_tile_grows();

CREATE FUNCTION audit_witnessed_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.origin = OLD.origin AND NEW.size >= OLD.size
        AND (NEW.size > OLD.size OR NEW.root = OLD.root)
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'A witness never goes back.';
END $$;
CREATE TRIGGER witnessed_grows BEFORE UPDATE OR DELETE ON audit_witnessed
    FOR EACH ROW EXECUTE FUNCTION audit_witnessed_grows();
""" + "".join(
    f"""
CREATE TRIGGER {table}_final BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION audit_final();
"""
    for table in FINAL
)

#: What was written before there was a tree enters it in the order of time.
BEFORE = """
UPDATE audit_entry SET salt = uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
INSERT INTO audit_pending (entry_id) SELECT id FROM audit_entry ORDER BY at, id;
"""
UNGUARD = """
DROP FUNCTION audit_write;
DROP FUNCTION audit_entry_stays CASCADE;
DROP FUNCTION audit_final CASCADE;
DROP FUNCTION audit_tile_grows CASCADE;
DROP FUNCTION audit_witnessed_grows CASCADE;
"""


def policies(table: str, written: str) -> migrations.RunSQL:
    lines = [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY {table}_read ON {table} FOR SELECT USING ({WHOLE})",
    ]
    for command in written.split():
        clause = {"INSERT": "WITH CHECK", "UPDATE": "USING", "DELETE": "USING"}[command]
        lines.append(
            f"CREATE POLICY {table}_{command.lower()} ON {table} FOR {command} {clause} ({WHOLE})"
        )
    names = ["read", *written.lower().split()]
    back = "; ".join(f"DROP POLICY {table}_{name} ON {table}" for name in names)
    return migrations.RunSQL("; ".join(lines), back)


class Migration(migrations.Migration):
    dependencies = [("audit", "0003_tree")]
    operations = [
        migrations.RunSQL(BEFORE, migrations.RunSQL.noop),
        *(policies(table, written) for table, written in TABLES.items()),
        migrations.RunSQL(
            f"""
            DROP POLICY entry_append ON audit_entry;
            CREATE POLICY entry_read_whole ON audit_entry FOR SELECT USING ({WHOLE});
            """,
            """
            CREATE POLICY entry_append ON audit_entry FOR INSERT WITH CHECK (true);
            DROP POLICY entry_read_whole ON audit_entry;
            """,
        ),
        migrations.RunSQL(WRITE + GUARDS, UNGUARD),
    ]
