"""Settings: each one is documented, and a wrong value stops the start with one sentence."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Read by Django, the test suite or between our own processes; nobody sets them.
INTERNAL = {"DJANGO_SETTINGS_MODULE", "STANDIN_URL"}


def names_read() -> set[str]:
    text = (ROOT / "chatapp" / "settings.py").read_text(encoding="utf-8")
    calls = r"(?:env_\w+|env\.\w+|os\.environ\.get)\(\s*\"([A-Z_]+)\""
    return set(re.findall(calls, text)) - INTERNAL


def names_documented() -> set[str]:
    rows = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8").splitlines()
    cells = [row.split("|")[1] for row in rows if row.startswith("| `")]
    return {name for cell in cells for name in re.findall(r"`([A-Z_]+)`", cell)}


def start(**environment: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if k not in names_read() and not k.startswith("CLOUDFLARE_")}
    return subprocess.run(
        [sys.executable, "-c", "import django; django.setup()"],
        cwd=ROOT,
        env={**clean, "DJANGO_SETTINGS_MODULE": "chatapp.settings", "SECRET_KEY": "k" * 60, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_every_setting_is_documented_and_every_documented_one_is_read():
    assert names_read() == names_documented()


def test_the_defaults_start():
    assert start().returncode == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "eighty", "PORT must be a whole number"),
        ("PORT", "70000", "PORT must be between 0 and 65535"),
        ("DEBUG", "perhaps", "DEBUG must be true or false"),
        ("MODEL_FORM", "carrier pigeon", "MODEL_FORM must be one of run, chat"),
        ("TEAM_LANGUAGE", "tlh", "TEAM_LANGUAGE must be one of en, de"),
        ("TEAM_TIME_ZONE", "Mars/Olympus", "TEAM_TIME_ZONE must be a time zone"),
        ("MODEL_PRICE_INPUT", "nan", "MODEL_PRICE_INPUT must be at least"),
        ("ALLOWED_ORIGINS", "*", "ALLOWED_ORIGINS must be exact addresses"),
        ("ALLOWED_ORIGINS", "chat.example.org", "ALLOWED_ORIGINS must be exact addresses"),
        ("DATABASE_URL", "mysql://localhost/x", "DATABASE_URL must be sqlite"),
        ("CLOUDFLARE_ACCOUNT_ID", "only-this", "Set both CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_AUTH_TOKEN"),
        ("CLOUDFLARE_AUTH_TOKEN_FILE", "/there/is/no/such/file", "cannot be read"),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named(name: str, value: str, says: str):
    done = start(**{name: value})
    assert done.returncode != 0
    assert says in done.stderr


def test_a_secret_can_come_from_a_file(tmp_path: Path):
    for name in ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AUTH_TOKEN"):
        (tmp_path / name).write_text("of-the-file\n")
    files = {f"{n}_FILE": str(tmp_path / n) for n in ("CLOUDFLARE_ACCOUNT_ID", "CLOUDFLARE_AUTH_TOKEN")}
    assert start(**files).returncode == 0


def test_a_secret_given_twice_is_refused(tmp_path: Path):
    (tmp_path / "token").write_text("a")
    done = start(METRICS_TOKEN="b", METRICS_TOKEN_FILE=str(tmp_path / "token"))
    assert "METRICS_TOKEN and METRICS_TOKEN_FILE are both set" in done.stderr
