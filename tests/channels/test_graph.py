"""What Meta's platforms share: errors read by their numbers, usage that slows reading down, pages asked for safely."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pcc_desk.channels import graph
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.graph import Call, Graph, judge
from pcc_desk.channels.likeness import same_words
from pcc_desk.channels.oauth_tokens import Tokens
from pcc_desk.channels.wire import Answer, Wire
from pcc_desk.errors import ChannelError, Gone, RateLimited, Rejected, ServiceDown, Unauthorized, Unconfirmed
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request
from tests.channels.rigs import Kept

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HIGH = {"X-App-Usage": '{"call_count": 80, "total_time": 3, "total_cputime": 2}'}


class Meta:
    """A server that answers every request alike, and the account that asks it."""

    def __init__(self) -> None:
        self.now = NOON
        self.reply = Reply({"data": []})
        self.heard: list[Request] = []
        self.server = Loopback(self._answer)

    def _answer(self, request: Request) -> Reply:
        self.heard.append(request)
        return self.reply

    def graph(self) -> Graph:
        """Give the account's wire."""
        wire = Wire(self.server.url, title="Facebook", now=lambda: self.now)
        return Graph(wire, Tokens(Kept(access="token-of-the-page"), now=wire.now))


@pytest.fixture
def meta() -> Iterator[Meta]:
    made = Meta()
    with made.server:
        yield made


def told(code: int, number: int, sub: int = 0, method: str = "POST", **more: Any) -> ChannelError | None:
    """Give what the judge makes of an error."""
    error = {"message": "Their words", "code": number, "error_subcode": sub, **more.pop("error", {})}
    answer = Answer(code, more.pop("headers", {}), {"error": error}, "")
    sent = Wire("http://127.0.0.1:9", title="Facebook").sent(method, Ask(more.pop("path", "/v26.0/1/feed")))
    return judge(lambda: NOON)(sent, answer)


@pytest.mark.parametrize(
    ("code", "number", "sub", "error"),
    [
        (400, 190, 463, Unauthorized),
        (401, 190, 460, Unauthorized),
        (400, 102, 0, Unauthorized),
        *((code, number, 0, RateLimited) for code in (400, 403) for number in (4, 17, 32, 613, 80_001, 80_002, 80_009)),
        (400, 9, 2_207_042, RateLimited),
        (500, 2, 0, Unconfirmed),
        (500, 1, 99, Unconfirmed),
        (400, 2, 0, Unconfirmed),
        (400, 506, 0, Unconfirmed),
        (400, 368, 0, Unconfirmed),
        (400, 4, 2_207_051, Unconfirmed),
        (400, 100, 33, Gone),
        (404, 803, 0, Gone),
        (403, 10, 0, Rejected),
        (403, 200, 0, Rejected),
        (403, 299, 0, Rejected),
    ],
)
def test_an_error_is_read_by_its_number_whatever_its_code(
    code: int, number: int, sub: int, error: type[ChannelError]
) -> None:
    assert type(told(code, number, sub)) is error


@pytest.mark.parametrize(("number", "sub"), [(100, 0), (100, 2_018_001), (0, 0), (36_003, 2_207_009)])
def test_any_other_error_is_read_by_its_code(number: int, sub: int) -> None:
    assert told(400, number, sub) is None


def test_a_read_that_fails_for_a_moment_is_the_service_s_fault() -> None:
    assert type(told(500, 2, method="GET")) is ServiceDown
    assert type(told(400, 5_555, method="GET", error={"is_transient": True})) is ServiceDown


@pytest.mark.parametrize("path", ["/v26.0/178/media_publish", "/v1.0/me/threads_publish"])
def test_too_many_at_the_step_that_publishes_may_have_published(path: str) -> None:
    assert type(told(400, 4, path=path)) is Unconfirmed


def test_the_words_for_a_missing_permission_say_what_to_do() -> None:
    refused = told(403, 200)
    assert refused is not None
    assert refused.sentence == "Facebook does not allow this: “Their words”"
    assert "permission" in refused.next_step


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({}, timedelta(minutes=15)),
        ({"x-business-use-case-usage": '{"7": [{"estimated_time_to_regain_access": 19}]}'}, timedelta(minutes=19)),
        ({"x-business-use-case-usage": '{"7": [{"estimated_time_to_regain_access": 1e300}]}'}, timedelta(hours=24)),
        ({"x-business-use-case-usage": '{"7": {"estimated_time_to_regain_access": -4}}'}, timedelta(minutes=15)),
        ({"x-app-usage": "[[[["}, timedelta(minutes=15)),
    ],
)
def test_the_door_opens_when_meta_says_so(headers: dict[str, str], wait: timedelta) -> None:
    closed = told(400, 80_001, headers=headers)
    assert isinstance(closed, RateLimited) and closed.until == NOON + wait


def test_a_refusal_of_too_many_says_in_its_other_headers_for_how_long_and_the_longest_counts(meta: Meta) -> None:
    account, room = meta.graph(), '{"7": [{"estimated_time_to_regain_access": 40}]}'
    headers = {"Retry-After": "5", "X-Business-Use-Case-Usage": room}
    meta.reply = Reply({"error": {"code": 4, "message": "Too many"}}, 429, headers)
    with pytest.raises(RateLimited) as caught:
        account.get(Call("1/feed"))
    assert caught.value.until == meta.now + timedelta(minutes=40)
    with pytest.raises(RateLimited):
        account.get(Call("2/feed"))
    assert len(meta.heard) == 1


