from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from chatapp.accounts.invite import invite
from chatapp.accounts.models import Role
from chatapp.accounts.refused import Refused
from chatapp.accounts.tokens import link


class Command(BaseCommand):
    help = "Invite somebody: prints the link, which works once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--role", choices=Role.values, default=Role.MEMBER.value)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            validate_email(options["email"])
            _, token = invite(options["email"], options["role"], by=None)
        except ValidationError:
            raise CommandError(f"{options['email']} is not an e-mail address. Check it.") from None
        except Refused as refused:
            raise CommandError(refused.sentence) from None
        self.stdout.write(link("join", token))
