"""Static files under names that change with their content."""

from collections.abc import Callable
from re import Match

from whitenoise.storage import CompressedManifestStaticFilesStorage

OURS = "js/"


class ModuleManifestStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Hashed names, also inside the `import` lines of our JavaScript modules, with gzip and brotli copies.

    Without the rewriting of imports a browser would mix new and cached modules after an upgrade.
    """

    support_js_module_import_aggregation = True

    def url_converter(
        self, name: str, hashed_files: dict[str, str], template: str | None = None
    ) -> Callable[[Match[str]], str]:
        """As Django's, for our files. Third-party scripts stay as they are: their comments name types and
        source maps that are not shipped.
        """
        if name.endswith(".js") and not name.startswith(OURS):
            return lambda match: match["matched"]
        convert: Callable[[Match[str]], str] = super().url_converter(name, hashed_files, template)
        return convert
