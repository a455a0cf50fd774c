"""Index everything for search, now. The running server does so in the background for all that is not indexed."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import connection

from chatapp.conversations.finding import index, schema


class Command(BaseCommand):
    help = "Index messages and titles for search. The server does this by itself; this is for not waiting."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--anew", action="store_true", help="also those that are indexed already")

    def handle(self, *args: Any, anew: bool, **options: Any) -> None:
        schema.create(connection)
        if anew:
            index.forget()
        self.stdout.write(f"{index.everything():,} messages and titles indexed.")
