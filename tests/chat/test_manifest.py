"""The web app manifest: what a browser is told that installs Chatapp."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from PIL import Image

from chatapp.server.headers import CONTENT_SECURITY_POLICY

STATIC = Path(settings.STATICFILES_DIRS[0])


@pytest.fixture
def answer(db):
    return Client().get("/app.webmanifest")


def test_it_is_for_everyone_and_takes_no_post(answer):
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/manifest+json"
    assert not answer.cookies
    assert Client().post("/app.webmanifest").status_code == 405
    assert "manifest-src 'self'" in CONTENT_SECURITY_POLICY


def test_it_opens_the_chat_in_a_window_of_its_own(answer):
    told = answer.json()
    assert (told["name"], told["display"], told["start_url"], told["scope"]) == ("Chatapp", "standalone", "/", "/")
    assert {shortcut["url"] for shortcut in told["shortcuts"]} == {"/", "/?temporary=1"}


def test_every_icon_is_there_and_as_large_as_it_says(answer):
    icons = answer.json()["icons"]
    for icon in icons:
        path = STATIC / icon["src"].removeprefix("/static/")
        if icon["type"] == "image/png":
            width, height = Image.open(path).size
            assert icon["sizes"] == f"{width}x{height}"
        else:
            assert path.read_text().startswith("<svg")
    assert {(icon.get("purpose"), icon["sizes"]) for icon in icons} >= {
        ("any", "192x192"), ("any", "512x512"), ("maskable", "512x512")
    }  # fmt: skip


def test_what_a_system_may_cut_off_a_maskable_icon_is_ground_alone():
    picture = Image.open(STATIC / "img" / "icon-maskable-512.png").convert("RGB")
    ground = picture.getpixel((0, 0))
    radius = 0.4 * picture.width
    outside = [
        (x, y)
        for x in range(0, picture.width, 4)
        for y in range(0, picture.height, 4)
        if (x - picture.width / 2) ** 2 + (y - picture.height / 2) ** 2 > radius**2
    ]
    assert {picture.getpixel(point) for point in outside} == {ground}


@pytest.mark.parametrize("path", ["/", "/accounts/login/", "/s/nothing/", "/nothing/"])
def test_every_page_names_it(alice, at, path):
    page = at(alice).get(path, follow=True, headers={"accept": "text/html"}).content.decode()
    assert page.count('rel="manifest"') == 1
    assert page.count('name="theme-color"') == 2
