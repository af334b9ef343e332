"""What an adapter notes for an answer comes back as it was, and rubbish comes back as nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pcc_desk.channels import reply_tokens

WORDS = st.text(st.characters(codec="utf-8"))


@given(st.dictionaries(WORDS, WORDS))
def test_fields_come_back_as_they_were(fields: dict[str, str]) -> None:
    written = reply_tokens.write(fields)
    assert reply_tokens.read(written) == fields
    assert reply_tokens.write(dict(reversed(fields.items()))) == written


@pytest.mark.parametrize("rubbish", ["", "nonsense", "[]", "null", "7", '"x"', '{"a": '])
def test_rubbish_has_no_fields(rubbish: str) -> None:
    assert reply_tokens.read(rubbish) == {}
