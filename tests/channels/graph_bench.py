"""What the benches of Meta's platforms share."""

import json

from tests.channels import faulty

# The numbers Meta's own errors carry, by the code they usually come with.
_NUMBERS = {400: 100, 401: 190, 403: 200, 429: 4}


def refused(code: int, message: str, headers: dict[str, str] | None = None) -> faulty.Fault:
    """Do nothing and answer with an error as Meta writes them."""
    error = {"message": message, "type": "OAuthException", "code": _NUMBERS.get(code, 2), "fbtrace_id": "Abench"}
    return faulty.answered(code, json.dumps({"error": error}).encode(), headers)


def endless(page: bytes, number: int) -> bytes:
    """Give a page that promises another one."""
    body = json.loads(page)
    onward = {"cursors": {"after": f"page{number}"}, "next": "https://graph.facebook.com/onward"}
    return json.dumps({**body, "paging": onward}).encode()
