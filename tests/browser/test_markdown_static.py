"""The browser's modules work under the names that collected static files get, vendored ones included."""

import re
import subprocess
from pathlib import Path

import pytest
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
from django.test import override_settings

from tests.browser.answers import PAGE, STATIC

VENDOR = STATIC / "vendor"
STORAGES = {"staticfiles": {"BACKEND": "chatapp.server.static.ModuleManifestStaticFilesStorage"}}


@pytest.fixture(scope="module")
def collected(tmp_path_factory):
    root = tmp_path_factory.mktemp("collected")
    with override_settings(STATIC_ROOT=str(root), STORAGES=STORAGES):
        call_command("collectstatic", interactive=False, verbosity=0)
        yield root, staticfiles_storage.hashed_files.copy()


def test_every_import_of_a_collected_module_names_a_collected_file(collected):
    root, names = collected
    pattern = re.compile(r"""(?:\bfrom\s*|\bimport\s*\(?)["'](\.[^"']+)["']""")
    hashed = {root / name for name in names.values()}
    checked = 0
    for name in names.values():
        if not name.startswith("js/chat/") or not name.endswith(".js"):
            continue
        for target in pattern.findall((root / name).read_text()):
            assert (root / name).parent.joinpath(target).resolve() in hashed, f"{name} imports {target}"
            checked += 1
    assert checked > 20


def test_vendored_modules_are_not_changed_by_collecting(collected):
    root, names = collected
    for path in VENDOR.glob("*.js"):
        assert (root / names[f"vendor/{path.name}"]).read_bytes() == path.read_bytes()


@pytest.mark.browser
def test_collected_modules_run_in_a_browser(collected, answers):
    root, names = collected
    page, site = answers
    for name in names.values():
        if name.endswith(".js"):
            site.pages[f"/static/{name}"] = ("text/javascript", (root / name).read_text())
    site.show(page)
    shown = page.evaluate(
        """async ([blocks, enhance]) => {
          const {BlockMemo} = await import(blocks);
          const enhancing = await import(enhance);
          const answer = document.querySelector("#transcript");
          answer.className = "markdown";
          const memo = new BlockMemo(answer, (block) => enhancing.enhance(block));
          memo.take("$x$\\n\\n```python\\nreturn\\n```\\n");
          memo.close();
          await enhancing.settled();
          return [document.querySelectorAll("math").length, document.querySelectorAll(".hljs-keyword").length];
        }""",
        [f"/static/{names['js/chat/blocks.js']}", f"/static/{names['js/chat/enhance.js']}"],
    )
    assert shown == [1, 1]


class TestVendor:
    def test_files_are_the_ones_that_were_fetched(self):
        subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=VENDOR, check=True)

    def test_every_file_has_its_version_in_its_name_and_its_licence_beside_it(self):
        for path in VENDOR.glob("*.js"):
            assert re.fullmatch(r"[a-z-]+-\d+\.\d+\.\d+\.js", path.name)
            assert (VENDOR / f"{path.stem}.LICENSE.txt").is_file()

    def test_nothing_names_a_registry(self):
        assert "registry" not in (VENDOR / "fetch.sh").read_text()

    def test_modules_import_no_bare_or_remote_name(self):
        for path in (STATIC / "js").rglob("*.js"):
            imports = r"""(?:\bfrom\s+|^import\s+|\bimport\()["']([^"']+)["']"""
            for target in re.findall(imports, path.read_text(), re.MULTILINE):
                assert target.startswith("."), f"{path.name} imports {target}"


def test_the_bare_page_loads_the_styles_of_the_application():
    for name in re.findall(r'href="/static/([^"]+)"', PAGE):
        assert Path(STATIC, name).is_file()
