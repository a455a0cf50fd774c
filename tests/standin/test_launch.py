"""The stand-in as a process: it starts once, says where, and never outlives its parent."""

import signal
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import httpx
import psutil
import pytest

from chatapp.standin import launch

from .wire import eventually


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly(number: int):
    running = launch.start()
    running.process.send_signal(number)
    assert running.process.wait(5) == 0
    running.stop()


def test_it_ends_when_its_standard_input_does():
    running = launch.start()
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(5) == 0
    running.stop()


def test_a_stream_in_progress_does_not_keep_it_alive():
    running = launch.start()
    asked = {"messages": [{"role": "user", "content": "[[standin fault=stall]]"}], "stream": True}
    url = f"{running.base}/accounts/a/ai/run/gpt-oss-20b"
    with (
        httpx.Client(headers={"authorization": "Bearer t"}) as http,
        http.stream("POST", url, json=asked) as response,
    ):
        next(response.iter_raw())
        running.process.terminate()
        assert running.process.wait(5) == 0
    running.stop()


def test_it_does_not_outlive_a_parent_that_is_killed():
    program = textwrap.dedent("""
        from chatapp.standin import launch
        running = launch.start()
        print(running.process.pid, flush=True)
        input()
    """)
    parent = subprocess.Popen(
        [sys.executable, "-c", program], cwd=launch.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert psutil.pid_exists(child)
    parent.kill()
    parent.communicate()
    eventually(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)


def test_ensure_starts_one_for_all_threads(monkeypatch):
    monkeypatch.delenv("STANDIN_URL", raising=False)
    monkeypatch.setattr(launch, "_started", None)
    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(lambda _: launch.ensure(), range(8)))
    assert len(urls) == 1
    assert httpx.get(urls.pop() + "/standin/requests").json() == []
    launch._started.stop()


def test_ensure_starts_another_when_the_first_has_died(monkeypatch):
    monkeypatch.delenv("STANDIN_URL", raising=False)
    monkeypatch.setattr(launch, "_started", None)
    first = launch.ensure()
    launch._started.stop()
    assert httpx.get(launch.ensure() + "/standin/requests").status_code == 200
    assert first
    launch._started.stop()


def test_ensure_takes_the_one_that_is_named(monkeypatch):
    monkeypatch.setenv("STANDIN_URL", "http://127.0.0.1:9/")
    assert launch.ensure() == "http://127.0.0.1:9"


def test_a_wrong_start_is_an_error_and_leaves_nothing():
    with pytest.raises(RuntimeError, match="did not start"):
        launch.start("--port", "99999")


def test_the_models_it_knows_can_be_chosen():
    asked = {"messages": [{"role": "user", "content": "hi"}]}
    with launch.start("--models", "@cf/openai/gpt-oss-20b") as running:
        found = httpx.post(
            f"{running.base}/accounts/a/ai/run/gpt-oss-20b", json=asked, headers={"authorization": "Bearer t"}
        )
    assert found.json()["errors"][0]["code"] == 5007
