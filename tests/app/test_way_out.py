"""The proxy that the system names, asked of the real Qt in a process with the settings of a Linux desktop."""

import os
import subprocess
import sys

ASK = """
import sys
from pcc_desk.app.way_out import WayOut
way = WayOut()
for url in sys.argv[1:]:
    print(way.find_proxy(url) or "none")
"""


def ask(*urls: str, **settings: str) -> list[str]:
    """Ask for the way to each address, on a desktop with these settings."""
    kept = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
    command = [sys.executable, "-c", ASK, *urls]
    said = subprocess.run(command, env=kept | settings, capture_output=True, text=True, timeout=60, check=True)
    return said.stdout.split()


def test_the_system_names_the_proxy() -> None:
    if sys.platform == "win32":  # there the system's own settings are asked, which a test does not change
        assert ask("https://pds.example/x") == ["none"]
        return
    assert ask("https://pds.example/x", https_proxy="http://proxy.office.example:3128") == [
        "http://proxy.office.example:3128"
    ]
    assert ask("https://pds.example/x", "https://other.example") == ["none", "none"]


def test_a_host_is_asked_about_once() -> None:
    if sys.platform != "win32":
        urls = ("https://pds.example/1", "https://pds.example/2")
        assert ask(*urls, https_proxy="http://proxy.example:8080") == ["http://proxy.example:8080"] * 2
