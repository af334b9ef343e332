"""Opening the web browser of this PC for a sign-in that waits on another thread."""

import threading
from collections.abc import Iterator

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.app.browser import SystemBrowser
from pcc_desk.errors import Rejected
from tests.ui.screen import Browser

PAGE = "https://platform.example/authorize?client_id=desk&redirect_uri=http%3A%2F%2F127.0.0.1%3A8123%2Fx&scope=a%20b"


@pytest.fixture
def pages(qtbot: QtBot) -> Iterator[Browser]:
    """What a person's browser is given."""
    browser = Browser()
    yield browser
    browser.leave()


def visit(system: SystemBrowser, url: str, qtbot: QtBot) -> list[Rejected]:
    """Visit a page from another thread, as a sign-in does, and give what it was refused with."""
    refused: list[Rejected] = []

    def go() -> None:
        try:
            system.visit(url)
        except Rejected as error:
            refused.append(error)

    thread = threading.Thread(target=go)
    thread.start()
    qtbot.waitUntil(lambda: not thread.is_alive(), timeout=60_000)
    return refused


@pytest.mark.parametrize("url", [PAGE, "http://127.0.0.1:8123/oauth/authorize?state=x"])
def test_a_sign_in_page_opens_exactly_as_it_was_asked_for(pages: Browser, qtbot: QtBot, url: str) -> None:
    assert not visit(SystemBrowser(), url, qtbot)
    assert pages.opened == [url]


@pytest.mark.parametrize(
    "url",
    [
        "http://platform.example/authorize",
        "http://localhost/authorize",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "ms-settings:",
        "//platform.example/authorize",
        "\\\\platform.example\\share",
        "https://platform.example/a b",
        "https://platform.example/\u202etxt",
        "https:///authorize",
        "https://[authorize",
        "",
    ],
)
def test_anything_else_is_never_handed_to_the_system(pages: Browser, qtbot: QtBot, url: str) -> None:
    (refused,) = visit(SystemBrowser(), url, qtbot)
    assert "not secure" in refused.sentence and pages.opened == []


@pytest.mark.qt_log_ignore("does not support QPlatformServices::openUrl")  # the pretended screen has no browser
def test_a_pc_that_opens_no_browser_is_told_plainly(qtbot: QtBot) -> None:
    (refused,) = visit(SystemBrowser(), PAGE, qtbot)
    assert "did not open its web browser" in refused.sentence and "Windows" in refused.next_step