def test_a_refusal_of_too_many_at_the_step_that_publishes_may_have_published_whatever_its_code(meta: Meta) -> None:
    account = meta.graph()
    meta.reply = Reply({"error": {"code": 4, "message": "Too many"}}, 429, {"Retry-After": "5"})
    with pytest.raises(Unconfirmed):
        account.post(Call("178/media_publish", form={"creation_id": "1"}))
    with pytest.raises(RateLimited):
        account.post(Call("178/media_publish", form={"creation_id": "1"}))
    assert len(meta.heard) == 1


@pytest.mark.parametrize(
    "headers",
    [
        HIGH,
        {"X-Page-Usage": '{"call_count": 76}'},
        {"X-Business-Use-Case-Usage": '{"7": [{"type": "pages", "total_cputime": 89}]}'},
    ],
    ids=["app", "page", "business"],
)
def test_reading_rests_before_the_door_closes_and_publishing_goes_on(meta: Meta, headers: dict[str, str]) -> None:
    account = meta.graph()
    meta.reply = Reply({"data": []}, headers=headers)
    account.poll(Call("1/feed"))
    with pytest.raises(RateLimited) as caught:
        account.poll(Call("1/feed"))
    assert len(meta.heard) == 1
    meta.reply = Reply({"id": "1"})  # an answer that tells nothing changes nothing
    account.post(Call("1/feed", form={"message": "Hello"}))
    account.get(Call("1"))
    with pytest.raises(RateLimited):
        account.poll(Call("1/feed"))
    meta.now = caught.value.until
    account.poll(Call("1/feed"))
    assert len(meta.heard) == 4


@pytest.mark.parametrize("usage", ["", "{}", "[]", "null", "{", '{"call_count": "80"}', '{"call_count": 20}', "NaN"])
def test_control_reading_goes_on_while_usage_is_low_or_cannot_be_read(meta: Meta, usage: str) -> None:
    account = meta.graph()
    meta.reply = Reply({"data": []}, headers={"X-App-Usage": usage})
    for _ in range(3):
        account.poll(Call("1/feed"))
    assert len(meta.heard) == 3


def test_the_token_travels_in_a_header_and_nowhere_else(meta: Meta) -> None:
    meta.graph().post(Call("1/feed", form={"message": "Hello"}))
    (heard,) = meta.heard
    assert heard.headers["authorization"] == "Bearer token-of-the-page"
    assert "token" not in heard.content.decode() + str(heard.query)


@pytest.mark.parametrize(
    ("paging", "where"),
    [
        ({}, ""),
        ({"cursors": {"after": "abc"}}, ""),
        ({"cursors": {"after": "abc"}, "next": "https://elsewhere.example/?access_token=x"}, "after=abc"),
        ({"next": "https://x/feed?access_token=x&limit=9&until=17&__paging_token=y"}, "until=17&__paging_token=y"),
        ({"next": "https://[/?after=1"}, ""),
        ({"next": 5, "cursors": []}, ""),
    ],
)
def test_the_next_page_is_asked_for_without_following_an_address(paging: object, where: str) -> None:
    assert graph.onward({"data": [], "paging": paging}) == where


def test_what_stays_when_it_should_go_is_not_called_deleted(meta: Meta) -> None:
    def answer(request: Request) -> Reply:
        gone = {"error": {"code": 100, "error_subcode": 33, "message": "Unsupported delete request"}}
        return (
            Reply(gone, 400) if request.method == "DELETE" or b"gone" in request.path.encode() else Reply({"id": "1"})
        )

    with Loopback(answer) as server:
        wire = Wire(server.url, title="Facebook")
        account = Graph(wire, Tokens(Kept(access="token-of-the-page")))
        with pytest.raises(Rejected, match="did not delete"):
            account.delete("1_2")
        account.delete("gone")


@pytest.mark.parametrize("token", ["nonsense", "[]", "null", '{"post": 5}', '{"post": ["1"]}'])
def test_a_note_that_is_not_ours_leads_nowhere(token: str) -> None:
    with pytest.raises(Rejected):
        graph.place_of(token, "Facebook")


@pytest.mark.parametrize(
    ("node", "good"),
    [("1", True), ("1_22", True), ("", False), ("me", False), ("1/feed", False), (5, False), ("1_", False)],
)
def test_only_numbers_are_asked_for_as_nodes(node: object, good: bool) -> None:
    assert graph.is_node(node) is good


def test_spaces_and_the_way_accents_are_written_make_no_other_words() -> None:
    assert same_words("Dewch  i’r\ncyfarfod yn y Tŷ ", "Dewch i’r cyfarfod yn y Ty\u0302")
    assert not same_words("On Tuesday", "on Tuesday")


def test_a_structured_field_keeps_its_letters() -> None:
    assert json.loads(graph.written({"text": "Tŷ"})) == {"text": "Tŷ"}
    assert "Tŷ" in graph.written({"text": "Tŷ"})
