from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("records", "0002_row_security")]

    operations = [
        migrations.AddField(
            "version",
            "saved_by",
            models.CharField(blank=True, default="", help_text="Who saved last, by name.", max_length=150),
            preserve_default=False,
        ),
    ]
