"""The headings under which the rows of a list stand."""

import datetime

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext


def heading(moment: datetime.datetime, today: datetime.date) -> str:
    """Today, Yesterday, Previous 7 days, then the month."""
    day = timezone.localdate(moment)
    ago = (today - day).days
    if ago <= 0:
        return _("Today")
    if ago == 1:
        return _("Yesterday")
    if ago <= 7:
        return _("Previous 7 days")
    return date_format(day, "F" if day.year == today.year else pgettext("month and year", "F Y"))
