"""By which clock a page tells the time."""

import datetime

import pytest
from django.http import HttpResponse
from django.template import engines
from django.utils import timezone
from django.utils.translation import override

from chatapp.accounts.templatetags.by_language import day, dollars, last_day, moment, short_day
from chatapp.accounts.zone import by_its_clock, zone_of

AT = datetime.datetime(2026, 11, 26, 23, 30, tzinfo=datetime.UTC)


@pytest.mark.parametrize("name", ["Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+5", "UTC"])
def test_a_time_zone_is_known_by_its_name(name):
    assert str(zone_of(name)) == name


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe/", "Europe", "x" * 300, "a\x00b", "Ä"],
)
def test_what_is_no_time_zone_is_none(name):
    assert zone_of(name) is None


def test_a_time_is_told_where_the_reader_is():
    with timezone.override("Europe/Berlin"):
        assert moment(AT) == "27 November 2026, 00:30"
        assert day(AT) == "27 November 2026"


def test_a_time_says_utc_where_the_place_is_not_known():
    assert moment(AT) == "26 November 2026, 23:30 UTC"


def test_days_times_and_prices_are_written_as_the_language_does():
    with override("de"), timezone.override("Europe/Berlin"):
        assert moment(AT) == "27. November 2026, 00:30"
        assert short_day(AT) == "27. Nov 2026"
        assert dollars(0.0012) == "0,0012 $"
    assert dollars(0.0012) == "$0.0012"


def test_what_is_paid_for_is_never_shown_as_nothing():
    assert dollars(0.00002) == "< $0.0001"
    assert dollars(0.00002, 5) == "$0.00002"
    assert dollars(0.00006) == "$0.0001"
    assert dollars(0) == "$0.0000"
    with override("de"):
        assert dollars(0.00002) == "< 0,0001 $"


def test_what_is_over_at_midnight_was_there_last_on_the_day_before():
    end = datetime.datetime(2026, 12, 12, tzinfo=datetime.UTC)
    assert last_day(end) == "11 December 2026"
    assert last_day(end + datetime.timedelta(hours=1)) == "12 December 2026"


def test_nothing_is_told_of_what_is_not_there():
    assert moment(None) == day(None) == last_day(None) == dollars(None) == ""


def test_the_browsers_cookie_is_heeded_for_this_request_alone(rf):
    told = by_its_clock(lambda request: HttpResponse(moment(AT)))

    def ask(**cookies: str) -> str:
        request = rf.get("/")
        request.COOKIES = cookies
        return told(request).content.decode()

    assert ask(zone="Pacific/Kiritimati") == "27 November 2026, 13:30"
    assert timezone.get_current_timezone_name() == "UTC"
    assert ask() == ask(zone="nowhere") == "26 November 2026, 23:30 UTC"


def test_the_filters_can_be_used_in_every_template():
    template = engines["django"].from_string("{% load by_language %}{{ at|day }}")
    assert template.render({"at": AT}) == "26 November 2026"
