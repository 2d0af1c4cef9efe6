"""A finding is of the Party that had the name then, and may come again once it was settled. A key's row
remembers with whom its Party ever had the name on one node."""

from importlib import import_module

from django.db import migrations, models

before = import_module("audit.migrations.0014_names_pass")

#: Rows of both tables are guarded against what this fills in.
FILL = """
ALTER TABLE audit_trustedkey DISABLE TRIGGER USER;
UPDATE audit_trustedkey SET together = CASE WHEN node = '' THEN party ELSE node END;
ALTER TABLE audit_trustedkey ENABLE TRIGGER USER;
ALTER TABLE audit_finding DISABLE TRIGGER USER;
UPDATE audit_finding f SET party = coalesce((
    SELECT k.party FROM audit_trustedkey k
    WHERE k.name = f.origin AND k.trusted_at <= f.at
    ORDER BY (k.retired_at IS NULL OR k.retired_at > f.at) DESC, k.retired_at DESC, k.id LIMIT 1
), '');
ALTER TABLE audit_finding ENABLE TRIGGER USER;
"""

TOGETHER = """
CREATE FUNCTION audit_together(named text, parties text[]) RETURNS text[] LANGUAGE sql STABLE AS $$
    SELECT parties || coalesce(array_agg(p::text), '{}')
    FROM public.audit_trustedkey k, unnest(string_to_array(k.together, '+')) p
    WHERE k.name = named AND string_to_array(k.together, '+') && parties
$$
"""
ASIDE = """
    IF EXISTS (
        SELECT 1 FROM audit_witnessed w
        WHERE split_part(w.origin, ' ', 1) = NEW.name AND split_part(w.origin, ' ', 2) = ANY(
            audit_together(NEW.name, NEW.party || string_to_array(NEW.together, '+'))
        )
    ) AND NOT EXISTS (SELECT 1 FROM audit_witnessed w WHERE w.origin = NEW.name)
    THEN
        RAISE EXCEPTION 'What was co-signed of % before is still set aside.', NEW.name;
    END IF;
"""
#: Aside when the name is nobody's; back to nobody but those whose it was.
PASSES = """
    IF TG_OP = 'UPDATE' AND (NEW.size, NEW.root, NEW.note, NEW.at) = (OLD.size, OLD.root, OLD.note, OLD.at)
        AND split_part(NEW.origin, ' ', 1) = split_part(OLD.origin, ' ', 1)
        AND (NEW.origin ~ '^[^ ]+ [A-Z]{2}$') <> (OLD.origin ~ '^[^ ]+ [A-Z]{2}$')
        AND NOT EXISTS (
            SELECT 1 FROM audit_trustedkey k
            WHERE k.name = split_part(OLD.origin, ' ', 1) AND k.retired_at IS NULL
                AND split_part(OLD.origin, ' ', 2) <> ALL(
                    audit_together(
                        k.name, k.party || string_to_array(k.together || '+' || k.node, '+')
                    )
                )
        )
    THEN RETURN NEW; END IF;
"""


class Migration(migrations.Migration):
    dependencies = [("audit", "0015_proved_ahead")]
    operations = [
        migrations.AddField(
            model_name="finding",
            name="party",
            field=models.CharField(
                blank=True, default="", help_text="Whose name it was; empty: this node's own.", max_length=2
            ),
        ),
        migrations.AddField(
            model_name="finding",
            name="earlier",
            field=models.IntegerField(default=0, help_text="So often it was settled before."),
        ),
        migrations.AddField(
            model_name="trustedkey",
            name="together",
            field=models.CharField(
                default="",
                help_text="The Parties that ever had the name on one node with it, joined by +.",
                max_length=300,
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.RemoveConstraint(model_name="finding", name="finding_once"),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(
                fields=["origin", "party", "kind", "message", "earlier"], name="finding_once"
            ),
        ),
        migrations.RunSQL(TOGETHER, "DROP FUNCTION audit_together"),
        migrations.RunSQL(
            before.ONE.format(taken=before.LEFT, aside=ASIDE),
            before.ONE.format(taken=before.LEFT, aside=before.ASIDE),
        ),
        migrations.RunSQL(
            before.GROWS.format(passes=PASSES), before.GROWS.format(passes=before.PASSES)
        ),
    ]
