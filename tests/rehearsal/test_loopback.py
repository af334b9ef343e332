"""The small web server behind every rehearsal."""

import threading

import pytest
import requests

from pcc_desk.rehearsal.loopback import Loopback, Reply, Request


def test_a_request_arrives_whole_and_the_reply_goes_back() -> None:
    seen: list[Request] = []

    def answer(request: Request) -> Reply:
        seen.append(request)
        return Reply({"got": request.fields()}, 201, {"X-Told": "yes"})

    with Loopback(answer) as server:
        heard = requests.post(f"{server.url}/a/b?q=1&q=2", json={"c": "ŷ"}, headers={"X-Mine": "z"}, timeout=60)
    assert (heard.status_code, heard.json(), heard.headers["X-Told"]) == (201, {"got": {"c": "ŷ"}}, "yes")
    (request,) = seen
    assert (request.method, request.path, request.query["q"]) == ("POST", "/a/b", ["1", "2"])
    assert (request.first("q"), request.first("none", "else"), request.headers["x-mine"]) == ("1", "else", "z")


@pytest.mark.parametrize("content", [b"", b"[1]", b"not JSON"])
def test_content_that_is_no_object_reads_as_an_empty_one(content: bytes) -> None:
    assert Request("POST", "/", {}, {}, content).fields() == {}


def test_requests_are_answered_one_at_a_time() -> None:
    inside, most = [0], [0]

    def answer(request: Request) -> Reply:
        inside[0] += 1
        most[0] = max(most[0], inside[0])
        inside[0] -= 1
        return Reply()

    with Loopback(answer) as server:
        threads = [threading.Thread(target=requests.get, args=(server.url,), kwargs={"timeout": 5}) for _ in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most[0] == 1


def test_a_stopped_server_cuts_the_connections_clients_kept() -> None:
    with requests.Session() as session:
        with Loopback(lambda request: Reply()) as server:
            assert session.get(server.url, timeout=60).json() == {}
        with pytest.raises(requests.ConnectionError):
            session.get(server.url, timeout=60)


def test_it_listens_on_this_pc_only() -> None:
    with Loopback(lambda request: Reply()) as server:
        assert server.url.startswith("http://127.0.0.1:")
