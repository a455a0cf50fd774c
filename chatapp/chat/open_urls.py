"""The few addresses that answer whoever asks; everything else of this room is for members (urls.py)."""

from django.urls import path

from .views import manifest, privacy, shared

app_name = "open"
urlpatterns = [
    path("s/<str:token>/", shared.page, name="shared"),
    path("s/<str:token>/take/", shared.take_copy, name="take"),
    path("privacy/", privacy.page, name="privacy"),
    path("app.webmanifest", manifest.manifest, name="manifest"),
    path("robots.txt", privacy.robots, name="robots"),
]
