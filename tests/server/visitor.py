"""A person at a served Chatapp, without a browser: signs in by the pages, posts like them, opens the socket."""

import re
import uuid

import httpx
import websockets

from tests.server.process import ServeProcess

PAGE = {"Accept": "text/html"}
PASSWORD = "correct horse battery staple"


class Visitor:
    """One signed-in person; `client` keeps the cookies."""

    def __init__(self, server: ServeProcess) -> None:
        self.server = server
        self.client = httpx.Client(base_url=server.base_url, headers=PAGE, timeout=30)

    @classmethod
    def first_admin(cls, server: ServeProcess, email: str = "ada@example.org") -> "Visitor":
        """Follow the one-time link that the start printed."""
        visitor = cls(server)
        visitor.submit(
            server.setup_url,
            {"name": "Ada", "email": email, "password": PASSWORD, "password_again": PASSWORD},
        )
        return visitor

    def submit(self, url: str, fields: dict[str, str]) -> httpx.Response:
        """Open a page with a form and send it; the answer to the form must be a redirect."""
        page = self.client.get(url)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)[1]
        answer = self.client.post(
            url, data={**fields, "csrfmiddlewaretoken": token}, headers={"Origin": self.server.base_url}
        )
        assert answer.status_code == 302, answer.text
        return answer

    def post(self, path: str, **fields: str) -> httpx.Response:
        """Post as the page's scripts do: the token in a header, JSON wanted."""
        token = re.search(r'"x-csrftoken": "([^"]+)"', self.client.get("/me/").text)[1]
        headers = {"X-CSRFToken": token, "Accept": "application/json", "Origin": self.server.base_url}
        return self.client.post(path, data=fields, headers=headers)

    def ask(self, text: str) -> dict[str, str]:
        """Ask in a new conversation; returns what the send answers."""
        answer = self.post(f"/c/{uuid.uuid4()}/send/", ask=str(uuid.uuid4()), text=text)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def tail(self, reply: str) -> dict:
        return self.client.get(f"/r/{reply}/tail/?after=0", headers={"Accept": "application/json"}).json()

    def socket(self) -> "websockets.connect":
        """The tab's socket, to be used with `async with`."""
        cookies = "; ".join(f"{name}={value}" for name, value in self.client.cookies.items())
        return websockets.connect(
            self.server.socket_url, origin=self.server.base_url, additional_headers={"Cookie": cookies}
        )
