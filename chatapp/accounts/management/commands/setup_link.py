from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatapp.accounts.setup import issue_setup_link
from chatapp.accounts.tokens import link


class Command(BaseCommand):
    help = "Print the one-time link by which the first administrator is made; an earlier one ends."

    def handle(self, *args: Any, **options: Any) -> None:
        token = issue_setup_link()
        if token is None:
            raise CommandError(
                "There are users already. An administrator invites others on the team page; if nobody can "
                "sign in as one, use: manage.py invite ADDRESS --role admin"
            )
        self.stdout.write(link("setup", token))
