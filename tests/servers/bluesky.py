"""A whole private Bluesky network: directory, data server (PDS) and AppView, as Bluesky publishes them."""

import itertools
import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from dev_tools import parts
from tests.servers.postgres import postgres
from tests.servers.process import Launch, find_program, free_ports, go_without, private_folder, running

NETWORK = Path(__file__).parent / "bluesky_network" / "network.cjs"


class BlueskyAccount(NamedTuple):
    """Someone on the network, with an app password as a desk would be given."""

    did: str
    handle: str
    app_password: str


class Bluesky:
    """The addresses of a running network, and a way to join it."""

    def __init__(self, pds_url: str, appview_url: str) -> None:
        self.pds_url = pds_url
        self.appview_url = appview_url
        self._numbers = itertools.count(1)

    def create_account(self, name: str) -> BlueskyAccount:
        """Make an account whose handle starts with `name` (letters and digits, at most 12) and is nobody else's."""
        handle = f"{name}-{next(self._numbers)}.test"
        wish = {"handle": handle, "email": f"{handle}@example.com", "password": "a long enough password"}
        made = self.call("com.atproto.server.createAccount", wish)
        granted = self.call("com.atproto.server.createAppPassword", {"name": "desk"}, str(made["accessJwt"]))
        return BlueskyAccount(str(made["did"]), handle, str(granted["password"]))

    def sign_in(self, account: BlueskyAccount) -> str:
        """Return an access token for `account`."""
        names = {"identifier": account.handle, "password": account.app_password}
        return str(self.call("com.atproto.server.createSession", names)["accessJwt"])

    def post(self, account: BlueskyAccount, record: Mapping[str, object]) -> dict[str, object]:
        """Publish a post as `account`, without the desk; return its `uri` and `cid`."""
        wish: dict[str, object] = {"repo": account.did, "collection": "app.bsky.feed.post", "record": record}
        return self.call("com.atproto.repo.createRecord", wish, self.sign_in(account))

    def wait_until_shown(self, member: BlueskyAccount, uri: str) -> None:
        """Wait until the AppView knows a post: it tells nobody of an answer to a post it has not seen yet."""
        token, ends = self.sign_in(member), time.monotonic() + 60
        while not self.ask("app.bsky.feed.getPosts", token, uris=uri)["posts"]:
            assert time.monotonic() < ends
            time.sleep(0.1)

    def call(self, method: str, body: Mapping[str, object], token: str = "") -> dict[str, object]:
        """Call a procedure of the data server and return its answer. Raises: requests.HTTPError."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answer = requests.post(f"{self.pds_url}/xrpc/{method}", json=body, headers=headers, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())

    def ask(self, method: str, token: str, **wanted: str) -> dict[str, object]:
        """Ask a question of the AppView through the data server and return its answer. Raises: requests.HTTPError."""
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{self.pds_url}/xrpc/{method}", params=wanted, headers=headers, timeout=30)
        answer.raise_for_status()
        return dict(answer.json())


@contextmanager
def bluesky(*, rate_limits: bool = False) -> Iterator[Bluesky]:
    """Run a network and lend it. Raises: ServerFailed."""
    node, modules = find_program("node"), parts.bluesky_modules()
    if not modules.exists():
        go_without("The Bluesky network")
    with postgres() as database, private_folder("bluesky") as folder:
        plc, pds, appview = free_ports(3)
        settings = {
            "PLC_PORT": str(plc),
            "PDS_PORT": str(pds),
            "BSKY_PORT": str(appview),
            "DB_POSTGRES_URL": database,
            "RATE_LIMITS": "1" if rate_limits else "0",
            "NODE_PATH": str(modules),
            "LOG_ENABLED": "false",
            "TMPDIR": str(folder),
        }
        log = folder / "log"
        with running(Launch([node, "--no-deprecation", NETWORK], log, settings), lambda: _addresses(log) is not None):
            addresses = _addresses(log) or {}
            yield Bluesky(addresses["pds"], addresses["appview"])


def _addresses(log: Path) -> dict[str, str] | None:
    said = [line for line in log.read_text(errors="replace").splitlines() if line.startswith('{"plc"')]
    return dict(json.loads(said[0])) if said else None
