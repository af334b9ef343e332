"""Addresses people type and servers name: made whole, or refused when they are not safe."""

import pytest

from pcc_desk.channels import addresses
from pcc_desk.channels.failures import Ask
from pcc_desk.channels.wire import Wire
from pcc_desk.errors import Rejected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("example.org", "https://example.org"),
        (" https://Example.org/Blog/?p=1#top ", "https://example.org/Blog"),
        ("https://example.org:443", "https://example.org"),
        ("https://example.org:8443/", "https://example.org:8443"),
        ("http://localhost:2583", "http://localhost:2583"),
        ("http://127.0.0.1:80/x/", "http://127.0.0.1/x"),
        ("http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_an_address_is_made_whole(typed: str, expected: str) -> None:
    assert addresses.whole(typed) == expected


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "   ",
        "http://example.org",
        "ftp://example.org",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https://user:secret@example.org",
        "https://exa mple.org",
        "https://example.org\\@evil.example",
        "https://example.org:99999999",
        "https://[::1",
        "\\\\server\\share",
        "https:/example.org",
        "https:example.org",
        "http:/example.org",
        "https://example.org:0",
        "https://example..org",
        "https://.example.org",
        "https://..",
        "https://exam\u200bple.org",
        "https://example.org/\u202egpj.exe",
    ],
)
def test_an_address_that_is_not_safe_is_refused_in_plain_words(typed: str) -> None:
    with pytest.raises(Rejected) as caught:
        Wire(typed).get(Ask("/x"))
    assert "address" in caught.value.sentence
    assert "secret" not in caught.value.sentence


@pytest.mark.parametrize(
    "inside",
    [
        "http://localhost:1",
        "https://127.0.0.1",
        "https://10.0.0.8",
        "https://[fd00::1]",
        "https://127.1",
        "https://intranet",
        "https://localhost.",
    ],
)
def test_a_server_outside_cannot_send_us_into_this_network(inside: str) -> None:
    with pytest.raises(Rejected):
        Wire("https://example.org").at(inside)
    assert Wire("").at(inside).address == inside


@pytest.mark.parametrize(
    "there", ["https://media.office.corp/blog", "https://files.office.corp", "https://example.org"]
)
def test_a_server_inside_may_name_a_place_inside_and_outside(there: str) -> None:
    for here in ("https://media.office.corp", "https://newyddion", "https://192.168.1.4"):
        assert Wire(here).at(there).address == there


@pytest.mark.parametrize("there", ["https://127.0.0.1", "https://localhost", "https://127.1", "https://a.localhost"])
def test_a_server_inside_may_not_lead_to_this_pc(there: str) -> None:
    with pytest.raises(Rejected) as caught:
        Wire("https://media.office.corp").at(there)
    assert caught.value.next_step


def test_a_name_in_letters_of_its_own_is_the_same_in_the_letters_it_is_looked_up_by() -> None:
    assert addresses.is_same_site("https://tŷ.cymru", "https://www.xn--t-foa.cymru/blog")
    assert addresses.is_same_origin("https://tŷ.cymru/a", "https://xn--t-foa.cymru/b")
    assert not addresses.is_same_origin("https://tŷ.cymru", "https://ty.cymru")
    assert not addresses.is_same_origin("https://tŷ.cymru", "https://tŷ.cymru:8443")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://example.org", "https://www.example.org/blog", True),
        ("https://www.Example.org", "https://example.org.", True),
        ("https://example.org", "https://blog.example.org", False),
        ("https://example.org", "https://example.org:8443", False),
        ("https://example.org", "https://example.org.evil.example", False),
    ],
)
def test_one_website_is_told_from_another(one: str, other: str, same: bool) -> None:
    assert addresses.is_same_site(one, other) is same


@pytest.mark.parametrize("there", ["https://[x", "https://a:99999/", "//[", "http://["])
def test_what_is_no_address_leads_nowhere(there: str) -> None:
    assert addresses.joined("https://example.org/a", there) == ""
    assert addresses.joined("https://example.org/a", "b") == "https://example.org/b"


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("https://www.example.org/a.jpg", True),
        ("https://93.184.215.14/a.jpg", True),
        ("http://127.0.0.1:8080/a.jpg", False),
        ("http://localhost/a.jpg", False),
        ("https://192.168.1.4/a.jpg", False),
        ("https://10.0.0.4/a.jpg", False),
        ("https://[fe80::1]/a.jpg", False),
        ("https://[::1]/a.jpg", False),
        ("https://intranet/a.jpg", False),
        ("https://website.local./a.jpg", False),
        ("https://www.office.internal/a.jpg", False),
        ("https://127.1/a.jpg", False),
        ("https://10.1/a.jpg", False),
        ("https://0x7f.0.0.1/a.jpg", False),
        ("https://2130706433/a.jpg", False),
        ("https://3com.example/a.jpg", True),
    ],
)
def test_what_everybody_can_reach_is_told_from_what_only_this_network_can(address: str, public: bool) -> None:
    assert addresses.is_public(address) is public
