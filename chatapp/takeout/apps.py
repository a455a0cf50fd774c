from django.apps import AppConfig


class TakeoutConfig(AppConfig):
    name = "chatapp.takeout"
    label = "takeout"
