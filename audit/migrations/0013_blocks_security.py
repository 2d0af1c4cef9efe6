"""The log's own code keeps the blocks. A Party asks them through two functions, which answer of its own
entries alone: under a policy the index on the words would not be used, as their comparison might tell of
the rows that the policy hides. The words begin with the Party, so no other Party's are even looked at."""

from importlib import import_module

from django.db import migrations

policies = import_module("audit.migrations.0004_nobody_rewrites").policies

FUNCTIONS = """
CREATE FUNCTION audit_blocks(wanted tsquery, since timestamptz, before timestamptz)
RETURNS TABLE (number bigint, until timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public SET enable_seqscan = off AS $$
    WITH found AS MATERIALIZED (
        SELECT b.number, b.party, b.since, b.until FROM public.audit_block b WHERE b.marks @@ wanted
    )
    SELECT f.number, f.until FROM found f
    WHERE f.party = current_setting('cordillera.party', true)
    AND (audit_blocks.since IS NULL OR f.until >= audit_blocks.since)
    AND (before IS NULL OR f.since <= before)
    ORDER BY f.until DESC, f.number DESC
$$;

CREATE FUNCTION audit_in_blocks(numbers bigint[], rest boolean) RETURNS SETOF uuid
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off ROWS 300 AS $$
    SELECT e.id FROM unnest(numbers) n
    CROSS JOIN LATERAL (
        SELECT l.entry_id FROM public.audit_leaf l
        WHERE l.index >= n * 256 AND l.index < (n + 1) * 256 OFFSET 0
    ) l
    CROSS JOIN LATERAL (
        SELECT e.id, e.party FROM public.audit_entry e WHERE e.id = l.entry_id OFFSET 0
    ) e
    WHERE e.party = current_setting('cordillera.party', true)
    UNION ALL
    SELECT e.id FROM public.audit_leaf l JOIN public.audit_entry e ON e.id = l.entry_id
    WHERE rest AND e.party = current_setting('cordillera.party', true)
    AND l.index >= (SELECT coalesce(max(b.number) + 1, 0) * 256 FROM public.audit_block b)
    UNION ALL
    SELECT e.id FROM public.audit_pending p JOIN public.audit_entry e ON e.id = p.entry_id
    WHERE rest AND e.party = current_setting('cordillera.party', true)
$$;

CREATE FUNCTION audit_counted(since timestamptz) RETURNS TABLE (tag text, entries bigint, edge bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, public AS $$
    SELECT t.key, sum(t.value::bigint)::bigint, NULL::bigint[]
    FROM public.audit_block b, jsonb_each_text(b.tags) t
    WHERE b.party = current_setting('cordillera.party', true) AND b.since > audit_counted.since
    GROUP BY t.key
    UNION ALL
    SELECT '', 0, coalesce(array_agg(b.number), '{}') FROM public.audit_block b
    WHERE b.party = current_setting('cordillera.party', true)
    AND b.since <= audit_counted.since AND b.until > audit_counted.since
$$;

REVOKE ALL ON FUNCTION audit_blocks, audit_in_blocks, audit_counted FROM PUBLIC;
"""
BACK = "DROP FUNCTION audit_blocks, audit_in_blocks, audit_counted"


class Migration(migrations.Migration):
    dependencies = [("audit", "0012_blocks")]
    operations = [policies("audit_block", "INSERT DELETE"), migrations.RunSQL(FUNCTIONS, BACK)]
