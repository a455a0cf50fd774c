"""A team with conversations as people have them: what the tour looks at and the pictures show.

Everything is asked for real, of the stand-in, with the answer's words in a directive; the directives are
taken out of the stored questions afterwards.
"""
# ruff: noqa: E501 (texts of answers)

from dataclasses import dataclass, field

from playwright.sync_api import expect

from tests.browser.house import Chat, House, Member

NAMES = ["Ada Lovelace", "Mary Somerville", "Grace Hopper", "Annie Easley", "Ramanujan Srinivasa", "Evelyn Boyd"]

TITLES = [
    "Release notes for the March update",
    "Why the nightly import took four hours, and what to change before the next quarter ends",
    "رسالة ترحيب للزملاء الجدد",
    "Regular expression for IBANs",
    "Interview questions for a data engineer",
    "Translate the privacy notice into plain English",
    "תקציר הישיבה מיום שלישי",
    "Holiday rota as a spreadsheet formula",
    "Compare three note-taking habits",
    "Draft: answer to the auditor’s second letter",
    "SQL: customers without an order since spring",
    "Explain eventual consistency to a new colleague",
    "A shorter abstract for the conference paper",
    "Unit tests for the tax rounding",
    "Caption ideas for the team photo",
    "Checklist for moving the office",
    "Convert the old cron table to timers",
    "What does this stack trace mean?",
    "Names for the internal newsletter",
    "Plan a workshop on threat modelling",
]

RICH = r"""Use **PostgreSQL**. For ten people both would do, but the import writes while people read, and that is where SQLite makes them wait.

| | SQLite | PostgreSQL | What it means for you | Effort to change later |
|---|---|---|---|---:|
| Writers at once | one | many | the nightly import no longer blocks the office | 2 days |
| Backup | copy of a file | `pg_dump`, point in time | restore to 10:42 instead of to last night | 1 day |
| Running it | nothing | a service | updates twice a year | ½ day |

Count first how often writers meet:

```python
def waits(log: Iterable[Entry], patience: float = 0.2) -> Counter[str]:
    '''Writers that waited longer than `patience` seconds, by table.'''
    return Counter(entry.table for entry in log if entry.waited > patience)  # about one line in 4,000 in your log
```

If writers arrive at rate $\lambda$ and each holds the lock for $s$ seconds, the share of time the lock is taken is $\rho = \lambda s$, and the mean wait is

$$W = \frac{\lambda\, s^2}{2\,(1 - \rho)}$$

With $\lambda = 3$ and $s = 0.2$ that is 0.15 s now, and **four times as much** when the team doubles."""

THOUGHT = (
    "The user wants a recommendation for ten people. The nightly import matters: it writes for an hour while "
    "people work. SQLite allows one writer, so I should show the waiting time, not only say it. A table, a way to "
    "measure it, and the queueing formula; then one clear recommendation."
)

ARABIC = """نعم. الخطوات الثلاث هي:

1. أنشئ نسخة احتياطية باستخدام `pg_dump` قبل البدء.
2. انقل الجداول ليلاً، ثم قارن عدد الصفوف.
3. حوّل التطبيق إلى قاعدة البيانات الجديدة.

> لا تحذف الملف القديم قبل مرور أسبوع."""

HEBREW_ASK = "וכמה זמן זה ייקח, אם יש לנו 40GB?"


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


@dataclass
class Showcase:
    admin: Member
    reviewer: Member
    paths: dict[str, str] = field(default_factory=dict)  # page → its address


def build(house: House) -> Showcase:
    """Fill the house's server; takes some ten seconds."""
    staff = [Member(**one) for one in house.tell(f"staff({NAMES!r})")]
    admin = staff[0]
    house.tell(f"shelf({admin.id}, {TITLES!r})")
    shown = Showcase(admin, staff[1])
    with house.context(admin) as context:
        chat = Chat(context.new_page())
        _troubles(chat)
        shown.paths["troubles"] = chat.page.url
        _starved(chat)
        shown.paths["starved"] = chat.page.url
        _rich(chat)
        shown.paths["chat"] = chat.page.url
        _parted(chat, shown)
        _handed_over(chat, shown)
        assert chat.errors == []
    house.tell(f"polish({admin.id})")
    _rooms(house, shown, staff[2])
    shown.paths |= {"new": "/", "team": "/team/", "me": "/me/", "help": "/help/parameters/", "guide": "/help/"}
    shown.paths |= {"groups": "/team/groups/", "reviews": "/team/reviews/", "audit": "/team/audit/"}
    shown.paths |= {"defaults": "/team/defaults/", "usage": "/team/usage/"}
    shown.paths |= {"health": "/team/health/", "installation": "/team/settings/"}
    shown.paths |= {"links": "/shared/", "signals": "/team/recording/", "privacy": "/privacy/"}
    shown.paths |= {
        "connect": "/help/connect/",
        "password": "/accounts/password/change/",
        "missing": "/c/nothing/",
    }
    shown.paths |= {"sign-out": "/accounts/logout/", "data": "/data/", "temporary": "/?temporary=1"}
    return shown


