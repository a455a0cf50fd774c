"""The addresses of operators; chatapp.server.middleware answers them before hosts, cookies and redirects."""

from django.urls import path

from chatapp.server import health, metrics

app_name = "server"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics.view, name="metrics"),
]
