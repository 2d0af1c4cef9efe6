"""What a session of the runtime role can do to the functions that run with the owner's rights."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from cordillera.access import checks
from tests.conftest import Cast

SHADOW = """
    CREATE FUNCTION pg_temp.seize() RETURNS uuid LANGUAGE plpgsql AS $$
    BEGIN PERFORM set_config('attack.who', current_user, true); RETURN NULL; END $$;
    CREATE TEMP VIEW records_record AS
        SELECT coalesce(pg_temp.seize(), id) AS id, originator_id, audience, tlp, named, state,
               about_id, released_at, kind FROM public.records_record;
    CREATE TEMP VIEW search_searchdocument AS SELECT * FROM public.search_searchdocument;
"""
CALLS = (
    "SELECT records_reaches('00000000-0000-0000-0000-000000000000')",
    "SELECT * FROM search_records('x'::tsquery, NULL, 5)",
)


def run(sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone() if cursor.description else None


@pytest.mark.parametrize("call", CALLS)
def test_a_shadowed_table_lends_nobody_the_owners_rights(cast: Cast, alert: Any, call: str) -> None:
    run("RESET ROLE")
    run(f'GRANT TEMPORARY ON DATABASE "{connection.settings_dict["NAME"]}" TO cordillera_runtime')
    run("SET ROLE cordillera_runtime")
    run(SHADOW)
    run(
        "SELECT set_config('cordillera.party', 'US', true), set_config('cordillera.node', 'on', true)"
    )
    run(call)
    assert run("SELECT current_setting('attack.who', true)")[0] in (None, "", "cordillera_runtime")


def test_the_runtime_role_makes_nothing_of_its_own(db: None) -> None:
    for sql in ("CREATE TEMP TABLE records_decision ()", "CREATE TABLE public.mine ()"):
        with pytest.raises(DatabaseError), transaction.atomic():
            run(sql)


def test_the_start_up_check_sees_what_a_role_is_a_member_of(db: None) -> None:
    assert checks.problems() == []
    run("RESET ROLE")
    for kind, wanted in (("NOSUPERUSER", "access.E003"), ("BYPASSRLS", "access.E001")):
        run(f"CREATE ROLE attack_owner {kind}")
        if wanted == "access.E003":
            run("ALTER TABLE records_record OWNER TO attack_owner")
        run("GRANT attack_owner TO cordillera_runtime")
        run("SET ROLE cordillera_runtime")
        assert [problem.id for problem in checks.problems()] == [wanted]
        run("RESET ROLE")
        run("REASSIGN OWNED BY attack_owner TO CURRENT_USER")
        run("DROP ROLE attack_owner")