def _rich(chat: Chat) -> None:
    chat.open()
    question = (
        "We are ten people, and every night an import writes for about an hour. SQLite or PostgreSQL? Show me the "
        "differences that matter, how to measure them on our own log, and the arithmetic behind your advice."
    )
    chat.ask(f"{question} [[standin text={quoted(RICH)} think={quoted(THOUGHT)} rate=400]]").ended()
    _rename(chat, "SQLite or PostgreSQL for ten people and one nightly import that writes for an hour")


def _troubles(chat: Chat) -> None:
    chat.open()
    chat.ask(
        f"هل يمكنك تلخيص خطة الترحيل إلى PostgreSQL؟ [[standin text={quoted(ARABIC)} reasoning=12 rate=0]]"
    ).ended()
    words = "About three hours for 40 GB: half an hour to copy, two hours for the indexes, and the rest to compare"
    cut = f"{words} the counts of rows in both. The indexes are the part that can be hastened."
    chat.ask(f"{HEBREW_ASK} [[standin text={quoted(cut)} reasoning=10 fault=cut after=32 rate=0]]")
    chat.answers.nth(1).wait_for()
    chat.ended("interrupted")
    chat.ask("Then write the script for it, with a dry run. [[standin fault=quota]]")
    chat.answers.nth(2).wait_for()
    chat.ended("failed")
    _rename(chat, "خطة الترحيل إلى PostgreSQL")


def _starved(chat: Chat) -> None:
    chat.open()
    thought = (
        "Let me set this up carefully. Twelve coins, one is false, three weighings. Label the coins 1 to 12. First "
        "weigh 1 2 3 4 against 5 6 7 8. If they balance, the false one is among 9 to 12. "
    ) * 12
    chat.ask(
        "Twelve coins, one of them false, three weighings: which, and is it light or heavy? "
        f"[[standin think={quoted(thought)} fault=starve rate=0]]"
    ).ended()
    _rename(chat, "Twelve coins, three weighings")


def _parted(chat: Chat, shown: Showcase) -> None:
    """Two answers to one question, compared."""
    chat.open()
    words = "**Tide Table**: what comes in, what goes out."
    chat.ask(f'A name for our newsletter, please. [[standin text="{words}" reasoning=20 rate=0]]').ended()
    chat.last.locator('[data-do="retry"]').click()
    expect(chat.page.locator("[data-siblings]")).to_contain_text("2 of 2")
    chat.ended()
    _rename(chat, "A name for the newsletter")
    shown.paths["branches"] = chat.page.url
    chat.box.press("Control+Shift+B")
    tree = chat.page.get_by_role("dialog", name="Branches of this chat")
    ticks = tree.get_by_label("Compare", exact=True)
    expect(ticks).to_have_count(2)
    for tick in ticks.all():
        tick.check()
    tree.get_by_role("button", name="Compare two branches").click()
    chat.page.wait_for_url("**/compare/**")
    shown.paths["compare"] = chat.page.url


def _handed_over(chat: Chat, shown: Showcase) -> None:
    """The rich chat on paper and by a link, and an invitation."""
    chat.open(shown.paths["chat"])
    shown.paths["print"] = f"{shown.paths['chat']}print/"
    chat.page.locator("[data-share]").click()
    chat.page.get_by_label("Anyone with the link").check()
    chat.page.get_by_role("button", name="Make the link").click()
    shown.paths["shared"] = chat.page.locator(".link-address input").input_value()
    chat.page.goto("/team/")
    chat.page.locator("summary").filter(has_text="Invite somebody").click()
    chat.page.get_by_label("E-mail address").fill("new.colleague@example.org")
    chat.page.get_by_role("button", name="Make the link").click()
    shown.paths["join"] = chat.page.locator("#link").input_value()


def _rooms(house: House, shown: Showcase, member: Member) -> None:
    """The pages of administrators, editors and reviewers."""
    told = house.tell(f"furnish({shown.admin.id}, {shown.reviewer.id}, {member.id})", "rooms")
    prompt = f"/prompts/p/{told['prompt']}/"
    shown.paths |= {
        "group": f"/team/groups/{told['group']}/",
        "member": f"/team/{member.id}/",
        "library": "/prompts/",
    }
    shown.paths |= {name: f"{prompt}{name}/" for name in ("history", "edit", "try", "figures", "rules")}
    shown.paths |= {"prompt": prompt, "version": f"{prompt}versions/3/", "publish": f"{prompt}publish/?number=3"}
    shown.paths |= {
        "differences": f"{prompt}compare/?a=1&b=2",
        "bring-in": "/prompts/import/",
        "write": "/prompts/new/",
    }
    reading, gate, _ = told["talks"]
    shown.paths |= {"review": "/review/", "gate": f"/review/c/{gate}/", "reading": f"/review/c/{reading}/"}
    shown.paths |= {"rubric": "/review/rubric/", "review-export": "/review/export/", "forbidden": "/team/"}


def _rename(chat: Chat, title: str) -> None:
    """By hand, so that no later title of the model's comes over it."""
    conversation = chat.page.locator("#main").get_attribute("data-conversation")
    chat.page.locator("[data-rename-title]").click()
    box = chat.page.get_by_label("Title of this chat")
    box.fill(title)
    with chat.page.expect_response(lambda response: response.url.endswith(f"{conversation}/rename/")):
        box.press("Enter")
