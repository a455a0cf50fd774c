"""Development: `manage.py runserver` answers questions as well."""

import socket
import time

from tests.server.process import ServeProcess
from tests.server.visitor import Visitor


class RunserverProcess(ServeProcess):
    program = ("manage.py", "runserver", "--noreload")

    def start(self, timeout: float = 60) -> "RunserverProcess":
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.env |= {"PORT": str(port), "DEBUG": "1"}
        self.arguments = [str(port)]
        self._spawn()
        self.wait_for_line("Quit the server", timeout)
        self.base_url = f"http://127.0.0.1:{port}"
        code = "from chatapp.accounts.setup import issue_setup_link as issue; print(issue())"
        token = self.manage("shell", "-v0", "-c", code).split()[-1]
        self.setup_url = f"{self.base_url}/setup/{token}/"
        return self


def test_a_question_asked_under_runserver_is_answered():
    with RunserverProcess() as server:
        ada = Visitor.first_admin(server)
        asked = ada.ask("Hello [[standin rate=500 tokens=20]]")
        deadline = time.monotonic() + 20
        while (tail := ada.tail(asked["reply"]))["state"] != "complete" and time.monotonic() < deadline:
            time.sleep(0.1)
        assert tail["state"] == "complete"
