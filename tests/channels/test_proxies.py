"""Proxies on the way: what they may see, whose word counts, and that this PC is never asked for through one."""

import os

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Unreachable
from pcc_desk.rehearsal.loopback import Loopback, Reply
from tests.channels.test_wire import serving


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 503 Blocked\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n\r\nnot TLS at all, whatever was asked",
        b"",
    ],
    ids=["407", "503", "no TLS behind", "hangs up"],
)
def test_a_proxy_that_does_not_let_us_through_has_seen_nothing(answer: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answer) as (proxy, heard):
        monkeypatch.setenv("HTTPS_PROXY", proxy)
        ask = Ask("/x", {"q": "secret words"}, {"Authorization": "Bearer abcdefghijklmnop"}, {"text": "secret words"})
        with pytest.raises(Unreachable):
            Wire("https://pds.example").post(ask)
    assert heard[0].startswith(b"CONNECT pds.example:443")
    assert b"secret" not in heard[0] and b"abcdefgh" not in heard[0]


def test_the_proxy_that_the_system_names_is_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [each for each in os.environ if each.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    asked: list[str] = []

    def find_proxy(url: str) -> str:
        asked.append(url)
        return proxy

    denied = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n"
    with serving(denied) as (proxy, heard), pytest.raises(Unreachable):
        Wire("https://pds.example", manners=Manners(find_proxy=find_proxy)).get(Ask("/x"))
    assert heard[0].startswith(b"CONNECT pds.example:443")
    assert asked == ["https://pds.example/x"]
    with serving(b"") as (named, heard):  # what an administrator wrote goes before the system's settings
        monkeypatch.setenv("HTTPS_PROXY", named)
        with pytest.raises(Unreachable):
            Wire("https://pds.example", manners=Manners(find_proxy=find_proxy)).get(Ask("/x"))
    assert heard[0].startswith(b"CONNECT pds.example:443")
    assert len(asked) == 1


def test_this_pc_is_never_asked_for_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    with Loopback(lambda request: Reply({"ok": True})) as server:
        assert Wire(server.url).get(Ask("/x")).body == {"ok": True}
