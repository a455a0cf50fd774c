"""http → Django; websocket → exact origin → session → user → chat."""

import os

from chatapp.server.handler import get_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chatapp.settings")
django_application = get_application()

from channels.auth import AuthMiddlewareStack  # noqa: E402 (needs the apps loaded)
from channels.routing import ProtocolTypeRouter, URLRouter  # noqa: E402
from channels.security.websocket import OriginValidator  # noqa: E402
from django.conf import settings  # noqa: E402

from chatapp.chat.routing import websocket_urlpatterns  # noqa: E402
from chatapp.server.lazily import started_by_the_first  # noqa: E402
from chatapp.server.middleware import around_django  # noqa: E402

application = started_by_the_first(
    ProtocolTypeRouter(
        {
            "http": around_django(django_application),
            # OriginValidator with full origins: the allowed-hosts variant compares host names only.
            "websocket": OriginValidator(
                AuthMiddlewareStack(URLRouter(websocket_urlpatterns)), settings.ALLOWED_ORIGINS
            ),
        }
    )
)
