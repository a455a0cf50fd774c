"""The team of the demonstration, made by the same deeds as any other."""

import datetime
import secrets
import unicodedata

from chatapp.accounts.groups import make_group, set_groups
from chatapp.accounts.models import Role, User

from .story import DOMAIN, Story

# Who can sign in; the first four have the four roles.
CAST = (
    ("Ada Okafor", Role.ADMIN, ()),
    ("Eddi Lindqvist", Role.EDITOR, ("Product", "Support")),
    ("Rita Moreau", Role.REVIEWER, ()),
    ("Alice Novák", Role.MEMBER, ("Support",)),
    ("Bob Tanaka", Role.MEMBER, ("Support",)),
    ("Chiara Rossi", Role.MEMBER, ("Legal",)),
    ("Dmitri Volkov", Role.MEMBER, ("Engineering",)),
    ("Elif Yılmaz", Role.MEMBER, ("Engineering", "Product")),
    ("Farid Haddad", Role.MEMBER, ("Sales",)),
    ("Grace Mbeki", Role.MEMBER, ("Sales", "Product")),
    ("Hanna Müller", Role.MEMBER, ("Legal",)),
    ("Ivo Petrov", Role.ADMIN, ("Engineering",)),
    ("Ravi Menon", Role.REVIEWER, ()),
)
GROUPS = ("Engineering", "Legal", "Product", "Sales", "Support")
_FIRST = (
    "Jonas",
    "Keiko",
    "Lars",
    "Mina",
    "Noor",
    "Olga",
    "Pablo",
    "Quinn",
    "Rosa",
    "Sven",
    "Tariq",
    "Uma",
    "Vera",
)
_LAST = ("Becker", "Costa", "Duarte", "Eriksen", "Fischer", "Garcia", "Huang", "Ibrahim", "Jensen", "Kim", "Lopez")
MESSAGES_PER_MEMBER = 15_000


def fill(story: Story) -> None:
    """Members (more of them for a larger story) and groups."""
    since = story.end - datetime.timedelta(days=story.days + 3)
    with story.clock(since):
        _fill(story, since)


def _fill(story: Story, since: datetime.datetime) -> None:
    for name in GROUPS:
        story.groups[name] = make_group(name, by=None)
    more = max(0, story.messages // MESSAGES_PER_MEMBER - len(CAST))
    extras = [
        (f"{_FIRST[n % len(_FIRST)]} {_LAST[n % len(_LAST)]}", Role.MEMBER, (GROUPS[n % len(GROUPS)],))
        for n in range(min(more, len(_FIRST) * len(_LAST)))  # 13 and 11: so many different names
    ]
    for n, (name, role, groups) in enumerate((*CAST, *extras)):
        password = secrets.token_urlsafe(9) if n < len(CAST) else None
        address = f"{_ascii(name).replace(' ', '.')}@{DOMAIN}"
        user = User.objects.create_user(address, password, name=name, role=role)
        User.objects.filter(pk=user.pk).update(date_joined=since)
        set_groups(user.pk, [story.groups[group].pk for group in groups], by=None)
        story.people.append(user)
        if password:
            story.passwords[address] = password


def _ascii(name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.lower().replace("ı", "i"))
    return letters.encode("ascii", "ignore").decode()
