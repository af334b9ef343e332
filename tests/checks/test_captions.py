"""Captions come out as WebVTT, or are refused with the line that is wrong."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.checks.captions import MOST_BYTES, read_captions
from pcc_desk.errors import BadFilm

SRT = (
    "1\r\n00:00:01,500 --> 00:00:03,000\r\nGood morning.\r\n\r\n"
    "2\r\n00:00:03,000 --> 00:00:05,250\r\n<font color=red><i>Bore da</i></font> & welcome <3\r\n"
)
VTT = "WEBVTT - from the studio\n\nNOTE not shown\n\n1\n00:01.500 --> 00:03.000 align:start\nGood morning.\n"


def test_subrip_becomes_webvtt() -> None:
    assert read_captions(SRT.encode(), "talk.srt", 20) == (
        "WEBVTT\n\n00:00:01.500 --> 00:00:03.000\nGood morning.\n\n"
        "00:00:03.000 --> 00:00:05.250\n<i>Bore da</i> &amp; welcome &lt;3\n"
    )


def test_webvtt_keeps_its_words_and_places() -> None:
    made = read_captions(VTT.encode(), "talk.vtt", 20)
    assert made == "WEBVTT\n\n00:00:01.500 --> 00:00:03.000 align:start\nGood morning.\n"
    assert read_captions(made.encode(), "talk.vtt", 20) == made


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_letters_are_right_whichever_editor_wrote_them(encoding: str) -> None:
    assert "Siân" in read_captions(SRT.replace("Good", "Siân").encode(encoding), "talk.srt", 20)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("", "There are no captions in “a.srt”."),
        ("WEBVTT\n", "There are no captions in “a.srt”."),
        ("just words", "“a.srt” has captions that cannot be read, at line 1."),
        ("1\n00:00:05,000 --> 00:00:02,000\nBack\n", "“a.srt” has captions that cannot be read, at line 2."),
        (SRT + "\n3\nnonsense\n", "“a.srt” has captions that cannot be read, at line 9."),
        (
            SRT + "\n3\n00:00:01,000 --> 00:00:02,000\nEarlier\n",
            "“a.srt” has captions that cannot be read, at line 10.",
        ),
        (SRT.replace("05,250", "59,250"), "The captions in “a.srt” last longer than the film."),
        ("x" * (MOST_BYTES + 1), "“a.srt” is larger than 2 MB, so it is no file of captions."),
    ],
)
def test_what_is_no_captions_is_refused_with_its_line(content: str, sentence: str) -> None:
    with pytest.raises(BadFilm) as refused:
        read_captions(content.encode(), "a.srt", 20)
    assert refused.value.sentence == sentence and refused.value.next_step


@given(st.binary(max_size=400))
def test_any_bytes_are_captions_or_refused(content: bytes) -> None:
    for head in (b"", b"WEBVTT\n\n00:01.000 --> 00:02.000\n"):
        try:
            assert read_captions(head + content, "a.vtt", 20).startswith("WEBVTT\n")
        except BadFilm as refused:
            assert refused.sentence
