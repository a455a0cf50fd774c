"""Prompts, groups, rights and what a reviewer finds, written straight into the server's database.

Runs inside the server's settings, as people.py.
"""

import json

from chatapp.accounts.models import Group, User
from chatapp.prompts import create, publish, save
from chatapp.prompts.models import Label
from tests.browser.reviewing import grant, timed

VERSIONS = [
    ("You answer letters of customers.", "Begun"),
    ("You answer letters of {{customer}}, politely and in their language.", "Politely"),
    ("You answer letters of {{customer}} in their language.\n\nBe brief. Name the next step.", "Shorter"),
]
VARIABLES = [{"name": "customer", "type": "text", "label": "Who is it for?", "required": True, "default": ""}]


def furnish(admin: int, reviewer: int, member: int) -> None:
    """Tell {"prompt": short name, "group": id, "talks": [keys]}: the reviewer may read the member's talks."""
    author = User.objects.get(pk=admin)
    prompt = create.create(author, "Letters to customers", "", "For those who answer the post", ["support"])
    for number, (text, note) in enumerate(VERSIONS, 1):
        typed = {"text": text, "variables": VARIABLES if "{{" in text else []}
        save.save(prompt, author, typed, base=number - 1, note=note)
    for number in (1, 2):
        publish.move(prompt, Label.PRODUCTION, number, author, f"Version {number} was tried by the team")
    group = grant(reviewer, [member]).group
    titles = ["How do tulips grow from bulbs, and when are they planted?", "Roses in the shade", "Ferns"]
    talks = timed(member, titles)
    Group.objects.create(name="Sales in the northern districts and their partners")
    print("told:" + json.dumps({"prompt": prompt.slug, "group": group.pk, "talks": talks}))
