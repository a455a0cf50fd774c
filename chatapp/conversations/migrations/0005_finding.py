"""The search index. What is there already is indexed in the background by the running server."""

from django.db import migrations, models
from django.db.models import Q

from chatapp.conversations.finding import schema


class Migration(migrations.Migration):
    dependencies = [("conversations", "0004_ordering_indexes")]

    operations = [
        migrations.AddField(
            model_name="conversation",
            name="search_title",
            field=models.TextField(blank=True),
        ),
        migrations.AddIndex(
            model_name="conversation",
            index=models.Index(
                fields=["id"], name="conversation_to_index", condition=Q(search_title="") & ~Q(title="")
            ),
        ),
        migrations.AddIndex(
            model_name="message",
            index=models.Index(
                fields=["id"],
                name="message_to_index",
                condition=Q(search_text="") & ~Q(text="", reasoning=""),
            ),
        ),
        migrations.RunPython(
            lambda apps, editor: schema.create(editor.connection), lambda apps, editor: schema.drop(editor.connection)
        ),
    ]
