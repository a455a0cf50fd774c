"""Dates, times and amounts as the reader's language writes them, at the reader's place."""

import datetime
from decimal import Decimal

from django import template
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

register = template.Library()


@register.filter
def moment(value: datetime.datetime | None) -> str:
    """26 November 2026, 20:04; with UTC where the reader's time zone is not known."""
    return _at(value, pgettext("date and time", "j F Y, H:i"))


@register.filter
def moment_soon(value: datetime.datetime | None) -> str:
    """26 November, 20:04: where the year goes without saying."""
    return _at(value, pgettext("date and time", "j F, H:i"))


@register.filter
def day(value: datetime.datetime | datetime.date | None) -> str:
    """26 November 2026."""
    return _on(value, pgettext("date", "j F Y"))


@register.filter
def short_day(value: datetime.datetime | datetime.date | None) -> str:
    """26 Nov 2026."""
    return _on(value, pgettext("date", "j M Y"))


@register.filter
def last_day(end: datetime.datetime | None) -> str:
    """26 November 2026, of what is over at the midnight after it."""
    return "" if end is None else day(end - datetime.timedelta(microseconds=1))


@register.filter
def dollars(value: float | Decimal | None, places: int = 4) -> str:
    """$0.0012: a price in US dollars. What is paid for is never shown as nothing."""
    if value is None:
        return ""
    shown = round(float(value), places)  # number_format cuts off
    if value > 0 and not shown:
        return _("< $%(amount)s") % {"amount": number_format(Decimal(1).scaleb(-places), places)}
    return _("$%(amount)s") % {"amount": number_format(shown, places)}


def _at(value: datetime.datetime | None, form: str) -> str:
    if value is None:
        return ""
    words = date_format(timezone.localtime(value), form)
    # Nobody's clock: the server's own zone says nothing to a reader elsewhere.
    return words if timezone.get_current_timezone() is not timezone.get_default_timezone() else f"{words} UTC"


def _on(value: datetime.datetime | datetime.date | None, form: str) -> str:
    if value is None:
        return ""
    return date_format(timezone.localtime(value) if isinstance(value, datetime.datetime) else value, form)
