"""Somebody signed in, without a browser: she opens pages, and presses what stands in their forms."""

import re
from typing import Any

from jinja2 import StrictUndefined

from bots.hub import Simulated
from storefront import sessions

HOME = "http://127.0.0.1:8000"
TOKEN = re.compile(r'name="form_token" value="([^"]+)"')


class Seat:
    """One browser of one person."""

    def __init__(self, hub: Simulated, person_id: int) -> None:
        assert hub.app
        hub.app.jinja_env.undefined = StrictUndefined  # a page that forgets what its template asks for says so
        self.hub = hub
        self.person_id = person_id
        self.client = hub.app.test_client()
        with hub.database.write() as db:
            token = sessions.invite(db, person_id, hub.now())
        assert self.client.post(f"/login/{token}", base_url=HOME).status_code == 303

    def look(self, address: str) -> Any:
        return self.client.get(address, base_url=HOME)

    def page(self, address: str) -> str:
        answer = self.look(address)
        assert answer.status_code == 200, (address, answer.status_code)
        return str(answer.get_data(as_text=True))

    @property
    def token(self) -> str:
        found = TOKEN.search(self.page("/sessions"))
        assert found
        return found[1]

    def press(self, address: str, **fields: Any) -> Any:
        """Send a form as a page of ours does."""
        answer = self.client.post(address, data={"form_token": self.token, **fields}, base_url=HOME)
        self.hub.settle()
        return answer

    def does(self, address: str, **fields: Any) -> str:
        """Press something that goes, and read the page it leads to."""
        answer = self.press(address, **fields)
        assert answer.status_code == 303, (address, answer.status_code, answer.get_data(as_text=True)[-900:])
        return self.page(answer.headers["Location"])
