"""A start on SQLite with one process is light: what other engines need is not loaded."""

import os
import subprocess
import sys

from django.conf import settings

LOADED = """
import os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "chatapp.settings"
import chatapp.asgi, chatapp.urls
from chatapp.server.management.commands import serve
print(*sorted({name.split(".")[0] for name in sys.modules}))
"""


def test_a_server_on_sqlite_loads_no_driver_of_another_engine(tmp_path):
    alone = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    done = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=settings.BASE_DIR,
        env=alone | {"DATA_DIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert {"django", "daphne"} <= loaded, "the server itself is there"
    assert loaded.isdisjoint({"psycopg", "psycopg_pool", "redis", "channels_redis"})
