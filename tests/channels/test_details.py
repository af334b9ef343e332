"""What a server answered, as it is told under Details: enough to help, and no secret."""

import socket
import threading

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.mail_line import Server, Sign, imap
from pcc_desk.channels.reading import text
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import ServiceDown, Unconfirmed
from pcc_desk.rehearsal.loopback import Loopback, Reply

KEYS = (
    '"stream": "rtmps://live.example:443/rtmp/FB-123-0-AbCdEf"',
    '"at": "https://up.example/put?sig=A1b2C3d4E5"',
    '"next": "EAAGm0PX4ZCpsBAKZCabcdefgh"',
    '"streamName": "a1b2-c3d4-e5f6-g7h8-i9j0"',
    '"lent": "Ab3dEf6hIj9l"',
    '"lent": "abcdefghijklmnopqrstuvwxyz"',
    '"at": "https://up.example/put;sig=Sh0rt,and@More"',
)


@pytest.mark.parametrize("content", [b'{"access": "a-new-token", "note": "hello"}', b'"a-new-token", "hello'])
def test_what_brings_a_secret_of_ours_is_never_kept_under_details(content: bytes) -> None:
    with Loopback(lambda request: Reply(content)) as server, pytest.raises(ServiceDown) as caught:
        wire, ask = Wire(server.url), Ask("/token", form={"grant_type": "x"}, harmless=True, secretive=True)
        answer = wire.post(ask)
        with wire.sent("POST", ask).as_promised():
            text(answer.body, "access_token")
    assert "hello" not in caught.value.detail and "a-new-token" not in caught.value.detail


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize("cut", [True, False])
def test_an_answer_that_is_a_success_and_not_what_was_promised_is_told_without_what_may_be_secret(
    key: str, cut: bool
) -> None:
    content = f'{{"words": "It is up, but who knows where.", "id": 7, {key}'
    with Loopback(lambda request: Reply(f"{content}{'' if cut else '}'}".encode())) as server:
        wire, ask = Wire(server.url), Ask("/posts", body={"text": "Hello"})
        with pytest.raises(Unconfirmed) as caught:
            answer = wire.post(ask)
            with wire.sent("POST", ask).as_promised():
                text(answer.body, "id")
    assert "It is up, but who knows where." in caught.value.detail
    assert not any(
        part in caught.value.detail for part in ("FB-123", "A1b2", "EAAG", "c3d4", "Ab3d", "abcdef", "Sh0rt", "More")
    )


def test_what_a_mailbox_said_before_it_hung_up_is_told_without_the_password() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:

        def greet() -> None:
            line, _ = door.accept()
            with line:
                line.sendall(b"* BYE Too many lines for hunter2-hunter2, come back at noon\r\n")

        server = threading.Thread(target=greet)
        server.start()
        sign = Sign("office@example.test", "hunter2-hunter2")
        with pytest.raises(ServiceDown) as caught, imap(Server("127.0.0.1", door.getsockname()[1]), sign):
            pass
        server.join()
    assert "come back at noon" in caught.value.detail and "hunter2" not in caught.value.detail
