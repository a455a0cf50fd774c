from django.apps import AppConfig


class ConversationsConfig(AppConfig):
    name = "chatapp.conversations"
    label = "conversations"
