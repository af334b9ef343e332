"""What the wire writes besides JSON, and how a platform's own judge reads what comes back."""

import datetime

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import RateLimited, Rejected, Unauthorized, Unconfirmed
from pcc_desk.rehearsal.loopback import Loopback, Reply, Request

WRITE = Ask("/x", body={"a": 1})


def test_a_form_and_its_files_travel_as_such_and_their_secrets_are_never_told() -> None:
    heard: list[Request] = []

    def answer(request: Request) -> Reply:
        heard.append(request)
        return Reply({"error": {"message": f"no {request.content.decode(errors='replace')[:60]}"}}, 400)

    with Loopback(answer) as server:
        wire = Wire(server.url)
        with pytest.raises(Rejected) as caught:
            wire.post(Ask("/token", form={"client_secret": "very-secret", "grant_type": "x"}))
        assert "very-secret" not in caught.value.sentence + caught.value.detail
        with pytest.raises(Rejected):
            wire.post(Ask("/photos", form={"caption": "ŷ"}, files={"source": ("a.png", b"bytes", "image/png")}))
    assert heard[0].headers["content-type"] == "application/x-www-form-urlencoded"
    assert heard[0].content == b"client_secret=very-secret&grant_type=x"
    assert heard[1].headers["content-type"].startswith("multipart/form-data")
    assert "ŷ".encode() in heard[1].content and b"bytes" in heard[1].content


def test_a_success_without_a_body_is_clear_only_where_it_was_expected() -> None:
    with Loopback(lambda request: Reply(b"", 200)) as server:
        assert Wire(server.url).patch(Ask("/x", body={}, wordless=True)).body is None
        with pytest.raises(Unconfirmed):
            Wire(server.url).patch(Ask("/x", body={}))


def test_a_platform_s_own_judge_reads_its_errors_first() -> None:
    with Loopback(lambda request: Reply({"error": {"code": 190, "message": "dead"}}, 400)) as server:
        plain = Wire(server.url)
        judged = plain.named("Sample", lambda sent, answer: sent.signed_out() if answer.code == 400 else None)
        with pytest.raises(Unauthorized):
            judged.post(WRITE)
        with pytest.raises(Unauthorized):
            judged.at(server.url).get(Ask("/x"))
        with pytest.raises(Rejected, match="dead"):
            plain.post(WRITE)


def test_a_judge_that_says_too_many_closes_the_door() -> None:
    asked: list[Request] = []

    def answer(request: Request) -> Reply:
        asked.append(request)
        return Reply({"error": {"code": 4}}, 400)

    with Loopback(answer) as server:
        until = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=5)
        wire = Wire(server.url).named("Sample", lambda sent, answer: sent.too_many(until))
        for _ in range(3):
            with pytest.raises(RateLimited):
                wire.get(Ask("/x"))
    assert len(asked) == 1
