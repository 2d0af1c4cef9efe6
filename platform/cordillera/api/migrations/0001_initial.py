import django.db.models.functions.datetime
from django.db import migrations, models

from cordillera.access.rows import ACCOUNT, enable, on, policy

TABLE = "api_keptanswer"
MINE = f"account = {ACCOUNT}"
OLD = f"({on('node')} AND at < now() - interval '24 hours')"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.CreateModel(
            name="KeptAnswer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("account", models.UUIDField()),
                ("key", models.CharField(max_length=200)),
                ("digest", models.CharField(help_text="SHA-256 of method, address and body.", max_length=64)),
                ("status", models.PositiveSmallIntegerField(default=0)),
                ("headers", models.JSONField(default=dict)),
                ("body", models.TextField(blank=True)),
                ("at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "indexes": [models.Index(fields=["at"], name="answer_at")],
                "constraints": [
                    models.UniqueConstraint(fields=("account", "key"), name="answer_key_once")
                ],
            },
        ),
        enable(TABLE),
        policy(TABLE, "answer_own", "ALL", MINE, MINE),
        policy(TABLE, "answer_old_read", "SELECT", OLD),
        policy(TABLE, "answer_old_delete", "DELETE", OLD),
    ]
