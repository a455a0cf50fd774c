"""Questions about the product are answered from its own documents."""

from pathlib import Path

import pytest

from chatapp.standin.writing import product

README = """# Chatapp

A team's chat.

## Install and run

```
make run
# not a heading
```

It prints a one-time link for the first administrator.

## Licence

MIT.
"""
GUIDE = """# Guide

## Inviting people

An administrator opens the team page and makes an invitation link.

## The context meter

It shows how many tokens of the window are used.
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "docs").mkdir()
    (tmp_path / "README.md").write_text(README)
    (tmp_path / "docs" / "guide.md").write_text(GUIDE)
    return tmp_path


@pytest.mark.parametrize(
    ("question", "heading", "file"),
    [
        ("How do I install and run Chatapp?", "Install and run", "README.md"),
        ("How can I invite people to this chat?", "Inviting people", "docs/guide.md"),
        ("What does the context meter in this app show?", "The context meter", "docs/guide.md"),
    ],
)
def test_the_fitting_section_is_quoted_with_its_file(root: Path, question: str, heading: str, file: str):
    answer = product.reply(question, root)
    assert answer is not None
    assert answer.startswith(f"From `{file}`, section **{heading}**:")


def test_a_comment_in_code_is_not_a_heading(root: Path):
    answer = product.reply("How do I install and run Chatapp?", root)
    assert answer is not None
    assert "# not a heading" in answer
    assert "one-time link" in answer


@pytest.mark.parametrize(
    "question", ["How do rivers run?", "Who invented the meter?", "What about whales in this app?"]
)
def test_other_questions_are_not_answered_from_the_documents(root: Path, question: str):
    assert product.reply(question, root) is None


def test_a_changed_document_is_read_again(root: Path):
    assert product.reply("Is there a dark theme in Chatapp?", root) is None
    guide = root / "docs" / "guide.md"
    before = guide.stat().st_mtime_ns
    guide.write_text(GUIDE + "\n## The dark theme\n\nIt follows the system.\n")
    assert guide.stat().st_mtime_ns != before
    assert "follows the system" in (product.reply("Is there a dark theme in Chatapp?", root) or "")


def test_no_documents_are_no_answer(tmp_path: Path):
    assert product.reply("How do I install Chatapp?", tmp_path) is None
