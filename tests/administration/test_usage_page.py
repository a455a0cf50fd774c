"""What the team has used, for administrators: numbers alone, of the time that was asked for, and as a file."""

import csv
import datetime
import io
import re

import pytest
from asgiref.sync import async_to_sync

from chatapp.accounts.models import User
from chatapp.audit.models import Entry
from chatapp.conversations import spent
from chatapp.usage import ledger
from chatapp.usage.figures import figures
from chatapp.usage.ledger import Spent
from chatapp.usage.models import DailyUsage
from tests.conversations.stories import answered
from tests.prompts.writing import published

pytestmark = pytest.mark.django_db
TODAY = datetime.date(2026, 5, 20)


@pytest.fixture(autouse=True)
def today(monkeypatch):
    for module in (ledger, spent):
        monkeypatch.setattr(module, "day_of", lambda moment: TODAY)


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def ago(days: int) -> datetime.date:
    return TODAY - datetime.timedelta(days=days)


def cells(page: str, label: str) -> list[str]:
    """The row that begins with `label`."""
    found = re.search(rf'<tr><th scope="row">(?:<a [^>]*>)?{re.escape(label)}.*?</tr>', page)
    return re.findall(r'<td class="amount">([^<]*)</td>', found[0])


@pytest.fixture
def used(alice, bob, eddi):
    """Alice: two answers and an error today, by a prompt; Bob: a cut one forty days ago; somebody who is gone."""
    version = published(eddi, name="Short").versions.get()
    ledger.add(
        [
            Spent(TODAY, alice.pk, version.pk, "complete", 2, 1000, 200, 50, 1.5, 0.25),
            Spent(TODAY, alice.pk, 0, "rate_limited", 1),
            Spent(TODAY, alice.pk, 0, "summary", 1, 500, 10, 0, 0, 0.01),
            Spent(ago(40), bob.pk, 0, "cut", 1, 10, 5, 0, 0, 0.5),
            Spent(ago(3), 999_999, 777_777, "empty", 1, 7, 0),
        ]
    )


def test_each_member_prompt_and_day_has_its_numbers(as_ada, used):
    page = words(as_ada.get("/team/usage/?period=90"))
    assert cells(page, "Alice") == ["3", "1,500", "210", "$0.2600", "1", "–", "–", "–"]
    assert cells(page, "Bob") == ["1", "10", "5", "$0.5000", "–", "1", "–", "–"]
    assert cells(page, "Deleted member") == ["1", "7", "0", "$0.0000", "–", "–", "1", "–"]
    assert cells(page, "Short") == ["2", "1,000", "200", "$0.2500", "–", "–", "–", "–"]
    assert cells(page, "Deleted prompt")[0] == "1"
    assert cells(page, "Without a prompt")[0] == "2"
    assert cells(page, "20 May 2026") == cells(page, "Alice")
    assert cells(page, "Too many requests") == ["1"]


@pytest.mark.parametrize(
    ("query", "days"),
    [
        ("", 2),
        ("?period=7", 2),
        ("?period=30", 2),
        ("?period=90", 3),
        ("?period=month", 2),
        ("?period=no-such", 2),
        ("?period=own&first=2026-04-01&last=2026-04-30", 1),
        ("?period=own&first=2026-05-20&last=2026-05-20", 1),
    ],
)
def test_the_time_is_chosen(as_ada, used, query, days):
    page = words(as_ada.get(f"/team/usage/{query}"))
    table = re.search(r'aria-labelledby="days-heading".*?</table>', page)[0]
    table = table[table.index("<tbody>") :]
    assert table.count("<tr>") == days


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("first=2026-05-10&last=2026-05-01", "The last day is before the first."),
        ("first=&last=2026-05-01", "Give both days"),
        ("first=2026-13-01&last=2026-05-01", "Give both days"),
        ("first=1000-01-01&last=2026-05-01", "longer than three years"),
    ],
)
def test_dates_that_do_not_fit_are_said_and_kept(as_ada, used, query, says):
    page = words(as_ada.get(f"/team/usage/?period=own&{query}"))
    assert says in page
    assert "The last 30 days are shown." in page
    assert 'value="2026-05-01"' in page


