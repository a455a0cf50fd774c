"""What stylesheets must not say."""

import re

from django.conf import settings

COMMENT = re.compile(r"/\*.*?\*/", re.S)
# Whatever holds the messages or the message box. `:has(+ …)` and `:has(~ …)` look beside it, not into it.
HOLDER = r"(?:html|body|\.(?:chat|app|stage|stage-main|main|transcript|message|answer|markdown|composer(?:-box)?))"
LOOKS_INTO_IT = re.compile(rf"(?<![\w.-]){HOLDER}(?![\w-])[^\s,>+~{{]*?:has\((?!\s*[+~])[^{{]*")


def test_no_style_of_a_holder_of_messages_hangs_on_what_is_in_it():
    """The browser would match all in it anew with every key and every token."""
    found = {
        path.name: LOOKS_INTO_IT.findall(COMMENT.sub("", path.read_text()))
        for path in (settings.BASE_DIR / "static" / "css").glob("*.css")
    }
    assert not {name: rules for name, rules in found.items() if rules}
    for rule in (".main:has(#a:not([b])) [c]", ".x .transcript:not(.y):has(.message) > .z", "body:has(p)"):
        assert LOOKS_INTO_IT.search(rule), rule
    for rule in (
        ".message:has(+ .message) .a",
        ".message-menu:has(a)",
        ".main .row:has(a)",
        ".a.message-user > b",
    ):
        assert not LOOKS_INTO_IT.search(rule), rule
