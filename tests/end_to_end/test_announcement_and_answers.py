"""One announcement from the real window to the real platforms, and the public's answers all the way back."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton
from pytestqt.qtbot import QtBot

from pcc_desk.app.desk import Desk, Start
from pcc_desk.app.look import Look
from pcc_desk.app.opening import Opened
from pcc_desk.channels.manners import Manners
from pcc_desk.channels.platforms import ADAPTERS, Adapter
from pcc_desk.channels.server_time import ServerTime
from pcc_desk.channels.wire import Wire
from pcc_desk.model.account import SignIn
from pcc_desk.model.message import Message, MessageFilter, MessageKind
from pcc_desk.services.desk import Outside, assemble
from pcc_desk.services.ics import write_calendar
from pcc_desk.store.engine import Store
from pcc_desk.ui.inbox.panel import InboxPanel
from tests.desk import KEY
from tests.end_to_end.person import Person
from tests.servers.bluesky import Bluesky, BlueskyAccount
from tests.servers.wordpress import WordPress

pytestmark = pytest.mark.servers
TITLE = "Your say on policing"
WORDS = "Beth sy'n bwysig i chi? Tell us what matters #OurPlan https://www.wexmoor-pcc.example/our-plan"
ALT = "Two people talk at a market stall"


class RealOffice:
    """An open office whose accounts are on the real platforms, and a neighbour of theirs."""

    def __init__(self, folder: Path, bluesky: Bluesky, website: WordPress) -> None:
        store = Store(folder / "desk.db", KEY)
        self.close = store.close
        self.us, self.neighbour = bluesky.create_account("office"), bluesky.create_account("neighbour")
        servers = ServerTime()
        open_wire = partial(Wire, manners=Manners(servers=servers))
        self.services = assemble(store, KEY, Outside(_near(ADAPTERS), open_wire, write_calendar, servers))
        connect, now = self.services.accounts.connect, datetime.now(UTC)
        connect(SignIn("bluesky", bluesky.pds_url, self.us.handle, self.us.app_password), now)
        connect(SignIn("wordpress", website.url, website.editor, website.app_password), now)
        self.services.office.rename("Wexmoor OPCC", "Tom")

    def read_early(self) -> None:
        """Give nothing: this office is open already."""

    def open(self) -> Opened:
        """Give the open office."""
        return Opened(self.services, self.close)


def _near(adapters: Mapping[str, Adapter]) -> Mapping[str, Adapter]:
    """The real adapters for servers on this machine: they settle at once and may be asked often."""
    return {
        name: replace(adapter, platform=replace(adapter.platform, settle_seconds=1.0, poll_seconds=1.0))
        for name, adapter in adapters.items()
    }


@pytest.fixture
def office(tmp_path: Path, bluesky: Bluesky, wordpress: WordPress) -> RealOffice:
    """An office on the real platforms."""
    return RealOffice(tmp_path, bluesky, wordpress)


@pytest.fixture
def person(office: RealOffice, tmp_path: Path, qtbot: QtBot) -> Iterator[Person]:
    """Somebody in front of the office's real window."""
    look = Look(tmp_path)
    look.put_on()
    desk = Desk(Start(), office, look)
    desk.show()
    qtbot.waitExposed(desk.window)
    yield Person(desk.window, qtbot)
    with qtbot.waitSignal(desk.ended):
        desk.window.close()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    """A picture file, as somebody would copy it from a folder."""
    path = tmp_path / "stall.png"
    Image.linear_gradient("L").resize((640, 360)).convert("RGB").save(path)
    return path


