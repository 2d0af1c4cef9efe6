"""The log's own code alone writes and reads whom it asks and what it co-signed."""

from importlib import import_module

from django.db import migrations

policies = import_module("audit.migrations.0004_nobody_rewrites").policies


class Migration(migrations.Migration):
    dependencies = [("audit", "0006_witnesses_asked")]
    operations = [
        policies("audit_asking", "INSERT UPDATE"),
        policies("audit_cosignedbefore", "INSERT DELETE"),
    ]
