"""What every channel promises whatever the network does: an end in time, a bound on size, manners, and silence."""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from pcc_desk.errors import ChannelError, RateLimited, Rejected, ServiceDown, Unconfirmed
from pcc_desk.model.channel import Ability, Channel
from tests.channels import faulty
from tests.channels.faulty import Front
from tests.channels.rigs import PASSWORD, Rig

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("fault", [faulty.drip, faulty.drip_headers], ids=["body", "headers"])
def test_a_drip_of_bytes_ends_at_the_deadline(rig: Rig, fault: faulty.Fault) -> None:
    hurried = rig.hurried(1.0)
    rig.front.misbehave(fault, lambda seen: rig.reads(seen) or rig.publishes(seen))
    started = time.monotonic()
    with ThreadPoolExecutor(2) as side_by_side:
        reading = side_by_side.submit(hurried.fetch, rig.stream, "")
        writing = side_by_side.submit(publish, rig, hurried)
        with pytest.raises(ServiceDown):
            reading.result()
        with pytest.raises(Unconfirmed):
            writing.result()
    assert time.monotonic() - started < faulty.DRIP_SECONDS / 2


def publish(rig: Rig, channel: Channel) -> None:
    channel.publish(rig.piece())


@pytest.mark.parametrize("fault", [faulty.too_much, faulty.gzip_bomb], ids=["11 MB", "gzip bomb"])
def test_an_answer_without_bounds_is_cut_off(rig: Rig, fault: faulty.Fault) -> None:
    rig.front.misbehave(fault, lambda seen: rig.reads(seen) or rig.publishes(seen))
    with pytest.raises(ServiceDown):
        rig.channel.fetch(rig.stream, "")
    with pytest.raises(Unconfirmed):
        rig.channel.publish(rig.piece())


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "120"}, 120),
        ({"Retry-After": format_datetime(NOON + timedelta(seconds=300), usegmt=True)}, 300),
        ({"ratelimit-reset": str(int(NOON.timestamp()) + 200)}, 200),
        ({"ratelimit-reset": "45"}, 45),
        ({"Retry-After": "-5"}, 1),
        ({"Retry-After": "99999999999999999999"}, 86_400),
        ({"Retry-After": "soon"}, 60),
        ({"Retry-After": "nan"}, 60),
        ({}, 60),
    ],
)
def test_too_many_requests_close_the_door_until_the_time_given(rig: Rig, headers: dict[str, str], seconds: int) -> None:
    now = [NOON]
    channel = rig.open(rig.wire(now=lambda: now[0]))
    dated = {"Date": format_datetime(NOON, usegmt=True), **headers}
    rig.front.misbehave(faulty.refused(429, "Too many", dated))
    with pytest.raises(RateLimited) as caught:
        channel.fetch(rig.stream, "")
    assert caught.value.until == NOON + timedelta(seconds=seconds)
    rig.front.behave()
    asked = len(rig.front.seen)
    now[0] = caught.value.until - timedelta(seconds=1)
    for verb in (lambda: channel.fetch(rig.stream, ""), lambda: publish(rig, channel), channel.check):
        with pytest.raises(RateLimited):
            verb()
    assert len(rig.front.seen) == asked
    now[0] = caught.value.until
    assert channel.fetch(rig.stream, "").messages == ()


def test_a_web_page_saying_too_many_is_a_wait_as_well(rig: Rig) -> None:
    rig.front.misbehave(faulty.answered(429, faulty.HTML, {"Retry-After": "9"}))
    with pytest.raises(RateLimited):
        rig.channel.publish(rig.piece())
    assert rig.public() == 0


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_gets_no_secret_and_no_request(rig: Rig, code: int) -> None:
    with Front(rig.front.behind) as other:
        away = faulty.answered(code, b"{}", {"Location": f"{other.url}/elsewhere"})
        rig.front.misbehave(away, lambda seen: rig.reads(seen) or rig.publishes(seen))
        with pytest.raises(ServiceDown):
            rig.channel.fetch(rig.stream, "")
        with pytest.raises(Unconfirmed):
            rig.channel.publish(rig.piece())
        assert other.seen == []


def test_a_read_follows_a_redirect_within_its_own_origin_and_not_for_ever(rig: Rig) -> None:
    rig.front.misbehave(
        faulty.answered(302, b"{}", {"Location": "/round/and/round"}), lambda seen: seen.method == "GET"
    )
    with pytest.raises(ServiceDown):
        rig.channel.fetch(rig.stream, "")
    assert len(rig.front.seen) < 20


def test_control_the_other_host_is_heard_when_somebody_does_come(rig: Rig) -> None:
    with Front(rig.front.behind) as other:
        rig.wire(other.url).at(other.url)
        rig.open(rig.wire(other.url)).check()
        assert any("authorization" in seen.headers for seen in other.seen)


