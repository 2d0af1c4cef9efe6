"""A name that its Party left may be another node's. What a witness has co-signed under it is set aside
under `name PARTY` meanwhile, and never lost: no key of that Party is believed under the name again before
it is back."""

from django.db import migrations

ONE = """
CREATE OR REPLACE FUNCTION audit_trusted_key_is_one_s() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.retired_at IS NOT NULL THEN RETURN NEW; END IF;
    PERFORM pg_advisory_xact_lock(1819240195, hashtext('trusted'));
    IF EXISTS (
        SELECT 1 FROM audit_trustedkey o
        WHERE o.node <> NEW.node AND (o.public = NEW.public OR o.name = NEW.name) AND {taken}
    ) THEN
        RAISE EXCEPTION 'A key or a name of a log or a witness is one node''s alone.'
            USING ERRCODE = 'unique_violation';
    END IF;
    {aside}
    RETURN NEW;
END $$;
"""
PRESENT = """EXISTS (
    SELECT 1 FROM audit_trustedkey v WHERE v.party = o.party AND v.retired_at IS NULL
)"""
LEFT = f"(o.retired_at IS NULL OR (o.distrusted_at IS NOT NULL AND {PRESENT}))"
ASIDE = """
    IF EXISTS (SELECT 1 FROM audit_witnessed w WHERE w.origin = NEW.name || ' ' || NEW.party)
        AND NOT EXISTS (SELECT 1 FROM audit_witnessed w WHERE w.origin = NEW.name)
    THEN
        RAISE EXCEPTION 'What was co-signed of % before is still set aside.', NEW.name;
    END IF;
"""

GROWS = """
CREATE OR REPLACE FUNCTION audit_witnessed_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.origin = OLD.origin AND NEW.size >= OLD.size
        AND (NEW.size > OLD.size OR NEW.root = OLD.root)
    THEN RETURN NEW; END IF;
    {passes}
    RAISE EXCEPTION 'A witness never goes back.';
END $$;
"""
#: Aside or back, and nobody's at that moment.
PASSES = """
    IF TG_OP = 'UPDATE' AND (NEW.size, NEW.root, NEW.note, NEW.at) = (OLD.size, OLD.root, OLD.note, OLD.at)
        AND split_part(NEW.origin, ' ', 1) = split_part(OLD.origin, ' ', 1)
        AND (NEW.origin ~ '^[^ ]+ [A-Z]{2}$') <> (OLD.origin ~ '^[^ ]+ [A-Z]{2}$')
        AND NOT EXISTS (
            SELECT 1 FROM audit_trustedkey k
            WHERE k.name = split_part(OLD.origin, ' ', 1) AND k.retired_at IS NULL
        )
    THEN RETURN NEW; END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0013_blocks_security")]
    operations = [
        migrations.RunSQL(
            ONE.format(taken=LEFT, aside=ASIDE), ONE.format(taken=PRESENT, aside="")
        ),
        migrations.RunSQL(GROWS.format(passes=PASSES), GROWS.format(passes="")),
    ]
