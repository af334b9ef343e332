"""What is lent on the website, in a real window: how much there is, and its removal."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from pcc_desk.model.channel import PiecePicture
from pcc_desk.model.delivery import Delivery
from pcc_desk.services.keeping import AccountSteps
from pcc_desk.ui.outbox.hosted import HostedMedia
from tests.channels.reels import make_film
from tests.media.samples import jpeg
from tests.ui.screen import Screen, button_of, open_screen, words_of


@pytest.fixture
def screen(tmp_path: Path, qtbot: QtBot) -> Iterator[Screen]:
    """A connected desk."""
    with open_screen(tmp_path, qtbot) as opened:
        yield opened


def put_there(screen: Screen, with_film: bool) -> Delivery:
    """Post something whose picture, and film, stands on the website for its platform to fetch."""
    screen.publish("The plan", "Words.")
    screen.wait(lambda: len(screen.desk.website.posts) == 1)
    account, website = screen.desk.accounts
    services = screen.desk.services
    (delivery,) = (line.delivery for line in services.outbox.page() if line.delivery.account_id == account.id)
    picture = PiecePicture("hall.jpg", "image/jpeg", 64, 48, "A hall", jpeg())
    hosted = services.accounts.open(website.id).host(f"{delivery.frozen.key}-1", picture)
    steps = AccountSteps(services.hosting._store, account)
    steps.put(delivery.frozen.key, "hosted 1", json.dumps([website.id, hosted.remote_id, hosted.address]))
    if with_film:
        film = services.accounts.open(website.id).host_film(f"{delivery.frozen.key}-film", make_film(9)[0])
        note = [website.id, film.remote_id, film.address, "video", True]
        steps.put(delivery.frozen.key, "hosted 2", json.dumps(note))
    return delivery


@pytest.mark.parametrize("with_film", [False, True])
def test_what_is_lent_on_the_website_is_told_and_removed(screen: Screen, with_film: bool) -> None:
    delivery = put_there(screen, with_film)
    shown = HostedMedia(screen.desk.services, screen.background, delivery)
    screen.qtbot.addWidget(shown)
    screen.wait(shown.isVisible)
    told = "1 picture and 1 film for this stand on" if with_film else "1 picture for this stands on"
    assert f"{told} your website." in words_of(shown)
    button_of(shown, "Remove from the website").click()
    screen.wait(lambda: screen.desk.website.pictures == ())
    screen.wait(lambda: not shown.isVisible())


def test_where_there_are_none_nothing_is_said(screen: Screen) -> None:
    screen.publish("The plan", "Words.")
    delivery = screen.desk.services.outbox.page()[0].delivery
    shown = HostedMedia(screen.desk.services, screen.background, delivery)
    screen.qtbot.addWidget(shown)
    screen.wait(lambda: shown.findChildren(type(shown._words))[0].text().startswith("Nothing"))
    assert not shown.isVisible()
