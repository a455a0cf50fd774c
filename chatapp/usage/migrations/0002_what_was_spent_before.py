"""What was spent before there were sums, as far as the conversations are still there."""

from django.db import migrations


def add_what_was_spent(apps, schema_editor):
    Reply = apps.get_model("conversations", "Reply")
    Summary = apps.get_model("conversations", "Summary")
    if not Reply.objects.exists():
        return  # a new installation, or a test: no need of what the house knows by now
    from chatapp.conversations import spent
    from chatapp.usage import ledger

    ledger.add(spent.of_replies(Reply.objects.all()))
    ledger.add(spent.of_summaries(Summary.objects.all()))


class Migration(migrations.Migration):
    dependencies = [("usage", "0001_initial"), ("conversations", "0008_reply_ways")]

    operations = [migrations.RunPython(add_what_was_spent, migrations.RunPython.noop)]