def test_a_long_time_is_told_by_the_week_and_nothing_is_lost(as_ada, used):
    page = words(as_ada.get(f"/team/usage/?period=own&first={ago(364)}&last={TODAY}"))
    table = re.search(r'aria-labelledby="days-heading".*?</table>', page)[0]
    counts = re.findall(r'</th><td class="amount">([\d,]+)</td>', table)
    assert sum(int(n.replace(",", "")) for n in counts) == 5
    assert "Week from" in table


def test_the_sums_of_all_ways_are_the_same(used):
    found = figures(ago(100), TODAY)
    for parts in (found.days, found.members, found.versions):
        for name in ("answers", "errors", "cut", "empty", "stopped", "summaries", "tokens_in", "tokens_out"):
            assert sum(getattr(part, name) for part in parts.values()) == getattr(found.total, name)
        assert sum(part.cost for part in parts.values()) == pytest.approx(found.total.cost)
    assert (found.total.answers, found.total.summaries, found.errors) == (5, 1, {"rate_limited": 1})


def test_an_empty_page_says_so_and_what_comes(as_ada, used):
    assert "Nothing was asked in this time" in words(
        as_ada.get("/team/usage/?period=own&first=2020-01-01&last=2020-01-02")
    )
    DailyUsage.objects.all().delete()
    page = words(as_ada.get("/team/usage/"))
    assert "Nothing was asked yet" in page
    assert '<svg class="chart-svg"' not in page


def test_the_page_says_whose_days_they_are(as_ada, used, settings):
    settings.TEAM_TIME_ZONE = "Europe/Berlin"
    assert "midnight in Europe/Berlin" in words(as_ada.get("/team/usage/"))


def test_no_title_and_no_word_of_a_chat_is_on_it(as_ada, alice):
    answered(alice, "Secret question?", "Secret answer.")
    page = words(as_ada.get("/team/usage/"))
    assert cells(page, "Alice")[0] == "1"
    assert "Secret" not in page


def test_a_name_stays_text(as_ada, used, alice):
    User.objects.filter(pk=alice.pk).update(name="<img src=x>")
    assert "<img" not in words(as_ada.get("/team/usage/"))


async def collected(answer):
    return b"".join([piece async for piece in answer.streaming_content])


def saved(browser, **dates):
    answer = browser.post("/team/usage/export/", dates)
    assert answer.status_code == 200
    body = async_to_sync(collected)(answer).decode("utf-8-sig")
    return answer, list(csv.DictReader(io.StringIO(body)))


@pytest.mark.django_db(transaction=True)
def test_the_file_has_every_row_of_the_time_and_no_formula_and_is_recorded(as_ada, used, alice):
    User.objects.filter(pk=alice.pk).update(name="=HYPERLINK(1)")
    answer, rows = saved(as_ada, first=ago(10).isoformat(), last=TODAY.isoformat())
    assert 'filename="usage-2026-05-10-2026-05-20.csv"' in answer["Content-Disposition"]
    assert [(row["day"], row["member"], row["prompt"], row["ending"], row["calls"]) for row in rows] == [
        ("2026-05-17", "", "", "empty", "1"),
        ("2026-05-20", "'=HYPERLINK(1)", "", "rate_limited", "1"),
        ("2026-05-20", "'=HYPERLINK(1)", "", "summary", "1"),
        ("2026-05-20", "'=HYPERLINK(1)", "Short", "complete", "2"),
    ]
    assert (rows[3]["tokens_in"], rows[3]["tokens_out"], rows[3]["cost_usd"]) == ("1000", "200", "0.25")
    entry = Entry.objects.order_by("-number")[0]
    assert (entry.action, entry.actor_name) == ("export.usage", "Ada")
    assert entry.detail == {"form": "csv", "first": "2026-05-10", "last": "2026-05-20"}


@pytest.mark.parametrize("dates", [{}, {"first": "x", "last": "y"}, {"first": "2026-05-02", "last": "2026-05-01"}])
def test_a_file_of_no_time_is_refused_in_words_and_not_recorded(as_ada, dates):
    answer = as_ada.post("/team/usage/export/", dates)
    assert answer.status_code == 422
    assert "first and the last day" in words(answer)
    assert not Entry.objects.filter(action="export.usage").exists()
