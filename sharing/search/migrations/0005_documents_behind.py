"""A Party that was not brought what others here were finds what it was brought: a document per row of
the record."""

import importlib

import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
from django.db import migrations, models

records = importlib.import_module("sharing.records.migrations.0009_brought_rows")
before = importlib.import_module("sharing.search.migrations.0002_row_security")
_as_it_was = before.SEARCH.partition("REVOKE")[0].replace(
    "CREATE FUNCTION", "CREATE OR REPLACE FUNCTION"
)
_rule, _was = (rule.replace("'", "''") for rule in (records.RECORD_READ, records.WAS_RECORD_READ))
SEARCH = _as_it_was.replace(_was, f"d.whose = r.behind AND ({_rule})")

TABLE = f"""
ALTER TABLE {before.TABLE} ADD COLUMN whose varchar(2) NOT NULL DEFAULT '';
ALTER TABLE {before.TABLE} DROP CONSTRAINT {before.TABLE}_pkey;
ALTER TABLE {before.TABLE} ADD PRIMARY KEY (record_id, whose);
"""
NO_TABLE = f"""
DELETE FROM {before.TABLE} WHERE whose <> '';
ALTER TABLE {before.TABLE} DROP CONSTRAINT {before.TABLE}_pkey;
ALTER TABLE {before.TABLE} ADD PRIMARY KEY (record_id);
ALTER TABLE {before.TABLE} DROP COLUMN whose;
"""
OWN, WAS_OWN = records.written_with_record(), before.OWN


class Migration(migrations.Migration):
    dependencies = [("search", "0004_documents_in_batches"), ("records", "0009_brought_rows")]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(TABLE, NO_TABLE)],
            state_operations=[
                migrations.DeleteModel("SearchDocument"),
                migrations.CreateModel(
                    "SearchDocument",
                    [
                        (
                            "pk",
                            models.CompositePrimaryKey(
                                "record_id",
                                "whose",
                                blank=True,
                                editable=False,
                                primary_key=True,
                                serialize=False,
                            ),
                        ),
                        (
                            "record",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="records.record",
                            ),
                        ),
                        (
                            "whose",
                            models.CharField(
                                blank=True,
                                db_default="",
                                default="",
                                help_text="As the record's `behind`.",
                                max_length=2,
                            ),
                        ),
                        ("vector", django.contrib.postgres.search.SearchVectorField()),
                    ],
                    options={
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                fastupdate=True,
                                fields=["vector"],
                                gin_pending_list_limit=1024,
                                name="search_vector",
                            )
                        ]
                    },
                ),
            ],
        ),
        records.changed(before.TABLE, "document_own", OWN, WAS_OWN, check=True),
        migrations.RunSQL(SEARCH, _as_it_was),
    ]
