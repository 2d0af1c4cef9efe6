"""Persons are left out before the matches are cut at so many, and asked for apart: how few are left of
those that are looked at would tell how many persons fit."""

import importlib

from django.db import migrations

before = importlib.import_module("sharing.search.migrations.0005_documents_behind")
NAME = "search_records"
WAS_SIGNED, SIGNED = "(tsquery, text[], integer)", "(tsquery, text[], integer, boolean)"
PERSON = """r.kind = ''suspect_entity'' AND r.featured @> ''{"entity_type": "person"}''"""
WAS = before.SEARCH.replace("CREATE OR REPLACE", "CREATE")


def with_persons(search: str) -> str:
    """The function with one more argument: persons alone (true), none of them (false), or all that
    fits. Raises ValueError where it is another function than this was written for."""
    for was, now in (
        ("most integer)", "most integer, persons boolean DEFAULT NULL)"),
        ("r.kind = ANY($2))", f"r.kind = ANY($2)) AND ($4 IS NULL OR $4 = ({PERSON}))"),
        ("USING question, wanted_kinds, most", "USING question, wanted_kinds, most, persons"),
    ):
        if search.count(was) != 1:
            raise ValueError(f"not once in the function: {was}")
        search = search.replace(was, now)
    return search


def instead(was_signed: str, search: str, signed: str) -> str:
    return f"""
DROP FUNCTION {NAME}{was_signed};
{search};
REVOKE ALL ON FUNCTION {NAME}{signed} FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("search", "0006_longer_list")]

    operations = [
        migrations.RunSQL(
            instead(WAS_SIGNED, with_persons(WAS), SIGNED), instead(SIGNED, WAS, WAS_SIGNED)
        )
    ]