def test_one_announcement_goes_out_everywhere_and_every_answer_comes_back(
    office: RealOffice, person: Person, picture: Path, bluesky: Bluesky, wordpress: WordPress
) -> None:
    _compose_and_send(person, picture)
    sent = _wait_until_sent(office, person)
    record = _bluesky_record(bluesky, office.us, sent["bluesky"])
    page = wordpress.call("GET", f"/wp/v2/posts/{sent['wordpress'].removeprefix('post:')}").json()
    _is_what_was_written(record, page, wordpress)

    bluesky.wait_until_shown(office.us, record["uri"])
    _the_public_answers(office, bluesky, wordpress, record, page["id"])
    person.wait(lambda: len(_open_answers(office)) == 2)
    received = {each.kind: each for each in _open_answers(office)}
    assert received[MessageKind.REPLY].text == "More officers in the village, please"
    assert received[MessageKind.HELD].text == "Lighting at the bus station"
    assert all(each.about.startswith(TITLE) for each in received.values())

    person.keys(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    for message in received.values():
        _answer(person, message, f"Thank you, {message.author.name}. We have passed this on.")
    person.wait(lambda: _open_answers(office) == [])
    person.wait(lambda: office.services.outbox.counts().waiting == 0)
    _the_answers_are_there(office, person, bluesky, wordpress, sent)


def _compose_and_send(person: Person, picture: Path) -> None:
    person.press("New announcement")
    person.write("Title", TITLE)
    person.write("Text of the announcement", WORDS)
    person.paste_file("Text of the announcement", str(picture))
    person.write("Describe this picture", ALT)
    person.wait(lambda: bool(person.find(QAbstractButton, lambda each: each.text().startswith("Send now to 2"))))
    person.press("Send now to 2 channels")


def _wait_until_sent(office: RealOffice, person: Person) -> dict[str, str]:
    """Wait for both receipts and give the remote ids by platform."""
    person.wait(lambda: [each.delivery.state.value for each in office.services.outbox.page()] == ["sent", "sent"])
    platforms = {each.id: each.platform for each in office.services.accounts.all()}
    lines = office.services.outbox.page()
    return {
        platforms[each.delivery.account_id]: each.delivery.receipt.remote_id for each in lines if each.delivery.receipt
    }


def _bluesky_record(bluesky: Bluesky, us: BlueskyAccount, uri: str) -> dict[str, Any]:
    key = uri.rpartition("/")[2]
    wanted = {"repo": us.did, "collection": "app.bsky.feed.post", "rkey": key}
    return bluesky.ask("com.atproto.repo.getRecord", bluesky.sign_in(us), **wanted)


def _is_what_was_written(record: dict[str, Any], page: dict[str, Any], website: WordPress) -> None:
    post = record["value"]
    assert post["text"] == WORDS
    kinds = {facet["features"][0]["$type"].rpartition("#")[2]: facet for facet in post["facets"]}
    assert kinds["tag"]["features"][0]["tag"] == "OurPlan"
    assert kinds["link"]["features"][0]["uri"] == "https://www.wexmoor-pcc.example/our-plan"
    link = kinds["link"]["index"]
    assert WORDS.encode()[link["byteStart"] : link["byteEnd"]] == b"https://www.wexmoor-pcc.example/our-plan"
    assert [image["alt"] for image in post["embed"]["images"]] == [ALT]

    assert page["title"]["rendered"] == TITLE
    assert 'href="https://www.wexmoor-pcc.example/our-plan"' in page["content"]["rendered"]
    assert f'alt="{ALT}"' in page["content"]["rendered"]
    assert website.call("GET", f"/wp/v2/media/{page['featured_media']}").json()["alt_text"] == ALT


def _open_answers(office: RealOffice) -> list[Message]:
    """What came in as an answer to something of ours, and is still to be done; a site has other comments too."""
    page = office.services.inbox.page(MessageFilter())
    return [each for each in page.messages if each.delivery_id is not None]


def _the_public_answers(
    office: RealOffice, bluesky: Bluesky, website: WordPress, record: dict[str, Any], page_id: int
) -> None:
    ours = {"uri": record["uri"], "cid": record["cid"]}
    said = "More officers in the village, please"
    reply = {"$type": "app.bsky.feed.post", "text": said, "createdAt": datetime.now(UTC).isoformat()}
    bluesky.post(office.neighbour, reply | {"reply": {"root": ours, "parent": ours}})
    website.anonymous_comment(page_id, "Gwen", "Lighting at the bus station")


def _answer(person: Person, message: Message, words: str) -> None:
    panel = person.find(InboxPanel, lambda _: True)
    person.wait(lambda: panel.rows.row_of(message.id) >= 0)
    panel.show_message(message.id)
    person.wait(lambda: panel.pane.answer.text.isEnabled() and panel.pane.message() is not None)
    person.write("Your answer", words)
    person.press("Reply in public to")
    person.wait(lambda: panel.rows.row_of(message.id) < 0)


def _the_answers_are_there(
    office: RealOffice, person: Person, bluesky: Bluesky, website: WordPress, sent: dict[str, str]
) -> None:
    """Read both platforms as a reader would; what everyone sees of Bluesky follows its records after a moment."""
    person.wait(lambda: len(_answers_below(bluesky, office.neighbour, sent["bluesky"])) == 1)
    assert _answers_below(bluesky, office.neighbour, sent["bluesky"])[0].startswith("Thank you, ")
    post_id = sent["wordpress"].removeprefix("post:")
    comments = website.call("GET", "/wp/v2/comments", post=post_id, context="edit").json()
    ours = [each for each in comments if each["parent"]]
    assert [each["content"]["raw"] for each in ours] == ["Thank you, Gwen. We have passed this on."]


def _answers_below(bluesky: Bluesky, reader: BlueskyAccount, uri: str) -> list[str]:
    thread: Any = bluesky.ask("app.bsky.feed.getPostThread", bluesky.sign_in(reader), uri=uri)["thread"]
    return [below["post"]["record"]["text"] for reply in thread["replies"] for below in reply.get("replies", ())]
