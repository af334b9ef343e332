"""Plain words on a web page, and a web page's comments as plain words."""

import html
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels.markup import plain
from pcc_desk.channels.wordpress_words import ShownPicture, page_of, title_of


def test_paragraphs_breaks_links_and_pictures_become_blocks() -> None:
    page = page_of("One\ntwo www.example.org.\n\n\nThree", [ShownPicture(7, "https://x.example/a.png", 'A "map"')])
    assert page.count("<p>") == 2
    assert '<p>One<br>\ntwo <a href="https://www.example.org">www.example.org</a>.</p>' in page
    assert '<img src="https://x.example/a.png" alt="A &quot;map&quot;" class="wp-image-7"/>' in page


def test_square_brackets_of_the_office_are_words_and_no_commands() -> None:
    page = page_of("[gallery] https://x.example/?a[]=1", [ShownPicture(7, "https://x.example/a.png", "A [map]")])
    assert "[" not in page and html.unescape(page).count("[") == 4


class Tags(HTMLParser):
    """Lists the tags of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]
        assert {name for name, _ in attrs} <= {"href"}


@given(
    st.lists(st.sampled_from(["<script>", '"', "'", "&lt;", "javascript:", "https://", "x.org", " ", "\n\n", ">", "/"]))
)
def test_no_words_of_the_office_are_ever_read_as_markup(parts: list[str]) -> None:
    reader = Tags()
    reader.feed(page_of("".join(parts), []))
    assert reader.tags <= {"p", "br", "a"}
    assert all(link.startswith(("https://", "http://")) for link in reader.links)


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        ("5 &lt; 6 &amp; 7", "5 < 6 & 7"),
        ("5 < 6", "5 < 6"),
        ("<p>One</p><p>Two<br>three</p>", "One\n\nTwo\nthree"),
        ("<script>alert(1)</script>Hello <img src=x onerror=y> there", "Hello  there"),
        ('<a href="https://evil.example">https://bank.example</a>', "https://bank.example"),
        ("</script>Hello", "Hello"),
        ("<", "<"),
        ("", ""),
    ],
)
def test_comments_become_plain_words(markup: str, words: str) -> None:
    assert plain(markup) == words


@pytest.mark.parametrize(
    ("words", "title"),
    [
        ("The plan is out. Read it.", "The plan is out."),
        ("Line one\nLine two", "Line one"),
        ("  \n Hello", "Hello"),
        ("At 4.30pm we meet", "At 4.30pm we meet"),
        ("word " * 40, "word " * 14 + "word…"),
        ("", ""),
    ],
)
def test_a_text_without_title_is_called_by_its_first_sentence(words: str, title: str) -> None:
    assert title_of(words) == title
