"""The border of what comes in: no crash, no good message lost, and what is set aside says why."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pcc_desk.errors import Unexpected
from pcc_desk.model.account import AccountId
from pcc_desk.model.channel import Batch, Missing, Spoiled
from pcc_desk.model.message import Author, Incoming, MessageFilter, MessageKind
from pcc_desk.services import intake
from pcc_desk.store import arrivals, messages, streams
from pcc_desk.store.engine import Store
from pcc_desk.store.streams import Lease
from tests.desk import NOW, open_store
from tests.store.mail import add_account, incoming

GOOD = incoming(1)
ACCOUNT = AccountId(1)  # the one all the malformed pages come to
MARK = "\N{REPLACEMENT CHARACTER}"


def broken(**fields: Any) -> Any:
    """Give a message with fields no adapter should give."""
    return replace(GOOD, **fields)


def clean(*messages: Any) -> Batch:
    """Let messages through the border."""
    return intake.clean(Batch(messages, "c1"), NOW)


def test_a_good_message_goes_through_as_it_is() -> None:
    assert clean(GOOD, incoming(2)) == Batch((GOOD, incoming(2)), "c1")


@pytest.mark.parametrize(
    "spoilt",
    [
        None,
        "words",
        {"text": "words"},
        broken(remote_id=""),
        broken(remote_id=12),
        broken(remote_id="a\ud800"),
        broken(remote_id="a" * 20_000),
        broken(kind="reply "),
        broken(kind=None),
        broken(author=None),
        broken(author=Author(7, "name", "handle")),  # type: ignore[arg-type]  # as a faulty adapter would
        broken(author=Author("id", None, "handle")),  # type: ignore[arg-type]  # as a faulty adapter would
        broken(text=None),
        broken(text=10**5_000),
        broken(text=b"words"),
        broken(created_at=None),
        broken(created_at="2026-11-22"),
        broken(created_at=datetime(2026, 11, 22)),
        broken(url=5),
        broken(reply_token="\0"),
        broken(answers=["a"]),
        broken(root=True),
    ],
)
def test_a_message_that_cannot_be_read_is_set_aside_and_takes_no_other_with_it(spoilt: Any) -> None:
    through = clean(incoming(2), spoilt, incoming(3))
    assert through.messages == (incoming(2), incoming(3))
    (aside,) = through.spoiled
    assert aside.raw
    assert aside.why.endswith(".")


def test_what_is_set_aside_can_still_be_read_by_a_person() -> None:
    (aside,) = clean(broken(kind=None, text="Siân asked \ud800 this")).spoiled
    assert "Siân asked \\ud800 this" in aside.raw.decode()
    assert "remote-1" in aside.raw.decode()


@pytest.mark.parametrize(
    ("came", "shown"),
    [
        ("half an emoji \ud83d", f"half an emoji {MARK}"),
        ("two halves \ud83d\ude42", "two halves 🙂"),
        ("a\0b", f"a{MARK}b"),
        ("<img src=x onerror=y> & \u202e", "<img src=x onerror=y> & \u202e"),
        ("", ""),
    ],
)
def test_text_is_kept_but_for_what_a_database_cannot_hold(came: str, shown: str) -> None:
    through = clean(broken(text=came))
    assert (through.messages[0].text, through.spoiled) == (shown, ())


def test_a_text_over_100_kb_is_cut_between_characters_and_the_whole_is_set_aside() -> None:
    whole = "ŵ" * 80_000
    through = clean(broken(text=whole))
    assert through.messages[0].text == "ŵ" * 50_000
    assert through.spoiled[0].raw.decode() == whole


@pytest.mark.parametrize(
    "at",
    [
        datetime.min.replace(tzinfo=UTC),
        datetime(1999, 12, 31, tzinfo=UTC),
        NOW + timedelta(days=1, seconds=1),
        datetime.max.replace(tzinfo=UTC),
    ],
)
def test_a_time_of_writing_that_cannot_be_true_becomes_the_time_it_was_received(at: datetime) -> None:
    assert clean(broken(created_at=at)).messages[0].created_at == NOW


@pytest.mark.parametrize("at", [datetime(2000, 1, 1, tzinfo=UTC), NOW, NOW + timedelta(hours=23)])
def test_a_time_of_writing_that_may_be_true_is_kept(at: datetime) -> None:
    assert clean(broken(created_at=at)).messages[0].created_at == at


@pytest.mark.parametrize("url", ["javascript:alert(1)", "file:///etc/passwd", "//host/share", "https:" + "/" * 20_000])
def test_only_a_web_address_is_a_link(url: str) -> None:
    assert clean(broken(url=url)).messages[0].url == ""
    assert clean(broken(url="HTTPS://example.org/x")).messages[0].url == "HTTPS://example.org/x"


def test_long_names_are_cut() -> None:
    author = clean(broken(author=Author("id", "n" * 9_000, "h" * 9_000))).messages[0].author
    assert (len(author.name), len(author.handle)) == (500, 500)


@pytest.mark.parametrize("page", [None, "page", Batch((GOOD,), None), Batch((GOOD,), "c\0")])  # type: ignore[arg-type]  # faults
def test_a_page_in_an_unknown_form_is_refused_whole(page: Any) -> None:
    with pytest.raises(Unexpected):
        intake.clean(page, NOW)


def test_gaps_without_true_times_are_left_out() -> None:
    told = Missing(NOW - timedelta(days=1), NOW, "Too old \ud800")
    untrue = Missing(datetime(2026, 1, 1), NOW, "No zone")
    through = intake.clean(Batch((), "c", missing=(told, untrue)), NOW)
    assert through.missing == (replace(told, reason=f"Too old {MARK}"),)


def test_what_the_adapter_set_aside_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    odd = Spoiled("not bytes", None)  # type: ignore[arg-type]  # as a faulty adapter would
    through = intake.clean(Batch((), "c", spoiled=(Spoiled(b"\xff", "Not JSON."), odd)), NOW)
    assert through.spoiled[0] == Spoiled(b"\xff", "Not JSON.")
    assert b"not bytes" in through.spoiled[1].raw


ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(10**5_000),
    st.floats(),
    st.binary(max_size=20),
    st.text(st.characters(codec=None, categories=None), max_size=30),
    st.sampled_from(["\ud800", "\0", "a" * 150_000, "https://x.example/", "\u202e", "post-1"]),
    st.datetimes(),
    st.datetimes(timezones=st.timezones()),
    st.sampled_from(MessageKind),
    st.lists(st.integers(), max_size=2),
)
NAMES = tuple(field for field in Incoming.__dataclass_fields__ if field != "author")


@st.composite
def malformed(draw: st.DrawFn) -> Any:
    """Give something an adapter with a fault might hand over: a message with up to three odd fields, or anything."""
    if draw(st.integers(0, 9)) == 0:
        return draw(ODD)
    fields: dict[str, Any] = {name: draw(ODD) for name in draw(st.sets(st.sampled_from(NAMES), max_size=3))}
    if draw(st.integers(0, 3)) == 0:
        fields["author"] = draw(st.one_of(ODD, st.builds(Author, ODD, ODD, ODD)))
    return replace(incoming(draw(st.integers(0, 50))), **fields)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Give one database for all the malformed pages."""
    opened = open_store(tmp_path_factory.mktemp("intake"))
    add_account(opened)
    yield opened
    opened.close()


