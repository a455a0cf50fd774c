"""Modules under hashed names: only the addresses of their imports may change."""

import re

from django.conf import settings
from django.core.management import call_command

from chatapp.server.static import OURS

SOURCES = settings.BASE_DIR / "static"
HASHED = re.compile(r"(?<=\w)\.[0-9a-f]{12}(?=\.(?:js|css)\b)")
WAY = re.compile(r"""((?:from|import)\s*\(?\s*)(["'])(?:\.{1,2}/|/static/)[^"']*/(?=[^/"']*\2)""")
UNHASHED = re.compile(r"""^import\b[^;]*?["'][./][^"']*(?<!\.[0-9a-f]{12})\.js["']""", re.M)


def without_hashes(text: str) -> str:
    """`text` with the addresses of its imports cut down to plain file names; Django drops a space before some."""
    plain = WAY.sub(r"\1\2", HASHED.sub("", text))
    return re.sub(r"""\bimport\s*(?=["'])""", "import ", plain)


def test_a_collected_module_is_its_source_but_for_the_addresses_of_its_imports(tmp_path, settings):
    settings.STATIC_ROOT = str(tmp_path)
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "chatapp.server.static.ModuleManifestStaticFilesStorage"}
    }
    call_command("collectstatic", verbosity=0, interactive=False)
    collected = {HASHED.sub("", str(path.relative_to(tmp_path))): path
                 for path in tmp_path.glob(f"{OURS}**/*.js") if HASHED.search(path.name)}  # fmt: skip
    sources = {str(path.relative_to(SOURCES)): path for path in SOURCES.glob(f"{OURS}**/*.js")}
    assert collected.keys() == sources.keys()
    mangled = [
        name for name, path in sources.items()
        if without_hashes(path.read_text()) != without_hashes(collected[name].read_text())
    ]  # fmt: skip
    assert not mangled
    assert not [name for name, path in collected.items() if UNHASHED.search(path.read_text())]
