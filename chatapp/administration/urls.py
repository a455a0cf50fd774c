"""Addresses of this room, all below /team/."""

from django.urls import path

from . import audit_page, defaults_page

app_name = "administration"
urlpatterns = [
    path("team/audit/", audit_page.audit, name="audit"),
    path("team/audit/export/", audit_page.export, name="audit_export"),
    path("team/defaults/", defaults_page.team_defaults_page, name="defaults"),
]