PAGES = st.lists(malformed(), min_size=20, max_size=20)
GOOD_ONES = st.lists(st.integers(1_000, 2_000), min_size=1, max_size=5)
UNHURRIED = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


def let_through(store: Store, spoilt: list[Any], good: list[int]) -> None:
    """Let twenty malformed messages and some good ones through the border into the database."""
    well = [incoming(number, f"good {number}") for number in good]
    mixed = [*spoilt[::2], *well, *spoilt[1::2]]
    through = intake.clean(Batch(tuple(mixed), "c1"), NOW)
    assert set(well) <= set(through.messages)
    assert len(through.messages) + len(through.spoiled) >= len(mixed)
    with store.write() as conn:
        lease = Lease(ACCOUNT, "replies", "", NOW, None, "")
        arrivals.add(conn, ACCOUNT, through.messages, NOW)
        assert bool(streams.keep_spoiled(conn, lease, through.spoiled, NOW)) == bool(through.spoiled)
        for number in good:
            page = messages.page(conn, MessageFilter(state=None, words=f"good {number} "), None, 5)
            assert [one.text for one in page.messages] == [f"good {number}"]
        conn.exec_driver_sql("DELETE FROM spoiled")


@settings(max_examples=30, deadline=None, suppress_health_check=UNHURRIED)
@given(PAGES, GOOD_ONES)
def test_malformed_messages_crash_nothing_and_take_no_good_one_with_them(
    store: Store, spoilt: list[Any], good: list[int]
) -> None:
    let_through(store, spoilt, good)


@pytest.mark.torture
@settings(max_examples=500, deadline=None, suppress_health_check=UNHURRIED)
@given(PAGES, GOOD_ONES)
def test_ten_thousand_malformed_messages_crash_nothing_and_take_no_good_one_with_them(
    store: Store, spoilt: list[Any], good: list[int]
) -> None:
    let_through(store, spoilt, good)


def test_without_the_border_a_malformed_message_stops_the_page(store: Store) -> None:
    with pytest.raises(Exception, match="surrogates"), store.write() as conn:
        arrivals.add(conn, ACCOUNT, [broken(remote_id="r", text="\ud800")], NOW)


def test_the_test_of_malformed_messages_meets_both_kinds() -> None:
    kinds: set[bool] = set()

    @settings(max_examples=50, database=None)
    @given(malformed())
    def meet(one: Any) -> None:
        kinds.add(bool(intake.clean(Batch((one,), "c"), NOW).messages))

    meet()
    assert kinds == {True, False}
