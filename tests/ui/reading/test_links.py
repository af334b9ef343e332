"""Only links that lead where they say may be opened."""

import pytest

from pcc_desk.ui.reading.links import Verdict, find_links, judge

REFUSED = (
    "file:///etc/passwd",
    "file://server/share/x.png",
    r"\\server\share\x.png",
    "//server/share",
    "javascript:alert(1)",
    "data:text/html,x",
    "ms-settings:privacy",
    "search-ms:query=x",
    "mailto:someone@office.example",
    "ftp://office.example/x",
    "https://",
    "https:///path",
    "https://office.example:port/",
    "https://office.example@evil.example/",
    "https://user:word@evil.example/",
    "https://office.example\\@evil.example/",
    "https://office .example/",
    "https://office.example/\u0000",
    "https://localhost/",
    "https://[::1]/",
    "https://[not",
    "https://" + "a" * 70 + ".example/",
    "https://office.example/" + "a" * 3000,
    "HTTPS",
    "",
)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_is_not_a_plain_web_address_is_refused(address: str) -> None:
    assert judge(address).verdict is Verdict.REFUSE


def test_a_secure_link_opens_and_its_host_is_shown() -> None:
    link = judge("https://www.Wexmoor-pcc.example/budget?year=2027&page=1#top")
    assert link.verdict is Verdict.OPEN
    assert link.host == "www.wexmoor-pcc.example"
    assert link.url == "https://www.wexmoor-pcc.example/budget?year=2027&page=1#top"


def test_an_insecure_link_and_a_bare_number_ask_first() -> None:
    assert judge("http://wexmoor.example/").verdict is Verdict.ASK
    assert judge("https://192.0.2.7/login").verdict is Verdict.ASK


def test_a_host_that_imitates_latin_letters_is_shown_exactly() -> None:
    link = judge("https://аpple.com/")
    assert link.host == "xn--pple-43d.com"
    assert link.url == "https://xn--pple-43d.com/"


def test_a_welsh_host_is_shown_as_it_is_written() -> None:
    assert judge("https://heddlu-dŵr.example/").host == "heddlu-dŵr.example"


def test_an_address_with_its_own_escapes_is_kept_exactly() -> None:
    address = "https://office.example/a%20b/c%2Fd?x=%C5%B5"
    assert judge(address).url == address


def test_links_are_found_in_a_sentence_without_the_punctuation_after_them() -> None:
    text = (
        "See (https://office.example/plan). Or http://old.example/x! Never file:///etc/passwd or https://a@b.example/."
    )
    assert [link.url for link in find_links(text)] == ["https://office.example/plan", "http://old.example/x"]


def test_a_link_ends_where_a_hidden_sign_begins() -> None:
    assert [link.url for link in find_links("https://office.example/a\u202etxt.exe")] == ["https://office.example/a"]


def test_no_more_links_are_offered_than_a_person_can_look_through() -> None:
    text = " ".join(f"https://office.example/{number}" for number in range(100))
    assert len(find_links(text)) == 8
