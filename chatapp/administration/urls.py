"""Addresses of this room, all below /team/."""

from django.urls import path

from . import audit_page, defaults_page, health_page, settings_page, usage_page

app_name = "administration"
urlpatterns = [
    path("team/audit/", audit_page.audit, name="audit"),
    path("team/audit/export/", audit_page.export, name="audit_export"),
    path("team/defaults/", defaults_page.team_defaults_page, name="defaults"),
    path("team/usage/", usage_page.usage, name="usage"),
    path("team/usage/export/", usage_page.export, name="usage_export"),
    path("team/health/", health_page.health, name="health"),
    path("team/settings/", settings_page.settings_page, name="settings"),
]
