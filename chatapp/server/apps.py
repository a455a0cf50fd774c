from django.apps import AppConfig


class ServerConfig(AppConfig):
    name = "chatapp.server"
    label = "server"
