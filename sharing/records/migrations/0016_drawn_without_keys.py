"""What is drawn from a version is written under a policy that finds its record: looking for it once
more by a foreign key, ten times a version, proves nothing. Deleting still goes along, in Django."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('records', '0015_guards_find_by_key'),
    ]

    operations = [
        migrations.AlterField(
            model_name='link',
            name='record',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='records.record'),
        ),
        migrations.AlterField(
            model_name='term',
            name='record',
            field=models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='records.record'),
        ),
    ]
