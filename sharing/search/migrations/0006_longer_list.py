"""Four megabytes of documents may wait for the index (PostgreSQL's own default) instead of one: they
share most of their words, so the more enter together, the less each of them costs.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("parties", "0002_agreement_names_since"),
        ("records", "0010_fewer_indexes"),
        ("search", "0005_documents_behind"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    "ALTER INDEX search_vector SET (gin_pending_list_limit = 4096)",
                    "ALTER INDEX search_vector SET (gin_pending_list_limit = 1024)",
                )
            ],
            state_operations=[
                migrations.RemoveIndex("searchdocument", "search_vector"),
                migrations.AddIndex(
                    "searchdocument",
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["vector"],
                        name="search_vector",
                        fastupdate=True,
                        gin_pending_list_limit=4096,
                    ),
                ),
            ],
        ),
        # Unique with the record, so found without an index of its own.
        migrations.AlterField(
            "unmatched",
            "party",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="parties.party",
            ),
        ),
    ]
