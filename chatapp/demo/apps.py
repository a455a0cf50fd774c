from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "chatapp.demo"
    label = "demo"
