"""The house: which room may know which. Names the file that breaks the order."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
FLOORS = {
    "administration": 10,
    "demo": 10,
    "server": 9,
    "desk": 8,
    "upkeep": 8,
    "chat": 7,
    "review": 6,
    "feedback": 5,
    "sharing": 5,
    "takeout": 5,
    "conversations": 4,
    "tools": 3,
    "prompts": 2,
    "usage": 2,
    "accounts": 1,
    "audit": 0,
    "rows": 0,
    "workersai": 0,
    "standin": 0,
}
WIRING = {"settings", "urls", "asgi"}
WITHOUT_DJANGO = ("workersai", "standin")
# What makes a door. The rooms below the doors must not know any.
DOORS = ("django.http", "django.shortcuts", "django.urls", "channels", "django_htmx")
FILES = sorted(p for p in (ROOT / "chatapp").rglob("*.py") if "migrations" not in p.parts)


def imports(path: Path) -> set[str]:
    """Absolute names of everything imported in a file, relative imports resolved."""
    package = list(path.relative_to(ROOT).with_suffix("").parts)
    if package[-1] == "__init__":
        package.pop()
    else:
        package = package[:-1]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            found.add(module)
            found.update(f"{module}.{alias.name}" for alias in node.names)
    return found


def room_of(name: str) -> str | None:
    parts = name.split(".")
    return parts[1] if len(parts) > 1 and parts[0] == "chatapp" else None


def test_there_is_something_to_look_at():
    assert {room_of(".".join(p.relative_to(ROOT).parts)) for p in FILES} >= {"chat", "conversations", "accounts"}


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_go_down_only(path: Path):
    parts = path.relative_to(ROOT).parts
    if len(parts) == 2:  # chatapp/settings.py and its like wire the rooms together
        assert path.stem in {*WIRING, "__init__"}, f"{path.name} belongs into a room"
        return
    room = parts[1]
    assert room in FLOORS, f"{room} has no floor: give it one in chatapp/__init__.py and here"
    for name in imports(path):
        other = room_of(name)
        if other is None or other == room:
            continue
        assert other in FLOORS, f"{path.relative_to(ROOT)} imports {name}"
        assert FLOORS[other] < FLOORS[room], f"{path.relative_to(ROOT)} reaches up or sideways to {name}"


@pytest.mark.parametrize("room", WITHOUT_DJANGO)
def test_the_model_side_knows_no_django(room: str):
    for path in (ROOT / "chatapp" / room).rglob("*.py"):
        for name in imports(path):
            assert not name.startswith(("django", "channels")), f"{path.relative_to(ROOT)} imports {name}"


def test_the_standin_imports_nothing_of_the_house():
    for path in (ROOT / "chatapp" / "standin").rglob("*.py"):
        for name in imports(path):
            assert room_of(name) in (None, "standin"), f"{path.relative_to(ROOT)} imports {name}"


@pytest.mark.parametrize(
    "room", ["audit", "conversations", "feedback", "prompts", "review", "sharing", "takeout", "usage"]
)
def test_what_is_remembered_has_no_door(room: str):
    for path in (ROOT / "chatapp" / room).rglob("*.py"):
        for name in imports(path):
            assert not name.startswith(DOORS), f"{path.relative_to(ROOT)} imports {name}: a door"


def test_the_model_client_is_used_where_replies_run_and_nowhere_above():
    """Tokens come in through one opening: workersai.client, used by conversations alone."""
    for path in FILES:
        room = path.relative_to(ROOT).parts[1]
        if room in ("workersai", "conversations"):
            continue
        for name in imports(path):
            assert not name.startswith("chatapp.workersai.client.") or room == "chat", path
            assert not name.startswith(("chatapp.workersai.parse", "chatapp.workersai.sse")), path
