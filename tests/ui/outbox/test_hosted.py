"""The pictures on the website, in a real window: how many there are, and their removal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.delivery import Delivery
from pcc_desk.services.keeping import AccountSteps
from pcc_desk.ui.outbox.hosted import HostedPictures
from tests.media.samples import jpeg
from tests.ui.screen import Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def put_there(screen: Screen) -> Delivery:
    """Post something whose picture stands on the website for its platform to fetch."""
    screen.publish("The plan", "Words.")
    screen.wait(lambda: len(screen.desk.website.posts) == 1)
    account, website = screen.desk.accounts
    services = screen.desk.services
    (delivery,) = (line.delivery for line in services.outbox.page() if line.delivery.account_id == account.id)
    picture = PiecePicture("hall.jpg", "image/jpeg", 64, 48, "A hall", jpeg())
    hosted = services.accounts.open(website.id).host(f"{delivery.frozen.key}-1", picture)
    steps = AccountSteps(services.hosting._store, account)
    steps.put(delivery.frozen.key, "hosted 1", json.dumps([website.id, hosted.remote_id, hosted.address]))
    return delivery


def test_the_pictures_on_the_website_are_told_and_removed(screen: Screen) -> None:
    delivery = put_there(screen)
    shown = HostedPictures(screen.desk.services, screen.background, delivery)
    screen.qtbot.addWidget(shown)
    screen.wait(shown.isVisible)
    assert "1 picture for this stands on your website." in words_of(shown)
    button_of(shown, "Remove the pictures from the website").click()
    screen.wait(lambda: screen.desk.website.pictures == ())
    screen.wait(lambda: not shown.isVisible())


def test_where_there_are_none_nothing_is_said(screen: Screen) -> None:
    screen.publish("The plan", "Words.")
    delivery = screen.desk.services.outbox.page()[0].delivery
    shown = HostedPictures(screen.desk.services, screen.background, delivery)
    screen.qtbot.addWidget(shown)
    screen.wait(lambda: shown.findChildren(type(shown._words))[0].text().startswith("0 pictures"))
    assert not shown.isVisible()
