from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("exchange", "0003_receipts_stay")]

    operations = [migrations.RemoveField(model_name="channel", name="second")]
