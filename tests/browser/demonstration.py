"""What `manage.py demo` made, found in the server's own database.

Runs inside the server's settings, as people.py.
"""

import json

from django.db.models import Count

from chatapp.accounts.models import User
from chatapp.conversations.models import Conversation
from chatapp.demo.people import CAST
from chatapp.demo.story import DOMAIN
from chatapp.prompts.models import Prompt
from tests.browser.people import session_of


def cast() -> None:
    """Tell {"cast": somebody signed in of each role, "prompt": the short name of that with most versions, "versions":
    their number, "talk": the newest long conversation of a group that is reviewed}."""
    found = {}
    for name, role, _ in CAST:
        if role not in found:
            user = User.objects.get(email__endswith=f"@{DOMAIN}", name=name)
            found[role] = {"id": user.pk, "name": name, "email": user.email, "session": session_of(user)}
    prompt = Prompt.objects.annotate(count=Count("versions")).latest("count")
    talks = Conversation.objects.annotate(count=Count("messages")).filter(
        owner__email__endswith=f"@{DOMAIN}", owner__groups__name="Support", count__gte=6
    )
    talk = str(talks.latest("updated").key)
    print("told:" + json.dumps({"cast": found, "prompt": prompt.slug, "versions": prompt.count, "talk": talk}))
