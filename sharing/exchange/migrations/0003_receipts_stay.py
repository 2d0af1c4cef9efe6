"""A receipt stays when the recipient asks for its numbers again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("exchange", "0002_row_security")]

    operations = [
        migrations.RemoveConstraint(model_name="receipt", name="receipt_once"),
        migrations.AddConstraint(
            model_name="receipt",
            constraint=models.UniqueConstraint(
                fields=["channel", "epoch", "first", "manifest"], name="receipt_once"
            ),
        ),
    ]
