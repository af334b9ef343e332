"""A private WordPress, as an office's own site."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from dev_tools import parts
from tests.servers.mariadb import mariadb
from tests.servers.process import (
    Launch,
    find_program,
    free_ports,
    go_without,
    is_listening,
    private_folder,
    run_once,
    running,
)

OURS = Path(__file__).parent / "wordpress_site"


@dataclass(frozen=True)
class WordPress:
    """A running site, and the editor's name and application password."""

    url: str
    editor: str
    app_password: str

    def call(self, method: str, route: str, body: object = None, **wanted: str) -> requests.Response:
        """Call `route` of the site's REST interface as the editor. Raises: requests.HTTPError."""
        answer = requests.request(
            method,
            self.url,
            params={"rest_route": route, **wanted},
            json=body,
            auth=(self.editor, self.app_password),
            timeout=30,
        )
        answer.raise_for_status()
        return answer

    def anonymous_comment(self, post_id: int, name: str, text: str) -> int:
        """Comment on a post as a member of the public, and return the comment's id. Raises: requests.HTTPError."""
        body = {"post": post_id, "author_name": name, "author_email": "public@example.com", "content": text}
        answer = requests.post(self.url, params={"rest_route": "/wp/v2/comments"}, json=body, timeout=30)
        answer.raise_for_status()
        return int(answer.json()["id"])


@contextmanager
def wordpress() -> Iterator[WordPress]:
    """Run a new site and lend it. Raises: ServerFailed."""
    php, unpacked = find_program("php"), parts.wordpress_site()
    if not unpacked.exists():
        go_without("WordPress")
    with mariadb("office") as database_port, private_folder("wordpress") as folder:
        port = free_ports(1)[0]
        url = f"http://127.0.0.1:{port}"
        site, log = _lay_out(unpacked, folder), folder / "log"
        settings = {"SITE_URL": url, "SITE_DB_PORT": str(database_port), "PHP_CLI_SERVER_WORKERS": "2"}
        run_once(Launch([php, "-d", "display_errors=0", site / "install.php"], log, settings))
        granted = json.loads(log.read_text().strip().splitlines()[-1])
        serve = [php, "-d", "display_errors=0", "-S", f"127.0.0.1:{port}", "-t", str(site)]
        with running(Launch(serve, log, settings), lambda: is_listening(port)):
            yield WordPress(url, granted["editor"], granted["app_password"])


def _lay_out(unpacked: Path, folder: Path) -> Path:
    site = folder / "site"
    shutil.copytree(unpacked, site)
    shutil.copy(OURS / "config.php", site / "wp-config.php")
    shutil.copy(OURS / "install.php", site / "install.php")
    own_rules = site / "wp-content" / "mu-plugins"
    own_rules.mkdir()
    shutil.copy(OURS / "public.php", own_rules / "public.php")
    return site
