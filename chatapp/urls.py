"""Which room answers which address."""

from django.urls import include, path

urlpatterns = [
    # accounts: /accounts/… /setup/… /join/… /team/ /me/
    path("", include("chatapp.accounts.urls")),
    # server: /healthz /readyz /metrics
    path("", include("chatapp.server.urls")),
    # administration: /team/usage/ /team/audit/ /team/defaults/ /team/health/
    path("", include("chatapp.administration.urls")),
    # chat, without signing in: /s/… /privacy/ /app.webmanifest /robots.txt
    path("", include("chatapp.chat.open_urls")),
    # desk: /review/
    path("review/", include("chatapp.desk.urls")),
    # chat: /prompts/…, the library and the editors' pages
    path("prompts/", include("chatapp.chat.prompt_urls")),
    # chat: everything else
    path("", include("chatapp.chat.urls")),
]

handler400 = "chatapp.server.errors.bad_request"
handler403 = "chatapp.server.errors.forbidden"
handler404 = "chatapp.server.errors.not_found"
handler500 = "chatapp.server.errors.server_error"
