"""Where an answer leads, how much of it is read, and what of it is shown."""

import gzip
import tracemalloc

import pytest

from pcc_desk.channels.failures import Ask
from pcc_desk.channels.wire import MAX_BYTES, Wire
from pcc_desk.errors import Rejected, ServiceDown, Unconfirmed
from pcc_desk.rehearsal.loopback import Loopback, Reply

WRITE = Ask("/x", body={"a": 1})


@pytest.mark.parametrize("code", [201, 302, 307, 400])
@pytest.mark.parametrize("there", ["/elsewhere", "https://[x", "https://a:99999/"])
def test_where_a_write_is_sent_to_is_not_followed_and_breaks_nothing(code: int, there: str) -> None:
    with Loopback(lambda request: Reply({"message": "No"}, code, {"Location": there})) as server:
        try:
            assert Wire(server.url).post(WRITE).code == 201 == code
        except (Unconfirmed, Rejected) as error:
            assert isinstance(error, Rejected) is (code == 400)


@pytest.mark.parametrize("there", ["https://[x", "https://a:99999/", "//["])
def test_a_read_that_is_led_nowhere_says_that_the_server_moved(there: str) -> None:
    with (
        Loopback(lambda request: Reply({}, 302, {"Location": there})) as server,
        pytest.raises(ServiceDown, match="moved"),
    ):
        Wire(server.url).get(Ask("/x"))


@pytest.mark.parametrize("code", [200, 302])
def test_an_answer_without_end_is_left_at_ten_megabytes_whatever_its_code(code: int) -> None:
    packed = gzip.compress(b"x" * 100_000_000)
    headers = {"Content-Encoding": "gzip", "Location": "/b"}
    with Loopback(lambda request: Reply(packed, code, headers)) as server:
        tracemalloc.start()
        try:
            with pytest.raises(Unconfirmed, match="clear answer"):
                Wire(server.url).post(WRITE)
            assert tracemalloc.get_traced_memory()[1] < 3 * MAX_BYTES
        finally:
            tracemalloc.stop()


def test_an_answer_shows_no_secret_when_it_is_printed() -> None:
    with Loopback(lambda request: Reply({"access_token": "a-new-token"}, 200, {"Location": "/u?id=proof"})) as server:
        shown = repr(Wire(server.url).post(WRITE))
    assert "a-new-token" not in shown and "proof" not in shown
