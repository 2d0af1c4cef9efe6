"""A name that is typed into the quick jump is one row that grows with it. The database sees to it: who
searches neither sees nor changes what is drawn."""

import importlib

from django.db import migrations

before = importlib.import_module("sharing.oversight.migrations.0007_sampling_security")
TABLE = before.REVIEW

# As the owner, whom the policies do not bind. Looked for in every row of a jump, drawn or not, so that
# it takes the same time.
GROWING = f"""
CREATE FUNCTION oversight_jump_continued() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public AS $$
DECLARE
    one record;
BEGIN
    SELECT r.id, r.verdict, length(r.text) < length(NEW.text) AS shorter INTO one
    FROM public.{TABLE} r
    WHERE r.party = NEW.party AND r.at > NEW.at - interval '1 day' AND r.officer = NEW.officer
      AND r.via = 'jump' AND r.drawn = 'person' AND r.purpose = NEW.purpose
      AND r.filters = NEW.filters
      AND (starts_with(lower(r.text), lower(NEW.text))
           OR (r.verdict = '' AND starts_with(lower(NEW.text), lower(r.text))))
    ORDER BY length(r.text) DESC LIMIT 1;
    IF one.id IS NULL OR NEW.drawn <> 'person' THEN
        RETURN NEW;
    END IF;
    IF one.shorter THEN
        UPDATE public.{TABLE} SET text = NEW.text, found = NEW.found, persons = NEW.persons,
            entry = NEW.entry WHERE id = one.id;
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION oversight_jump_continued FROM PUBLIC;
CREATE TRIGGER oversight_jump_continued BEFORE INSERT ON {TABLE}
    FOR EACH ROW WHEN (NEW.via = 'jump') EXECUTE FUNCTION oversight_jump_continued();
"""
SHRINKING = f"""
DROP TRIGGER oversight_jump_continued ON {TABLE};
DROP FUNCTION oversight_jump_continued();
"""
# Nobody who signs in as the runtime role owns the table.
GROWS = f"""
    IF OLD.via = 'jump' AND OLD.verdict = '' AND starts_with(lower(NEW.text), lower(OLD.text))
       AND current_user::regrole = (SELECT relowner FROM pg_class WHERE oid = TG_RELID)::regrole THEN
        OLD.text := NEW.text; OLD.found := NEW.found; OLD.persons := NEW.persons;
        OLD.entry := NEW.entry;
    END IF;
    IF (OLD.id, OLD.party,"""
PART = before.GUARD.partition("CREATE TRIGGER")[0].replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


def growing(guard: str) -> str:
    """The guard as it was, but for what is typed on. Raises ValueError where it is another guard than
    this was written for."""
    was = "\n    IF (OLD.id, OLD.party,"
    if guard.count(was) != 1:
        raise ValueError(f"not once in the guard: {was}")
    return guard.replace(was, GROWS)


class Migration(migrations.Migration):
    dependencies = [("oversight", "0015_ledger_totals_security")]
    operations = [
        migrations.RunSQL(growing(PART), PART),
        migrations.RunSQL(GROWING, SHRINKING),
    ]
