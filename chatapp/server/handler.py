"""Django's ASGI handler, with each request in one thread from its first middleware to its last.

Django's own runs middleware as coroutines around a view in a thread: a dozen hops between the loop and a thread
made for this request alone, and with the thread a new database connection. Our middleware and views are plain
functions, so one hop does. The threads stay, and on SQLite their connections with them (docs/performance.md
has the figures).
"""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.core.signals import request_started
from django.db import close_old_connections, reset_queries
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Requests at once; more wait their turn. Few, because each takes its share of the interpreter from the loop,
# which carries everybody's tokens. A pool of their own: a slow page must not hold up the start of an answer.
THREADS = 4

_threads = ThreadPoolExecutor(THREADS, thread_name_prefix="request")


class OneHopHandler(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        """Whatever is asked: the chain is a plain function. Coroutine views in it still work, by a hop back."""
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        # Not thread-sensitive: the whole request runs in the one thread, there is nothing to keep together.
        return await sync_to_async(self._respond, thread_sensitive=False, executor=_threads)(request)

    def _respond(self, request: HttpRequest) -> Any:
        # What Django does at a request's start, but in the thread that works on it.
        reset_queries()
        close_old_connections()
        try:
            return self.get_response(request)
        finally:
            close_old_connections()


def get_application() -> Any:
    """What `django.core.asgi.get_asgi_application` gives, but for the hops. Loads the apps."""
    django.setup(set_prefix=False)
    # They would be called by a hop of their own, in a thread that has no connections.
    for receiver in (reset_queries, close_old_connections):
        request_started.disconnect(receiver)
    return OneHopHandler()
