"""Many records for the benchmarks, written straight into the tables by the database's owner.

They are copies of one released alert with their own container, goods, words, Parties and dates, so
that lists, search and row-level security have something to choose from: a fifth of them have a
narrower audience, one in fifty is TLP:RED for nobody.
"""

from __future__ import annotations

import psycopg

WORDS = """
    coil diesel pigment shrimp timber tablets bearings garments honey copper resin tyres phones
    batteries cement lumber fertiliser steel pipe valves laptops whisky beef avocado
""".split()
HS = """
    721049 271019 320417 030617 440710 848210 610910 040900 240220 854231 760421 390210
""".split()
PLACES = "USLRD USLGB USDET MXNLD MXZLO MXTIJ CAVAN CAMTR CAHAL".split()

OPEN = 400
FILL = """
SET session_replication_role = replica;
CREATE TEMP TABLE many AS
SELECT n, ((%(heads)s::text[])[1 + n %% 3]
        || overlay(substr(gen_random_uuid()::text, 5) placing '8' from 11))::uuid AS record_id,
    gen_random_uuid() AS version_id, (ARRAY['US','MX','CA'])[1 + n %% 3] AS party,
    'ZZZU' || lpad(n::text, 7, '0') AS container,
    (%(hs)s::text[])[1 + (n * 7) %% cardinality(%(hs)s::text[])] AS hs,
    (%(words)s::text[])[1 + (n * 5) %% cardinality(%(words)s::text[])] AS word_a,
    (%(words)s::text[])[1 + (n * 11) %% cardinality(%(words)s::text[])] AS word_b,
    (%(places)s::text[])[1 + (n * 3) %% cardinality(%(places)s::text[])] AS place,
    CASE n %% 5 WHEN 0 THEN ARRAY[(ARRAY['US','MX','CA'])[1 + n %% 3]]
        ELSE ARRAY['CA','MX','US'] END::varchar(2)[] AS audience,
    CASE WHEN n %% 50 = 0 THEN 'RED' ELSE 'AMBER' END AS tlp,
    (ARRAY['low','medium','high','urgent'])[1 + n %% 4] AS priority,
    now() - interval '1 minute' * n AS at
FROM generate_series(%(first)s, %(last)s) n;

INSERT INTO records_version (id, record_id, kind, originator_id, number, state, body, handling,
    audience, tlp, named, authors, revision, single_handed, approved_by, jws, key_id, created_at,
    saved_at, saved_by, released_at)
SELECT m.version_id, m.record_id, v.kind, m.party, 1, 'released',
    v.body || jsonb_build_object('title', jsonb_build_object('en', m.word_a || ' with ' || m.word_b)),
    v.handling, m.audience, m.tlp, '{}', v.authors, 1, false, v.approved_by, v.jws, v.key_id,
    m.at, m.at, v.saved_by, m.at
FROM many m CROSS JOIN (SELECT * FROM records_version WHERE id = %(version)s) v;

INSERT INTO records_record (id, reference, kind, originator_id, unit_name, state, current_id, title,
    summary, original_language, priority, typology, contains, featured, created_at, updated_at, released_at,
    review_on, expires_on, audience, tlp, named)
SELECT m.record_id, m.party || '-OA-2025-' || lpad((1000000 + m.n)::text, 7, '0'), r.kind, m.party,
    r.unit_name, 'released', m.version_id, jsonb_build_object('en', m.word_a || ' with ' || m.word_b),
    r.summary, 'en', m.priority, r.typology, r.contains, r.featured, m.at, m.at, m.at, r.review_on,
    r.expires_on, m.audience, m.tlp, '{}'
FROM many m CROSS JOIN (SELECT * FROM records_record WHERE current_id = %(version)s) r;

INSERT INTO records_term (record_id, type, value, shown)
SELECT record_id, 'container', container, container FROM many
UNION ALL SELECT record_id, 'hs', hs, hs FROM many
UNION ALL SELECT record_id, 'place', place, place FROM many;

INSERT INTO search_searchdocument (record_id, vector)
SELECT record_id, array_to_tsvector(ARRAY[lower(container), 'container:' || lower(container), hs,
    'hs:' || hs, lower(place), 'place:' || lower(place)])
    || to_tsvector('simple', word_a || ' ' || word_b || ' stencils on the coils match certificates')
FROM many;

INSERT INTO desk_inboxitem (id, party_id, record_id, verb, originator, kind, reference, named,
    priority, typology, places, arrived_at, news_at, reopened_at, answers, answer_kind,
    answer_party, outcome, outcome_by, outcome_by_name, outcome_at, outcome_note)
SELECT gen_random_uuid(), p.code, m.record_id, 'released', m.party, 'offence_alert',
    m.party || '-OA-2025-' || lpad((1000000 + m.n)::text, 7, '0'),
    CASE WHEN m.tlp = 'RED' THEN '{}'::uuid[] END, m.priority, '{}', ARRAY[m.place], m.at, m.at,
    m.at, 0, '', '', CASE WHEN m.n > %(open)s THEN 'acknowledged' ELSE '' END,
    CASE WHEN m.n > %(open)s THEN gen_random_uuid() END, '',
    CASE WHEN m.n > %(open)s THEN m.at END, ''
FROM many m CROSS JOIN parties_party p WHERE p.code = ANY(m.audience) AND p.code <> m.party;
DROP TABLE many;
SET session_replication_role = origin;
"""


def fill(owner_url: str, version_id: str, first: int, last: int) -> None:
    """Write the records numbered `first` to `last`, copies of the version's record."""
    parameters = {
        # What waits is bounded by what officers can do in a day; the rest has its outcome.
        "open": OPEN,
        "heads": [code.encode().hex() for code in ("US", "MX", "CA")],
        "hs": list(HS),
        "words": list(WORDS),
        "places": list(PLACES),
        "first": first,
        "last": last,
        "version": version_id,
    }
    with psycopg.connect(
        owner_url, autocommit=True, cursor_factory=psycopg.ClientCursor
    ) as connection:
        connection.execute(FILL, parameters)
        connection.execute("VACUUM ANALYZE")
