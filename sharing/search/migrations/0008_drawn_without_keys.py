"""As for terms and links: the policy finds the record, no foreign key looks once more."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0016_drawn_without_keys'),
        ('search', '0007_persons_apart'),
    ]

    operations = [
        migrations.AlterField(
            model_name='searchdocument',
            name='record',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='records.record'),
        ),
    ]
