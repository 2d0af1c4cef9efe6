"""A column that another index begins with needs none of its own, nor does one that nobody asks by."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0002_agreement_names_since'),
        ('records', '0009_brought_rows'),
    ]

    operations = [
        migrations.AlterField(
            model_name='link',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='links', to='records.record'),
        ),
        migrations.AlterField(
            model_name='record',
            name='about',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='records.record'),
        ),
        migrations.AlterField(
            model_name='record',
            name='originator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AlterField(
            model_name='term',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='terms', to='records.record'),
        ),
        migrations.AlterField(
            model_name='version',
            name='key',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.partykey'),
        ),
        migrations.AlterField(
            model_name='version',
            name='originator',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='parties.party'),
        ),
        migrations.AlterField(
            model_name='version',
            name='record',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='records.record'),
        ),
    ]
