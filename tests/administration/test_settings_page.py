"""Every setting with its value and where it comes from; of secrets only whether they are set."""

import os
import re
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from django.conf import settings as django_settings

from chatapp.feedback import recording
from chatapp.prompts import defaults
from tests.test_settings import ROOT, names_documented

pytestmark = pytest.mark.django_db


def words(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def row(page: str, name: str) -> str:
    return re.search(rf"<tr><th scope=\"row\"><code>{name}</code>.*?</tr>", page)[0]


def test_every_setting_of_the_documentation_is_on_the_page_once(as_ada):
    page = words(as_ada.get("/team/settings/"))
    assert sorted(re.findall(r"<th scope=\"row\"><code>([A-Z_]+)</code>", page)) == sorted(names_documented())


def test_the_settings_marked_as_secret_are_those_that_are_not_shown():
    rows = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    marked = {re.search(r"`([A-Z_]+)`", row)[1] for row in rows if row.startswith("| `") and "*secret*" in row}
    assert marked == set(django_settings.SECRETS)


def read_with(**environment: str) -> dict:
    clean = {k: v for k, v in os.environ.items() if k not in names_documented()}
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import json; from chatapp import settings as s; print(json.dumps(s.SETTINGS_READ, default=str))",
        ],
        cwd=ROOT,
        env={**clean, **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    return orjson.loads(told.stdout)


def test_where_each_value_comes_from_is_known_and_of_a_secret_nothing_else(tmp_path: Path):
    file = tmp_path / "token"
    file.write_text("hunter2-file")
    secret = {
        "SECRET_KEY": "hunter2" * 10,
        "CLOUDFLARE_ACCOUNT_ID": "hunter2",
        "CLOUDFLARE_AUTH_TOKEN_FILE": str(file),
        "DATABASE_URL": f"sqlite:///{tmp_path}/hunter2",
        "REDIS_URL": "redis://:hunter2@localhost/0",
        "OPENAI_API_KEY": "hunter2",
        "METRICS_TOKEN": "hunter2",
        "EMAIL_URL": "smtp+tls://user:hunter2@localhost:587",
    }
    read = read_with(**secret, TRASH_DAYS="9", DATA_DIR=str(tmp_path / "data"))
    assert read["TRASH_DAYS"] == [9, "environment"]
    assert read["PORT"] == [8000, "default"]
    assert read["CLOUDFLARE_AUTH_TOKEN"] == [True, "file"]
    assert {name: read[name][0] for name in django_settings.SECRETS} == dict.fromkeys(
        django_settings.SECRETS, True
    )
    assert "hunter2" not in str({name: value for name, value in read.items() if name != "DATA_DIR"})


def test_what_the_environment_sets_is_shown_locked(as_ada, settings):
    settings.SETTINGS_READ = settings.SETTINGS_READ | {
        "TRASH_DAYS": (9, "environment"),
        "METRICS_TOKEN": (True, "file"),
        "SHARE_PUBLIC": (False, "default"),
        "OPENAI_BASE_URL": ("https://me:hunter2@model.example.org/v1", "environment"),
    }
    page = words(as_ada.get("/team/settings/"))
    assert "i-lock" in row(page, "TRASH_DAYS")
    assert ">9<" in row(page, "TRASH_DAYS")
    assert "environment" in row(page, "TRASH_DAYS")
    assert ">set<" in row(page, "METRICS_TOKEN")
    assert "i-lock" not in row(page, "SHARE_PUBLIC")
    assert ">no<" in row(page, "SHARE_PUBLIC")
    assert "hunter2" not in page
    assert "https://model.example.org/v1" in page


def test_no_value_of_a_secret_is_on_the_page(as_ada):
    page = words(as_ada.get("/team/settings/"))
    for name in django_settings.SECRETS:
        assert re.search(r">(set|not set)<", row(page, name))
    assert django_settings.SECRET_KEY not in page
    assert ">set<" in row(page, "SECRET_KEY")


def test_what_the_team_sets_is_named_with_the_way_to_change_it(as_ada, ada):
    defaults.replace({"temperature": 0.4, "system_prompt": "Words of the prompt"}, by=ada)
    recording.turn(False, by=ada)
    page = words(as_ada.get("/team/settings/"))
    assert "2 settings: system_prompt, temperature" in page
    assert "not recorded" in page
    assert 'href="/team/defaults/"' in page
    assert 'href="/team/recording/"' in page
    assert "Words of the prompt" not in page
