"""/healthz: does this process answer? /readyz: should it get work?"""

from asgiref.sync import sync_to_async
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from chatapp.server import checks, lifecycle


async def healthz(request: HttpRequest) -> HttpResponse:
    """200 as long as the loop turns; touches nothing else, so that a dead database restarts no process."""
    return JsonResponse({"status": "ok"})


async def readyz(request: HttpRequest) -> HttpResponse:
    """200, or 503 with the reasons in plain words: starting, draining, database, migrations."""
    reasons: list[str] = []
    if lifecycle.state() != "serving":
        reasons.append(lifecycle.state())
    # A thread of its own: a database that hangs must not hold up the thread that views share.
    reasons += await sync_to_async(_database_reasons, thread_sensitive=False)()
    if reasons:
        return JsonResponse({"status": "not ready", "reasons": reasons}, status=503)
    return JsonResponse({"status": "ready"})


def _database_reasons() -> list[str]:
    try:
        checks.ask_database()
        if checks.missing_migrations():
            return ["migrations are missing: run `python manage.py migrate`"]
    except Error:
        return ["the database does not answer"]
    finally:
        connection.close()
    return []
