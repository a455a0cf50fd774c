"""The headings under which the rows of a list stand."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format


def heading(moment: datetime.datetime, today: datetime.date) -> str:
    """Today, Yesterday, Previous 7 days, then the month."""
    day = timezone.localdate(moment)
    ago = (today - day).days
    if ago <= 0:
        return "Today"
    if ago == 1:
        return "Yesterday"
    if ago <= 7:
        return "Previous 7 days"
    return date_format(day, "F" if day.year == today.year else "F Y")
