"""Private messages on Bluesky: every one once, in its conversation, answered there, and only where it is allowed."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from pcc_desk.channels.bluesky_chat import Bookmark
from pcc_desk.channels.platforms import ADAPTERS
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected, ServiceDown, Unconfirmed
from pcc_desk.model.account import SignIn
from pcc_desk.model.message import Incoming, MessageKind
from pcc_desk.rehearsal.bluesky import BlueskyServer
from tests.channels import faulty
from tests.channels.faulty import Front, Seen
from tests.channels.rigs import MADE_AT, PASSWORD, Clock, opened, piece, sign_in


class Desk:
    """The office on a network with a chat, behind a front."""

    def __init__(self, front: Front, server: BlueskyServer) -> None:
        self.front, self.server = front, server
        self.secrets, self.account = sign_in(ADAPTERS["bluesky"], SignIn("bluesky", front.url, "office.test", PASSWORD))
        self.channel = opened(ADAPTERS["bluesky"], Wire(front.url), self.account, self.secrets)
        self.cursor = ""

    def words(self) -> tuple[str, ...]:
        """Give what the office and Ann wrote to each other."""
        named = {member.handle: member for member in self.server.accounts}
        return self.server.talks.words(named["ann.test"], named["office.test"])

    def read(self) -> list[Incoming]:
        """Read on to the end."""
        found, more = list[Incoming](), True
        while more:
            batch = self.channel.fetch("direct", self.cursor)
            self.cursor, more = batch.cursor, batch.more
            found += batch.messages
        return found


@pytest.fixture
def desk() -> Iterator[Desk]:
    """An office whose app password allows private messages."""
    with BlueskyServer(Clock()) as server, Front(server.url) as front:
        server.add_account("office.test", PASSWORD, "The office")
        yield Desk(front, server)


def says(seen: Seen) -> bool:
    return seen.path.endswith("sendMessage")


def test_every_private_message_comes_once_with_who_wrote_it(desk: Desk) -> None:
    assert desk.read() == []
    first = desk.server.whisper("ann.test", "office.test", "May I ask you <b>something</b>? ŷ")
    (message,) = desk.read()
    assert (message.kind, message.remote_id, message.text) == (
        MessageKind.DIRECT,
        f"dm:{first}",
        "May I ask you <b>something</b>? ŷ",
    )
    assert (message.author.handle, message.url) == ("ann.test", "")
    assert desk.read() == []
    desk.server.whisper("ann.test", "office.test", "And more")
    desk.server.whisper("bob.test", "office.test", "Hello")
    assert sorted(each.text for each in desk.read()) == ["And more", "Hello"]


def test_a_long_silence_is_read_from_where_it_began(desk: Desk) -> None:
    for number in range(250):
        desk.server.whisper("ann.test", "office.test", f"Message {number}")
    for number in range(120):
        desk.server.whisper(f"p{number}.test", "office.test", f"From {number}")
    texts = sorted(each.text for each in desk.read())
    assert texts == sorted([f"Message {number}" for number in range(250)] + [f"From {number}" for number in range(120)])
    for number in range(130):
        desk.server.whisper("ann.test", "office.test", f"Later {number}")
    assert len(desk.read()) == 130


def test_what_is_written_while_the_desk_reads_is_not_lost(desk: Desk) -> None:
    for number in range(150):
        desk.server.whisper("ann.test", "office.test", f"Message {number}")
    batch = desk.channel.fetch("direct", "")
    assert batch.more
    desk.server.whisper("ann.test", "office.test", "In between")
    desk.server.whisper("bob.test", "office.test", "Somebody new")
    desk.cursor = batch.cursor
    texts = {each.text for each in (*batch.messages, *desk.read(), *desk.read())}
    assert {"In between", "Somebody new", "Message 0", "Message 149"} <= texts and len(texts) == 152


def test_an_answer_stays_in_its_conversation_and_is_found(desk: Desk) -> None:
    desk.server.whisper("ann.test", "office.test", "When is it?")
    (message,) = desk.read()
    answer = piece(text="On Tuesday. Diolch ŷ", answers=message.reply_token)
    assert desk.channel.find(answer) is None
    receipt = desk.channel.publish(answer)
    assert desk.channel.find(answer) == receipt
    assert desk.words() == ("When is it?", "On Tuesday. Diolch ŷ")
    assert desk.server.posts == ()  # the public sees nothing of it
    assert desk.read() == []  # nor does the office hear itself
    desk.server.whisper("ann.test", "office.test", "Thank you!")
    (thanks,) = desk.read()
    assert thanks.root == message.root


def test_an_answer_whose_answer_is_lost_is_looked_for_and_not_sent_twice(desk: Desk) -> None:
    desk.server.whisper("ann.test", "office.test", "When is it?")
    (message,) = desk.read()
    answer = piece(text="On Tuesday.", answers=message.reply_token)
    desk.front.misbehave(faulty.afterwards(faulty.reset), says)
    with pytest.raises(Unconfirmed):
        desk.channel.publish(answer)
    desk.front.behave()
    assert desk.channel.find(answer) is not None
    desk.channel.publish(answer)
    assert desk.words().count("On Tuesday.") == 2  # the control: without the look


def test_words_said_before_are_not_taken_for_the_answer(desk: Desk) -> None:
    long_ago = MADE_AT - timedelta(days=1)
    ann = desk.server.add_account("ann.test", "other")
    desk.server.whisper("ann.test", "office.test", "When is it?", long_ago)
    desk.server.whisper("office.test", "ann.test", "On Tuesday.", long_ago)
    (message,) = desk.read()
    assert message.author.remote_id == ann.did
    assert desk.channel.find(piece(text="On Tuesday.", answers=message.reply_token)) is None
    for _ in range(2):
        desk.server.whisper("office.test", "ann.test", "On Tuesday.")
    with pytest.raises(Rejected, match="more than one"):
        desk.channel.find(piece(text="On Tuesday.", answers=message.reply_token))


def test_without_the_permission_nothing_comes_and_nothing_fails() -> None:
    with BlueskyServer(Clock()) as server, Front(server.url) as front:
        server.add_account("office.test", PASSWORD, private=False)
        desk = Desk(front, server)
        server.whisper("ann.test", "office.test", "Secret")
        assert desk.read() == [] and desk.cursor == ""


@pytest.mark.parametrize("code", [404, 501])
def test_a_network_without_a_chat_brings_nothing_and_nothing_fails(desk: Desk, code: int) -> None:
    desk.front.misbehave(faulty.refused(code, "MethodNotImplemented"), lambda seen: "chat.bsky" in seen.path)
    assert desk.read() == []


def test_a_chat_that_is_down_is_told_and_the_cursor_stays(desk: Desk) -> None:
    desk.server.whisper("ann.test", "office.test", "Hello")
    desk.front.misbehave(faulty.refused(502, "UpstreamFailure"), lambda seen: "chat.bsky" in seen.path)
    with pytest.raises(ServiceDown):
        desk.read()
    desk.front.behave()
    assert [each.text for each in desk.read()] == ["Hello"]


def test_a_message_that_cannot_be_read_is_kept_apart_and_the_others_come(desk: Desk) -> None:
    for words in ("One", "Two", "Three"):
        desk.server.whisper("ann.test", "office.test", words)

    def spoil(body: Any) -> Any:
        body["messages"][1]["sentAt"] = "yesterday"
        body["messages"].append({"$type": "chat.bsky.convo.defs#deletedMessageView", "id": "x", "rev": "0000000000001"})
        return body

    desk.front.misbehave(faulty.changed(spoil), lambda seen: seen.path.endswith("getMessages"))
    batch = desk.channel.fetch("direct", "")
    assert ([each.text for each in batch.messages], len(batch.spoiled)) == (["Three", "One"], 1)


@pytest.mark.parametrize("cursor", ["", "x", "[]", "{}", '{"left": 3}', '{"floor": "a"}'])
def test_a_cursor_that_is_not_ours_starts_again(cursor: str) -> None:
    assert Bookmark.read(cursor) == Bookmark()


FORGED = "zzzzzzzzzzzzz"  # a revision beyond all others


def forge_conversation(body: Any) -> Any:
    """Give the newest conversation a revision beyond all others."""
    body["convos"][0]["rev"] = FORGED
    return body


def forge_messages(body: Any) -> Any:
    """Give the newest message a revision beyond all others, and the oldest of the page one before them all."""
    body["messages"][0]["rev"], body["messages"][-1]["rev"] = FORGED, "0000000000000"
    return body


@pytest.mark.parametrize(("change", "path"), [(forge_conversation, "listConvos"), (forge_messages, "getMessages")])
def test_a_forged_revision_makes_the_reading_skip_nothing(desk: Desk, change: Callable[[Any], Any], path: str) -> None:
    for number in range(250):
        desk.server.whisper("ann.test", "office.test", f"Message {number}")
    desk.server.whisper("bob.test", "office.test", "Hello")
    desk.front.misbehave(faulty.changed(change), lambda seen: seen.path.endswith(path))
    read = {each.text for each in desk.read()}
    desk.front.behave()
    read |= {each.text for each in desk.read()}
    assert {f"Message {number}" for number in range(250)} - read <= {"Message 50", "Message 150", "Message 0"}
    desk.server.whisper("bob.test", "office.test", "Later")
    assert "Later" in {each.text for each in desk.read()}


def test_a_conversation_that_cannot_be_read_is_kept_apart_and_the_others_come(desk: Desk) -> None:
    desk.server.whisper("ann.test", "office.test", "One")
    desk.server.whisper("bob.test", "office.test", "Two")

    def spoil(body: Any) -> Any:
        body["convos"][0] = {"id": 7}
        return body

    desk.front.misbehave(faulty.changed(spoil), lambda seen: seen.path.endswith("listConvos"))
    batch = desk.channel.fetch("direct", "")
    assert ([each.text for each in batch.messages], len(batch.spoiled)) == (["One"], 1)
    desk.front.behave()
    desk.cursor = batch.cursor
    desk.server.whisper("bob.test", "office.test", "Three")
    assert "Two" in {each.text for each in desk.read()}
