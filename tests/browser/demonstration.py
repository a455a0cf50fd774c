"""What `manage.py demo` made, found in the server's own database.

Runs inside the server's settings, as people.py.
"""

import json

from django.db.models import Count

from chatapp.accounts.models import User
from chatapp.demo.people import CAST
from chatapp.demo.story import DOMAIN
from chatapp.prompts.models import Prompt
from tests.browser.people import session_of


def cast() -> None:
    """Tell {"cast": somebody signed in of each role, "prompt": the short name of that with most versions,
    "versions": their number}."""
    found = {}
    for name, role, _ in CAST:
        if role not in found:
            user = User.objects.get(email__endswith=f"@{DOMAIN}", name=name)
            found[role] = {"id": user.pk, "name": name, "email": user.email, "session": session_of(user)}
    prompt = Prompt.objects.annotate(count=Count("versions")).latest("count")
    print("told:" + json.dumps({"cast": found, "prompt": prompt.slug, "versions": prompt.count}))