def test_a_stream_that_never_ends_is_left_after_two_hundred_pages(rig: Rig) -> None:
    endless = rig.endless
    if endless is None:
        pytest.skip("the services end a walk of this platform's pages")
    about = rig.channel.publish(rig.piece())
    for number in range(120):
        rig.arrive(about.remote_id, f"Message {number}")
    first_page: list[bytes] = []

    def same_page(exchange: faulty.Exchange) -> None:
        if not first_page:
            first_page.append(exchange.forward()[1])
        exchange.answer(200, endless(first_page[0], len(rig.front.seen)))

    rig.front.misbehave(same_page, lambda seen: rig.reads(seen) and seen.query.get("order") != ["desc"])
    batch, pages = rig.channel.fetch(rig.stream, ""), 1
    while batch.more and pages <= 202:
        batch, pages = rig.channel.fetch(rig.stream, batch.cursor), pages + 1
    assert 100 < pages <= 202
    rig.front.behave()
    later = rig.arrive(about.remote_id, "Later")
    assert later in [message.remote_id for message in rig.channel.fetch(rig.stream, batch.cursor).messages]


SPILLING: dict[str, Callable[[Rig], faulty.Fault]] = {
    "the server repeats our header": lambda rig: echoing(400),
    "the server repeats our header with a 401": lambda rig: echoing(401),
    "the server fails": lambda rig: faulty.refused(500, PASSWORD),
    "the connection breaks": lambda rig: faulty.reset,
    "a web page": lambda rig: faulty.answered(200, f"<p>{PASSWORD}".encode()),
    "too many": lambda rig: faulty.refused(429, PASSWORD),
}


def echoing(code: int) -> faulty.Fault:
    """Answer with the request's own header and content in the message."""

    def act(exchange: faulty.Exchange) -> None:
        told = f"bad: {exchange.seen.headers.get('authorization')} {PASSWORD} {exchange.seen.content!r}"
        faulty.refused(code, told)(exchange)

    return act


def error_of(verb: Callable[[], object]) -> ChannelError:
    """Give how a call failed; a look that has nothing to ask about does not."""
    try:
        verb()
    except ChannelError as error:
        return error
    return ChannelError("")


@pytest.mark.parametrize("spill", SPILLING.values(), ids=SPILLING.keys())
def test_no_secret_is_ever_told(
    rig: Rig, spill: Callable[[Rig], faulty.Fault], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    secrets = rig.known_secrets() | {PASSWORD, PASSWORD.replace("-", " ")}
    rig.front.misbehave(spill(rig), lambda seen: "resolveHandle" not in seen.path)
    told: list[str] = []
    for verb in (
        lambda: rig.channel.publish(rig.piece(pictures=(rig.picture(),) if Ability.PICTURES in rig.abilities else ())),
        lambda: rig.channel.find(rig.piece()),
        lambda: rig.channel.fetch(rig.stream, ""),
        rig.channel.check,
    ):
        error = error_of(verb)
        told += [error.sentence, error.next_step, error.detail, repr(error), str(error.__cause__)]
    assert sum(bool(words) for words in told) > 9
    spilled = [secret for secret in secrets | rig.known_secrets() for words in [*told, caplog.text] if secret in words]
    assert not spilled
    assert "rest_route" not in caplog.text


@pytest.mark.parametrize("code", [400, 401, 403, 408, 422, 429, 500, 503])
@pytest.mark.parametrize("kind", ["json", "words", "web page"])
def test_what_the_server_answered_stands_under_details_without_secrets(rig: Rig, code: int, kind: str) -> None:
    words = f"Number 131 of the mill\u202e {PASSWORD}"
    body = {
        "json": faulty.as_json({"errors": [{"said": words}], "refresh_token": "a-token-nobody-sent"}),
        "words": words.encode(),
        "web page": f"<html><style>p {{}}</style><p>{words}</p><script>alert('x')</script>".encode(),
    }[kind]
    rig.front.misbehave(faulty.answered(code, body), lambda seen: rig.publishes(seen) or rig.reads(seen))
    for verb in (lambda: rig.channel.publish(rig.piece()), lambda: rig.channel.fetch(rig.stream, "")):
        told = error_of(verb).detail
        if not told.startswith(("GET", "POST", "PUT", "PATCH")):
            continue  # the host is left alone by now, or the tokens were renewed in vain
        if "The answer:" in told:
            assert "Number 131 of the mill" in told
            assert not any(each in told for each in (PASSWORD, "a-token-nobody-sent", "\u202e", "alert", "<p>"))
            return
    pytest.fail("nothing of the answer was kept")


def test_control_the_words_of_the_platform_do_come_through_without_secrets(rig: Rig) -> None:
    rig.front.misbehave(rig.refusal(400, f"Hello {PASSWORD} and goodbye"), rig.publishes)
    with pytest.raises(Rejected) as caught:
        rig.channel.publish(rig.piece())
    assert "Hello [secret] and goodbye" in caught.value.sentence
