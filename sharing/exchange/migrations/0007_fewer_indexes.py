"""The channel begins another index; by its receipt nobody asks for an item."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('exchange', '0006_later_epochs'),
    ]

    operations = [
        migrations.AlterField(
            model_name='item',
            name='channel',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='items', to='exchange.channel'),
        ),
        migrations.AlterField(
            model_name='item',
            name='receipt',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='items', to='exchange.receipt'),
        ),
    ]
