from django.apps import AppConfig


class AdministrationConfig(AppConfig):
    name = "chatapp.administration"
    label = "administration"
