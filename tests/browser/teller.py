"""`python -m tests.browser.teller`: runs what House.tell asks for, in the settings of the server it stands beside.

It stays for all calls of a file of tests, because loading Django takes longer than most of them. Lines of JSON:
in [module, call], out {"told": …} or {"failed": traceback}. It ends when its input does.
"""

import io
import json
import os
import sys
import traceback
from contextlib import redirect_stdout


def answer(module: str, call: str) -> dict[str, str]:
    said = io.StringIO()
    try:
        with redirect_stdout(said):
            exec(f"from tests.browser import {module}; {module}.{call}", {})
    except Exception:
        return {"failed": traceback.format_exc()}
    return {"told": said.getvalue()}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
    import django

    django.setup()
    from django.db import connections

    for line in sys.stdin:
        told = answer(*json.loads(line))
        connections.close_all()  # the server may be ended, its database replaced
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
