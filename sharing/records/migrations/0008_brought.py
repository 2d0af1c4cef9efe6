"""What each Party hosted here was brought by its own channel: of versions, and rows of its own."""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('parties', '0001_initial'),
        ('records', '0007_answers_go_further'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='link',
            name='link_once',
        ),
        migrations.RemoveConstraint(
            model_name='term',
            name='term_once',
        ),
        migrations.AddField(
            model_name='link',
            name='behind',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='record',
            name='behind',
            field=models.CharField(blank=True, db_default='', default='', help_text='Whose own row it is.', max_length=2),
        ),
        migrations.AddField(
            model_name='record',
            name='withheld',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), db_default=[], default=list, help_text="Of its version's audience, the Parties hosted here who do not see this row; the database keeps it.", size=None),
        ),
        migrations.AddField(
            model_name='term',
            name='behind',
            field=models.CharField(blank=True, db_default='', default='', max_length=2),
        ),
        migrations.AddField(
            model_name='version',
            name='brought_to',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), db_default=[], default=list, help_text='The Parties hosted here whose own channel has brought it.', size=None),
        ),
        migrations.AddConstraint(
            model_name='link',
            constraint=models.UniqueConstraint(fields=('record', 'relation', 'reference', 'behind'), name='link_once'),
        ),
        migrations.AddConstraint(
            model_name='term',
            constraint=models.UniqueConstraint(fields=('record', 'type', 'value', 'behind'), name='term_once'),
        ),
        migrations.AddConstraint(
            model_name='version',
            constraint=models.CheckConstraint(condition=models.Q(('brought_to__contained_by', models.F('audience'))), name='version_brought_to_readers'),
        ),
    ]
