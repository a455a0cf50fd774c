from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="DailyUsage",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "day",
                        "member",
                        "version",
                        "ending",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                ("day", models.DateField()),
                ("member", models.BigIntegerField()),
                ("version", models.BigIntegerField(default=0)),
                ("ending", models.CharField(max_length=40)),
                ("calls", models.BigIntegerField(default=0)),
                ("prompt_tokens", models.BigIntegerField(default=0)),
                ("completion_tokens", models.BigIntegerField(default=0)),
                ("cached_tokens", models.BigIntegerField(default=0)),
                ("neurons", models.FloatField(default=0)),
                ("cost", models.FloatField(default=0)),
            ],
        ),
    ]
