from django.apps import AppConfig


class PromptsConfig(AppConfig):
    name = "chatapp.prompts"
    label = "prompts"

    def ready(self) -> None:
        from . import frozen

        frozen.watch(self)
