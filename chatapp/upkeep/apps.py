from django.apps import AppConfig


class UpkeepConfig(AppConfig):
    name = "chatapp.upkeep"
    label = "upkeep"
