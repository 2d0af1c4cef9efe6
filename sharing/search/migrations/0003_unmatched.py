"""What arrived and was not yet held against the saved searches."""

import django.db.models.deletion
from django.db import migrations, models

from cordillera.access.rows import belongs_to_party


class Migration(migrations.Migration):
    dependencies = [("search", "0002_row_security")]

    operations = [
        migrations.CreateModel(
            name="Unmatched",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "party",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="parties.party",
                    ),
                ),
                (
                    "record",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="records.record",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("party", "record"), name="unmatched_once")
                ],
            },
        ),
        *belongs_to_party("search_unmatched"),
    ]
