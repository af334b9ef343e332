"""The border where bytes become values."""

from typing import Any, cast

import pytest

from pcc_desk.channels import reading
from pcc_desk.channels.reading import MAX_DEPTH, Malformed


@pytest.mark.parametrize(
    ("content", "value"),
    [
        (b'{"a": [1, "x", null, true]}', {"a": [1, "x", None, True]}),
        (b"[NaN, Infinity, -Infinity, 1e999, 1.5]", [None, None, None, None, 1.5]),
        (b'"\\ud83d\\ude00 \\ud83d alone \\u0000"', "😀 \ufffd alone \ufffd"),
        (b'{"\\udc00": 1}', {"\ufffd": 1}),
        (b'"\xff\xfe"', "\ufffd\ufffd"),
        (b"9" * 18, int("9" * 18)),
        (b"9" * 19, "9" * 19),
        (b"9" * 5_000, "9" * 5_000),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b"\xef\xbb\xbf{}", {}),
    ],
)
def test_every_known_trap_is_closed(content: bytes, value: object) -> None:
    assert reading.parse(content) == value


@pytest.mark.parametrize("content", [b"", b"<html>", b"{", b"[1,]", b"[" * 100_000, b"]" * 70 + b"[" * 70])
def test_what_is_no_json_is_malformed(content: bytes) -> None:
    with pytest.raises(Malformed):
        reading.parse(content)


@pytest.mark.parametrize("opener", [b"[", b'{"a":'])
def test_sixty_four_levels_are_read_and_what_is_deeper_is_left_out_alone(opener: bytes) -> None:
    closer = b"]" if opener == b"[" else b"}"
    deep, deeper = (opener * n + b"0" + closer * n for n in (MAX_DEPTH, MAX_DEPTH + 1))
    assert reading.parse(deep)
    for bottomless in (deeper, opener * 20_000 + b"0" + closer * 20_000):
        first, second, third = cast(list[Any], reading.parse(b'["a]", ' + bottomless + b', "b\\"[["]'))
        assert (first, third) == ("a]", 'b"[[') and str(second).count("None") == 1
    assert reading.parse(b"[" + b",".join([b"[[]]"] * 1_000) + b"]")


def test_fields_are_read_or_malformed() -> None:
    value = {
        "a": {"b": "words", "n": 5, "t": True, "l": [1]},
        "at": "2026-11-24T17:00:00Z",
        "local": "2026-11-24T17:00",
    }
    assert reading.text(value, "a", "b") == "words"
    assert reading.number(value, "a", "n") == 5
    assert reading.pieces(value, "a", "l") == [1]
    assert reading.moment(value, "at") == reading.moment(value, "local")
    assert reading.text_or_none(value, "a", "x", "y") == reading.text_or_none(value, "a", "n") == ""
    for read, path in ((reading.text, "n"), (reading.number, "t"), (reading.pieces, "b"), (reading.moment, "b")):
        with pytest.raises(Malformed):
            read(value, "a", path)
