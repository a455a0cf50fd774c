"""What was spent, in sums that outlive the conversations."""

from django.db import models


class DailyUsage(models.Model):
    """What one member spent in one day on one version of a prompt, of the calls that ended in one way.

    Member and version are bare ids: the sums stay when those, or the conversations, are erased, and say nothing of
    what was in them. Written by ledger.py alone.
    """

    pk = models.CompositePrimaryKey("day", "member", "version", "ending")
    day = models.DateField()  # in the team's time zone as it was set then
    member = models.BigIntegerField()
    version = models.BigIntegerField(default=0)  # 0: without a prompt of the team
    ending = models.CharField(max_length=40)  # endings.py
    calls = models.BigIntegerField(default=0)
    prompt_tokens = models.BigIntegerField(default=0)
    completion_tokens = models.BigIntegerField(default=0)  # reasoning included: it is not counted apart
    cached_tokens = models.BigIntegerField(default=0)
    neurons = models.FloatField(default=0)
    cost = models.FloatField(default=0)  # US dollars

    def __str__(self) -> str:
        return f"{self.day} {self.member}/{self.version} {self.ending}: {self.calls}"
