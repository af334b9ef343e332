"""Where one signs in to the mail system here: Microsoft's addresses, and what the mailbox asks of a token."""

from dataclasses import replace
from types import TracebackType

from pcc_desk.rehearsal.authorizer import AUTHORIZE, TOKEN, Authorizer, Terms
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request

APP_ID, TENANT = "11111111-2222-3333-4444-555555555555", "99999999-8888-7777-6666-555555555555"


class TokenHouse:
    """Gives tokens to `person`, and tells the mail servers whose a token is."""

    def __init__(self) -> None:
        self.person = ""
        self.authorizer = Authorizer({APP_ID: ""}, Terms(lasts=3_600))
        self._server = Loopback(self._answer)
        self.url = self._server.url

    def __enter__(self) -> "TokenHouse":
        self.authorizer.__enter__()
        self._server.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.__exit__(kind, error, at)
        self.authorizer.__exit__(kind, error, at)

    def owner_of(self, token: str) -> str:
        """Give the address a token opens, or ""."""
        return self.person if token in self.authorizer.access else ""

    def _answer(self, request: Request) -> Reply:
        if request.path == "/tokeninfo":
            owner = self.owner_of(request.first("access_token"))
            return Reply({"email": owner, "expires_in": 3_600}) if owner else Reply({"error": "invalid_token"}, 400)
        place = f"/{TENANT}/oauth2/v2.0"
        ours = {f"{place}/authorize": AUTHORIZE, f"{place}/token": TOKEN}.get(request.path, "")
        return self.authorizer.answer(replace(request, path=ours)) or Reply({"error": "invalid_request"}, 404)
