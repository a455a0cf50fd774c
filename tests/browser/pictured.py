"""The rooms of prompts, review and administration, filled by `manage.py demo`: what the pictures of them show."""

from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.house import House, Member

REASON = "Quality of answers, autumn round"


@dataclass
class Rooms:
    """`cast`: by role; `paths`: by picture."""

    cast: dict[str, Member]
    paths: dict[str, str]


def furnish(house: House) -> Rooms:
    """Beside whoever is in the server's database already."""
    house.server.manage("demo", "--force")
    told = house.tell("cast()", "demonstration")
    rooms = Rooms({role: Member(**one) for role, one in told["cast"].items()}, {})
    prompt = f"/prompts/p/{told['prompt']}/"
    rooms.paths |= {
        "prompts": "/prompts/",
        "prompt": prompt,
        "prompt-diff": f"{prompt}compare/?a={told['versions'] - 1}&b={told['versions']}",
        "prompt-figures": f"{prompt}figures/",
        "prompt-history": f"{prompt}history/",
        "review": "/review/",
        "reviewed": "/review/",
        "members": "/team/",
        "usage": "/team/usage/",
        "health": "/team/health/",
        "team-settings": "/team/settings/",
        "audit": "/team/audit/",
        "readers": "/readers/",
    }
    return rooms


def open_one(page: Page) -> None:
    """Of the list, by keys; a reason is asked for before a word is shown, unless it is looked at already."""
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    why, answer = page.get_by_label("Why do you open it?"), page.locator("article[data-role=assistant]").first
    why.or_(answer).first.wait_for()
    if why.count():
        why.fill(REASON)
        page.keyboard.press("Enter")
    answer.wait_for()
