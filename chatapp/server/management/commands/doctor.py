from typing import Any

import redis
from django.core.management.base import BaseCommand, CommandError
from django.db import Error

from chatapp.server import checks, examining
from chatapp.server.checks import BROKEN, GOOD, LOOK, Finding


class Command(BaseCommand):
    help = "Says what is wrong with this installation, and what to do. Exit code 1 if something is."
    requires_system_checks: list[str] = []

    def handle(self, *args: Any, **options: Any) -> None:
        found = [*checks.findings(), *self._examined()]
        for one in found:
            self._print(one)
        broken = sum(one.state == BROKEN for one in found)
        look = sum(one.state == LOOK for one in found)
        if broken:
            raise CommandError(f"{broken} of {len(found)} checks found a fault. What to do stands below each.")
        self.stdout.write(f"No fault in {len(found)} checks." + (f" {look} are worth a look." if look else ""))

    def _examined(self) -> list[Finding]:
        found = []
        for check in examining.EXAMINED:
            try:
                found.append(check())
            except (Error, OSError, redis.RedisError) as error:
                name = check.__name__.replace("_", " ").capitalize()
                words = f"This could not be looked at ({type(error).__name__})."
                found.append(Finding(name, BROKEN, words, "Mend what is above first."))
        return found

    def _print(self, one: Finding) -> None:
        styles = {GOOD: self.style.SUCCESS, LOOK: self.style.WARNING, BROKEN: self.style.ERROR}
        marks = {GOOD: "good", LOOK: "look", BROKEN: "FAULT"}
        self.stdout.write(f"{styles[one.state](marks[one.state].ljust(6))} {one.name}: {one.words}")
        if one.what_to_do:
            self.stdout.write(f"       → {one.what_to_do}")
