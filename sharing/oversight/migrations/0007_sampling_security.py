"""A drawn search is seen by its Party's auditors alone; what was searched is never changed, a verdict
that ends a review neither, and no review younger than five years is deleted."""

from django.db import migrations

from cordillera.access.rows import PARTY, belongs_to_party, enable, on, policy

REVIEW, COUNT = "oversight_searchreview", "oversight_searchcount"
OURS = f"party = {PARTY}"
AUDITOR = f"({on('auditor')} AND drawn <> '')"
GUARD = """
CREATE FUNCTION oversight_review_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF OLD.drawn <> '' AND OLD.at > now() - interval '5 years' THEN
            RAISE EXCEPTION 'a drawn search is kept for five years' USING ERRCODE = '23514';
        END IF;
        RETURN OLD;
    END IF;
    IF TG_OP = 'INSERT' THEN
        IF NEW.verdict <> '' THEN
            RAISE EXCEPTION 'a search is drawn before it is reviewed' USING ERRCODE = '23514';
        END IF;
        RETURN NEW;
    END IF;
    IF (OLD.id, OLD.party, OLD.drawn, OLD.key, OLD.officer, OLD.officer_name, OLD.at, OLD.via,
        OLD.text, OLD.filters, OLD.purpose, OLD.record, OLD.found, OLD.persons, OLD.entry)
       IS DISTINCT FROM
       (NEW.id, NEW.party, NEW.drawn, NEW.key, NEW.officer, NEW.officer_name, NEW.at, NEW.via,
        NEW.text, NEW.filters, NEW.purpose, NEW.record, NEW.found, NEW.persons, NEW.entry) THEN
        RAISE EXCEPTION 'what was searched does not change' USING ERRCODE = '23514';
    END IF;
    IF (OLD.verdict, OLD.note, OLD.decided_by) IS DISTINCT FROM (NEW.verdict, NEW.note, NEW.decided_by)
    THEN
        IF OLD.verdict IN ('in_order', 'not_in_order') OR NEW.verdict = '' THEN
            RAISE EXCEPTION 'a verdict stays' USING ERRCODE = '23514';
        END IF;
        IF NEW.decided_by::text IS DISTINCT FROM current_setting('cordillera.account', true)
           OR current_setting('cordillera.auditor', true) <> 'on' THEN
            RAISE EXCEPTION 'an auditor gives the verdict, in his own name' USING ERRCODE = '23514';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER oversight_review_guard BEFORE INSERT OR UPDATE OR DELETE ON oversight_searchreview
    FOR EACH ROW EXECUTE FUNCTION oversight_review_guard();
"""
UNGUARD = """
DROP TRIGGER oversight_review_guard ON oversight_searchreview;
DROP FUNCTION oversight_review_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("oversight", "0006_sampling")]
    operations = [
        enable(REVIEW),
        policy(REVIEW, "review_read", "SELECT", f"{OURS} AND ({AUDITOR} OR {on('node')})"),
        policy(REVIEW, "review_draw", "INSERT", check=OURS),
        policy(REVIEW, "review_decide", "UPDATE", f"{OURS} AND ({AUDITOR} OR {on('node')})", OURS),
        policy(REVIEW, "review_delete", "DELETE", f"{OURS} AND {on('node')}"),
        migrations.RunSQL(GUARD, UNGUARD),
        *belongs_to_party(COUNT, "party"),
    ]
