import datetime
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone

from chatapp.accounts.models import User
from chatapp.demo.steps import STEPS
from chatapp.demo.story import DOMAIN, Story


class Command(BaseCommand):
    help = "Fill an empty database with months of a team's conversations, to look at and to measure."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--size", type=int, default=4000, help="messages, 100 to 1,000,000 (default 4,000)")
        parser.add_argument("--days", type=int, default=120, help="how many days back they go (default 120)")
        parser.add_argument("--seed", type=int, default=1, help="the same number tells the same story")
        parser.add_argument("--force", action="store_true", help="also beside the accounts of real people")

    def handle(self, *args: Any, **options: Any) -> None:
        if not 100 <= options["size"] <= 1_000_000 or not 7 <= options["days"] <= 1000:
            raise CommandError("--size takes 100 to 1,000,000 and --days 7 to 1,000.")
        if User.objects.filter(email__endswith=f"@{DOMAIN}").exists():
            raise CommandError("The demonstration is in this database already. Use an empty one for another.")
        if User.objects.exists() and not options["force"]:
            raise CommandError(
                "There are people in this database. Use an empty one (DATA_DIR or DATABASE_URL), or --force to "
                "put invented members and conversations beside theirs."
            )
        began = time.monotonic()
        story = Story(
            seed=options["seed"],
            messages=options["size"],
            end=timezone.now().replace(minute=0, second=0, microsecond=0) - datetime.timedelta(hours=1),
            days=options["days"],
            say=self.stdout.write,
        )
        for step in STEPS:
            step(story)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # many rows at once: the database should know how many
        self.stdout.write(f"Done in {time.monotonic() - began:,.0f} s. These can sign in; it is shown only now:")
        roles = {user.email: user.get_role_display() for user in story.people}
        for address, password in story.passwords.items():
            self.stdout.write(f"  {address:<34} {password:<14} {roles[address]}")
