"""`manage.py check_model`: ask the configured endpoint what it can do."""

import asyncio
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chatapp.conversations import upstream
from chatapp.workersai.check import Finding, check


class Command(BaseCommand):
    help = "Asks the configured model one short question per capability and prints what works."

    def handle(self, *args: Any, **options: Any) -> None:
        endpoint = upstream.endpoint()
        self.stdout.write(f"Asking {endpoint.model} at {endpoint.base} (form {endpoint.form}).")
        if upstream.is_standin():
            self.stdout.write("This is the stand-in, not the real model.")
        failed = asyncio.run(self._check())
        if failed:
            raise CommandError(f"{failed} of the questions failed.")

    async def _check(self) -> int:
        client = upstream.client()
        failed = 0
        try:
            async for finding in check(client):
                failed += finding.verdict == "failed"
                self._print(finding)
        finally:
            await client.aclose()
        return failed

    def _print(self, finding: Finding) -> None:
        styles = {"ok": self.style.SUCCESS, "failed": self.style.ERROR, "unclear": self.style.WARNING}
        verdict = styles[finding.verdict](finding.verdict.ljust(8))
        self.stdout.write(f"{verdict} {finding.capability.ljust(16)} {finding.sentence}")
        self.stdout.flush()
