"""Take the texts of the sources into every catalogue, and write what is made from it."""

import django
from django.conf import settings

from tests.messages import catalogues, sources


def main() -> int:
    # Django reads templates with the settings' FILE_CHARSET and tags only; no database, no secret.
    settings.configure(USE_I18N=True)
    django.setup()
    texts = list(sources.texts())
    missing = 0
    for language in catalogues.languages():
        catalogue = catalogues.with_texts(catalogues.load(language), texts)
        catalogues.po(language).write_bytes(catalogues.po_bytes(language, catalogue))
        catalogues.mo(language).write_bytes(catalogues.mo_bytes(language))
        catalogues.script(language).write_text(catalogues.script_text(language), encoding="utf-8")
        wanting = catalogues.untranslated(catalogue)
        for message in wanting:
            print(
                f"{language}: not translated: {message.id!r}  ({', '.join(path for path, _ in message.locations)})"
            )
        missing += len(wanting)
        print(f"{language}: {len(catalogue)} texts, {len(wanting)} not translated")
    return 1 if missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
